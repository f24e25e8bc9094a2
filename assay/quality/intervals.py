"""Stretches of time marked by several labelers: which are the same, and where they start and end.

An interval is ``[start_secs, end_secs]``. Two overlap by the shared share of what both cover (Jaccard), and
are matched as objects are (``objects``). Letters: N and M intervals.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, read_matrix, read_reals, refuse
from assay.quality.placement import place_one


def interval_overlap(left: ArrayLike, right: ArrayLike) -> FloatArray:
    """``(N, M)`` overlaps, 0…1, of every pair. Raises ``Invalid``."""
    a, b = _read(left, "left")[:, None, :], _read(right, "right")[None, :, :]
    shared = np.minimum(a[..., 1], b[..., 1]) - np.maximum(a[..., 0], b[..., 0])
    joined = np.maximum(a[..., 1], b[..., 1]) - np.minimum(a[..., 0], b[..., 0])
    return np.asarray(np.maximum(shared, 0.0) / joined)


def interval_centre(intervals: ArrayLike, weights: ArrayLike) -> tuple[FloatArray, float]:
    """The middle ``(2,)`` of ``(M, 2)`` drawings of one interval with weights ``(M,)`` > 0, and the error in
    seconds to expect at each end. It ends after it starts. Raises ``Invalid``."""
    given = _read(intervals, "intervals")
    weight = read_reals(weights, "weights", length=len(given))
    if not len(given) or weight.min() <= 0:
        raise refuse("intervals", "must hold at least one, and weights above zero", 1)
    return place_one(given, weight, float(np.median(given[:, 1] - given[:, 0])))


def _read(value: ArrayLike, name: str) -> FloatArray:
    given = read_matrix(value, name, shape=(None, 2))
    if len(given) and (given[:, 0] >= given[:, 1]).any():
        raise refuse(name, "must end after they start")
    return given
