"""A skeleton from several: for each joint where it is and in which state (not there, hidden, visible).

Letters: M drawings, J joints, S states. A joint's state is voted on by one coin at the labelers' known
accuracies; its place is the middle of those who placed it. Joints of one drawing are judged apart: a labeler
who exchanges left and right wrist slips twice, and is outvoted twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, IntArray, read_reals, refuse
from assay.quality.placement import place_one
from assay.quality.pooling import bounded_accuracy, pool_votes

ABSENT = 0
"""The state of a joint that a labeler did not place; the others' meaning is the caller's."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skeleton:
    """One object's J joints."""

    points: FloatArray
    """(J, 2) or (J, 3); 0 where nobody placed the joint."""
    state: IntArray
    """(J,) the most probable state; the lowest of equals."""
    state_probability: FloatArray
    """(J, S)"""
    error: FloatArray
    """(J,) error to expect in each coordinate; infinite where nobody placed the joint."""


def skeleton_centre(
    points: ArrayLike, states: ArrayLike, accuracy: ArrayLike, size: float, *, n_states: int = 3
) -> Skeleton:
    """The skeleton behind ``points`` (M, J, D) with ``states`` (M, J) in 0…S-1, where ``ABSENT`` joints'
    points are not read, by labelers of ``accuracy`` (M,); ``size`` > 0 is the object's extent in the same
    unit. Raises ``Invalid``.
    """
    place, state = _checked(points, states, n_states)
    known = read_reals(accuracy, "accuracy", length=len(place), low=0, high=1)
    belief = np.array([pool_votes(column, known, n_states) for column in state.T])
    chosen = np.argmax(np.round(belief, 12), axis=1)
    weight = _precision(known)
    found, error = np.zeros(place.shape[1:]), np.full(place.shape[1], np.inf)
    for joint in range(place.shape[1]):
        placed = state[:, joint] != ABSENT
        if placed.any():
            found[joint], error[joint] = place_one(place[placed, joint], weight[placed], size)
    return Skeleton(points=found, state=chosen, state_probability=belief, error=error)


def _precision(accuracy: FloatArray) -> FloatArray:
    """Relative weights (M,) above 0: the odds of being right, as steadiness is not known."""
    bounded = bounded_accuracy(accuracy, 2)
    return np.asarray(np.log(bounded) - np.log1p(-bounded))


def _checked(points: ArrayLike, states: ArrayLike, n_states: int) -> tuple[FloatArray, IntArray]:
    place, state = np.asarray(points, dtype=np.float64), np.asarray(states)
    if place.ndim != 3 or not len(place) or place.shape[2] not in (2, 3):
        raise refuse("points", "must have shape (M, J, 2) or (M, J, 3) with at least one drawing", 1)
    if state.shape != place.shape[:2] or state.dtype.kind not in "iu":
        raise refuse("states", "must be integers of shape (M, J), like the points")
    if state.size and (state.min() < 0 or state.max() >= n_states):
        raise refuse("states", f"must lie in 0…{n_states - 1}", n_states)
    if not np.isfinite(place[state != ABSENT]).all():
        raise refuse("points", "must be finite where a joint is placed")
    return np.where(state[:, :, None] != ABSENT, place, 0.0), state.astype(np.int64)
