"""Worker agreement with the aggregate: weigh each worker by how often he is with the majority.

One round: the majority's answer (ties shared evenly), each worker's share of votes for it, then the weighted
vote. The posterior is the share of weight, which is no calibrated probability; calibrate it before use.

Appen (2021), "Calculating worker agreement with aggregate (WAWA)". Plain numpy.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.inference import Climb, Inference, describe
from assay.quality.skill import OneCoinSkill
from assay.quality.votes import Floats, Votes, check_gold, check_prior, clamped, weighted_counts


def wawa(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    max_iterations: int = 1,
    tol: float = 0.0,
    seed: int = 0,
) -> Inference:
    """``gold`` is the aggregate where it is known; a ``prior`` votes once, with an average worker's weight.

    There is one round whatever ``max_iterations`` and ``tol``. Raises ``Invalid`` (``gold.invalid``,
    ``prior.invalid``).
    """
    known, item_prior = check_gold(gold, votes), check_prior(prior, votes)
    counts = votes.counts()
    # Weights add up to within rounding, which must not break a tie.
    best = (counts >= counts.max(axis=1, keepdims=True) - 1e-9).astype(np.float64)
    aggregate = clamped(best / best.sum(axis=1, keepdims=True), known)
    with_it = weighted_counts(votes.workers, votes.chance(aggregate) * votes.mass, votes.n_workers)
    weight = with_it / np.where(votes.worker_votes() > 0, votes.worker_votes(), 1.0)
    mean_weight = float((weight[votes.workers] * votes.mass).sum() / votes.total) if votes.n_votes else 1.0
    # Who names several classes shares the vote among them.
    scores = votes.spread(weight[votes.workers] / votes.named)
    if item_prior is not None:
        scores += max(mean_weight, 1e-9) * item_prior
    posterior = clamped(_shares(scores), known)
    right, wrong = with_it + 4.0, votes.worker_votes() - with_it + 1.0
    return describe(
        votes,
        Climb(converged=True, bound_history=np.zeros(1)),
        model="wawa",
        states=posterior,
        class_prior=(posterior.sum(axis=0) + 1) / (votes.n_tasks + votes.n_classes),
        skill=OneCoinSkill(right=right, wrong=wrong, n_classes=votes.n_classes),
        worker_accuracy=right / (right + wrong),
        seed=seed,
    )


def _shares(scores: Floats) -> Floats:
    """Each row over its sum, (N, K); even where nobody of any weight voted."""
    total = scores.sum(axis=1, keepdims=True)
    return np.where(total > 0, scores / np.where(total > 0, total, 1.0), 1.0 / scores.shape[1])
