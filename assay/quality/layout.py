"""Votes as they come, read and put in order; see :func:`~assay.quality.votes.check_votes`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.errors import Invalid

Integers = NDArray[np.signedinteger[Any]]


def read_column(name: str, values: ArrayLike) -> Integers:
    """One column of votes: integers from 0. Raises ``Invalid`` (``votes.invalid``)."""
    array = np.asarray(values)
    if array.ndim == 1 and len(array) == 0:
        return np.empty(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        detail = f"{name} must be a one-dimensional array of integers, not {array.dtype} {array.shape}."
        raise Invalid("votes.invalid", detail, pointer=f"/{name}")
    lowest = int(array.min())
    if lowest < 0:
        detail = f"{name} must not be negative ({lowest}); leave missing votes out."
        raise Invalid("votes.invalid", detail, pointer=f"/{name}")
    return array


def column_size(name: str, values: Integers, given: int | None) -> int:
    """How many things a column names: ``given``, or one above its largest. Raises ``Invalid``
    (``votes.invalid``) where it names more."""
    needed = int(values.max()) + 1 if len(values) else 0
    if given is None:
        return needed
    if given < needed:
        detail = f"{name} must be below {given}; the largest is {needed - 1}."
        raise Invalid("votes.invalid", detail, pointer=f"/{name}", limit=given)
    return given


def plain_order(
    tasks: Integers, workers: Integers, labels: Integers, n_tasks: int, keep_repeats: bool
) -> tuple[NDArray[np.int64], Integers, Integers]:
    """Starts (N + 1,), workers and labels (V,), by task, worker and label, repeats dropped."""
    order = np.lexsort((labels, workers, tasks))
    tasks, workers, labels = tasks[order], workers[order], labels[order]
    new = np.ones(len(tasks), dtype=np.bool_)
    new[1:] = (
        keep_repeats | (tasks[1:] != tasks[:-1]) | (workers[1:] != workers[:-1]) | (labels[1:] != labels[:-1])
    )
    sizes = np.bincount(tasks[new].astype(np.int64), minlength=n_tasks)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes)))
    return starts, workers[new], labels[new]
