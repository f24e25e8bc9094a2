"""How good each item is, from pairs of which one was preferred, or neither.

Of two items with worths p_i and p_j, i is preferred with probability p_i / z, j with p_j / z, and neither
with v √(p_i p_j) / z, where z is the sum of the three. R. A. Bradley, M. E. Terry (1952), Biometrika 39,
without ties; R. R. Davidson (1970), "On extending the Bradley–Terry model to accommodate ties in paired
comparison experiments", JASA 65 (eq. 2.1). It is Plackett and Luce's model with ties for two items, and is
fitted as such, with each worker's reliability if workers are told (``plackett_luce``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, read_indices, refuse
from assay.quality.plackett_luce import PRIOR_SD, Choices, Worths, fit_choices, workers_of


def fit_comparisons(
    left: ArrayLike,
    right: ArrayLike,
    outcomes: ArrayLike,
    workers: ArrayLike | None = None,
    *,
    n_items: int | None = None,
    n_workers: int | None = None,
    prior_sd: float = PRIOR_SD,
) -> Worths:
    """The worths of N items from V comparisons.

    ``left`` and ``right`` (V,) are item numbers, ``outcomes`` (V,) 1 where the left was preferred, -1 where
    the right, 0 where neither. ``workers`` (V,) who compared; without them all are equally reliable. An item
    that nobody compared, and a worker who compared nothing, is the prior's. Raises ``Invalid``.
    """
    first = read_indices(left, "left", below=n_items)
    pairs = np.stack([first, read_indices(right, "right", below=n_items, length=len(first))], axis=1)
    told = np.asarray(outcomes)
    if not len(pairs) or told.shape != (len(pairs),) or not np.isin(told, (-1, 0, 1)).all():
        raise refuse("outcomes", "must be -1, 0 or 1, one for each of at least one pair")
    if (pairs[:, 0] == pairs[:, 1]).any():
        raise refuse("right", "must be another item than left")
    who = workers_of(workers, len(pairs), n_workers)
    return fit_choices(
        Choices(
            items=pairs,
            left=np.ones_like(pairs, dtype=np.bool_),
            chosen=np.stack([told >= 0, told <= 0], axis=1),
            workers=who,
        ),
        int(pairs.max()) + 1 if n_items is None else n_items,
        with_reliability=workers is not None,
        n_workers=int(who.max()) + 1 if n_workers is None else n_workers,
        prior_sd=prior_sd,
    )


def outcome_probabilities(
    fit: Worths, left: ArrayLike, right: ArrayLike, workers: ArrayLike | None = None
) -> FloatArray:
    """``(V, 3)`` probabilities that the left is preferred, neither is, and the right is.

    Of an average worker, or of each pair's worker (V,). Raises ``Invalid``.
    """
    n_items = len(fit.log_worth)
    first = read_indices(left, "left", below=n_items)
    second = read_indices(right, "right", below=n_items, length=len(first))
    careful = np.ones(len(first))
    if workers is not None:
        careful = fit.reliability[
            read_indices(workers, "workers", below=len(fit.reliability), length=len(first))
        ]
    half = careful * (fit.log_worth[first] - fit.log_worth[second]) / 2.0
    tie = fit.tie_weights[1] if len(fit.tie_weights) > 1 else 0.0
    weight = np.stack([np.exp(half), np.full(len(half), tie), np.exp(-half)], axis=1)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))
