"""Ratings on an ordered scale pooled at known accuracies."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.quality.pooling import bounded_accuracy


def ordinal_posterior(votes: ArrayLike, accuracy: ArrayLike, n_levels: int) -> NDArray[np.float64]:
    """Posterior ``(L,)`` over L levels from votes ``(V,)`` (level indices) and accuracies ``(V,)``, flat
    prior.

    A labeler's error falls off geometrically with distance: P(v | t) = ρ^|v − t| / Z(t), the two-sided
    geometric distribution (Inusah & Kozubowski 2006), with ρ = (1 − a) / (1 + a) so that an unbounded scale
    is answered exactly right with probability a. The most probable level is a skill-weighted median but for
    the scale's ends.
    """
    levels = np.arange(n_levels)
    log_posterior = np.zeros(n_levels)
    for vote, a in zip(
        np.asarray(votes).tolist(), bounded_accuracy(accuracy, n_levels).tolist(), strict=True
    ):
        ratio = (1.0 - a) / (1.0 + a)
        below, above = ratio ** (levels + 1.0), ratio ** (n_levels - levels + 0.0)
        normaliser = (1.0 + ratio - below - above) / (1.0 - ratio)
        log_posterior += np.abs(levels - vote) * np.log(ratio) - np.log(normaliser)
    weight = np.exp(log_posterior - log_posterior.max())
    return np.asarray(weight / weight.sum())
