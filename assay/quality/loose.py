"""Votes that count for more or less than one, and votes that name several classes.

A *weight* w ≥ 0 is how many votes a vote is worth: its chance is raised to the power w, and it adds w to what
is counted. A *set* says that the truth is one of several classes, as where a labeler cannot tell two apart.
Behind it is one label that was not told, whichever of the set it may be (coarsening at random: D. F. Heitjan
& D. B. Rubin 1991, "Ignorability and coarse data", Annals of Statistics 19):

.. math:: P(S \\mid t, w) = \\sum_{l \\in S} P(l \\mid t, w)

so that a set of one class is a plain vote, and a set of all is none. Plain numpy, for V votes on K classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.errors import Invalid

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looseness:
    """What V votes have beside task, worker and label; None where they are plain in that respect."""

    weights: Floats | None
    """How many votes each is worth, (V,), above 0."""
    possible: Bools | None
    """Classes that each vote leaves possible, (V, K)."""

    def at(self, places: NDArray[Any]) -> Looseness:
        """Those of the votes at ``places``, which index or mask."""
        return Looseness(
            weights=None if self.weights is None else self.weights[places],
            possible=None if self.possible is None else self.possible[places],
        )


def read_weights(weights: ArrayLike | None, n_votes: int) -> Floats | None:
    """Weights (V,), finite and not negative. Raises ``Invalid`` (``votes.invalid``)."""
    if weights is None:
        return None
    try:
        given = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Invalid("votes.invalid", "weights must be numbers.", pointer="/weights") from error
    if given.shape != (n_votes,):
        detail = f"weights have shape {given.shape}; there must be one for each of {n_votes} votes."
        raise Invalid("votes.invalid", detail, pointer="/weights", limit=n_votes)
    if not np.isfinite(given).all() or (given < 0).any():
        detail = "weights must be finite and not negative."
        raise Invalid("votes.invalid", detail, pointer="/weights", limit=0)
    return given


def read_sets(labels: ArrayLike) -> Bools | None:
    """``labels`` as sets (V, K) where they are a table of true and false, else None.

    Raises ``Invalid`` (``votes.invalid``) for a vote that leaves no class possible.
    """
    given: NDArray[Any] = np.asarray(labels)
    if given.ndim != 2 or given.dtype.kind != "b" or given.shape[1] == 0:
        return None
    possible = given.any(axis=1)
    if not possible.all():
        vote = int(possible.argmin())
        detail = f"Vote {vote} leaves no class possible; leave missing votes out."
        raise Invalid("votes.invalid", detail, pointer=f"/labels/{vote}")
    return given


def telling(weights: Floats | None, possible: Bools | None, n_votes: int) -> Bools:
    """Which votes say anything, (V,): weight 0 is no vote, nor is the set of all of several classes."""
    says = np.ones(n_votes, dtype=np.bool_)
    if weights is not None:
        says &= weights > 0
    if possible is not None and possible.shape[1] > 1:
        says &= ~possible.all(axis=1)
    return says


def loosened(weights: Floats | None, possible: Bools | None) -> Looseness:
    """Without what all votes have alike: weights of 1, sets of one class."""
    if weights is not None and (weights == 1.0).all():
        weights = None
    if possible is not None and (possible.sum(axis=1) == 1).all():
        possible = None
    return Looseness(weights=weights, possible=possible)


def loose_order(
    tasks: Integers, workers: Integers, labels: Integers, loose: Looseness, keep_repeats: bool
) -> NDArray[np.int64]:
    """The votes by task, worker and what they say, (≤ V,): of equal ones only the weightiest."""
    says = np.asarray(labels)
    if loose.possible is not None:
        packed = np.packbits(loose.possible, axis=1)
        says = np.unique(packed, axis=0, return_inverse=True)[1].reshape(-1)
    weights = np.ones(len(tasks)) if loose.weights is None else loose.weights
    order = np.lexsort((-weights, says, workers, tasks))
    if keep_repeats:
        return order
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = False
    for column in (tasks, workers, says):
        new[1:] |= column[order][1:] != column[order][:-1]
    return order[new]
