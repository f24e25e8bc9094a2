"""What the statistics ask of the arrays they are given.

Each reader returns a checked copy-free array or raises :class:`assay.errors.Invalid` with the argument's name
as pointer, so that no NaN, no label out of range and no ragged pair of arrays gets past a public function.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.errors import Invalid

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ROW_SUM_TOLERANCE = 1e-3


def refuse(name: str, detail: str, limit: float | None = None) -> Invalid:
    """The error for argument ``name``; callers raise it."""
    return Invalid("field.invalid", f"{name} {detail}", pointer=f"/{name}", limit=limit)


def read_indices(
    value: ArrayLike, name: str, *, below: int | None = None, length: int | None = None
) -> IntArray:
    """Non-negative whole numbers, one dimension, each under ``below`` when that is given."""
    array = np.asarray(value)
    if array.size == 0:
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise refuse(name, "must be a one-dimensional array of integers")
    if length is not None and len(array) != length:
        raise refuse(name, f"must have {length} entries, not {len(array)}", length)
    if array.size and (array.min() < 0 or (below is not None and array.max() >= below)):
        raise refuse(
            name, f"must lie in 0…{below - 1}" if below is not None else "must not be negative", below
        )
    return array.astype(np.int64, copy=False)


def read_reals(
    value: ArrayLike,
    name: str,
    *,
    length: int | None = None,
    low: float = -np.inf,
    high: float = np.inf,
) -> FloatArray:
    """Finite numbers in ``[low, high]``, one dimension."""
    array = _as_float(value, name)
    if array.ndim != 1:
        raise refuse(name, "must be a one-dimensional array of numbers")
    if length is not None and len(array) != length:
        raise refuse(name, f"must have {length} entries, not {len(array)}", length)
    if array.size and (array.min() < low or array.max() > high):
        raise refuse(name, f"must lie in [{low:g}, {high:g}]")
    return array


def read_matrix(
    value: ArrayLike, name: str, *, shape: tuple[int | None, int | None] = (None, None)
) -> FloatArray:
    """Finite numbers, two dimensions, of the shape given (``None`` leaves an axis free)."""
    array = _as_float(value, name)
    if array.ndim != 2:
        raise refuse(name, "must be a two-dimensional array of numbers")
    for wanted, found in zip(shape, array.shape, strict=True):
        if wanted is not None and wanted != found:
            raise refuse(name, f"must have shape {shape}, not {array.shape}", wanted)
    return array


def read_probabilities(
    value: ArrayLike, name: str, *, rows: int | None = None, n_classes: int | None = None
) -> FloatArray:
    """Rows of probabilities (…, K) that each sum to one within 0.001, renormalised exactly."""
    array = _as_float(value, name)
    if array.ndim < 2 or array.shape[-1] == 0:
        raise refuse(name, "must hold rows of class probabilities")
    if rows is not None and len(array) != rows:
        raise refuse(name, f"must have {rows} rows, not {len(array)}", rows)
    if n_classes is not None and array.shape[-1] != n_classes:
        raise refuse(name, f"must have {n_classes} classes, not {array.shape[-1]}", n_classes)
    if array.size and array.min() < 0:
        raise refuse(name, "must not be negative", 0)
    total = array.sum(axis=-1, keepdims=True)
    if array.size and np.abs(total - 1).max() > ROW_SUM_TOLERANCE:
        raise refuse(name, "must have rows that sum to one", 1)
    return np.asarray(array / total, dtype=np.float64) if array.size else array


def read_rate(value: float, name: str, *, low: float = 0.0, high: float = 1.0) -> float:
    """One number strictly between ``low`` and ``high``."""
    number = float(value)
    if not low < number < high:
        raise refuse(name, f"must lie strictly between {low:g} and {high:g}", high)
    return number


def read_count(value: int, name: str, *, at_least: int = 1) -> int:
    """One whole number, ``at_least`` or more."""
    if isinstance(value, bool) or int(value) != value or value < at_least:
        raise refuse(name, f"must be a whole number of at least {at_least}", at_least)
    return int(value)


def _as_float(value: ArrayLike, name: str) -> FloatArray:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise refuse(name, "must hold numbers") from error
    if not np.isfinite(array).all():
        raise refuse(name, "must hold finite numbers; NaN and infinity are refused")
    return array
