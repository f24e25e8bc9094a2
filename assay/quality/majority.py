"""The majority's answer, with a probability: every worker is equally accurate.

.. math:: P(t \\mid votes) \\propto p_t (a (K - 1) / (1 - a))^{n_t}

where n is the number of votes for class t and a the one accuracy that all workers share, found by EM from 0.8
(one Beta(4, 1) prior for all). Classes are equally likely beforehand unless a prior is given, so that the
best class is the one with most votes. Plain numpy.

Condorcet (1785); Nitzan & Paroush (1982), "Optimal decision rules in uncertain dichotomous choice
situations", International Economic Review 23, theorem 1 with equal competences.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.quality.inference import Inference, climb, describe
from assay.quality.skill import OneCoinSkill
from assay.quality.votes import (
    Floats,
    Votes,
    check_gold,
    check_prior,
    clamped,
    log_prior,
    softmax,
    weighted_counts,
)

_RIGHT, _WRONG = 4.0, 1.0


def majority(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``)."""
    known, item_prior, counts = check_gold(gold, votes), check_prior(prior, votes), votes.counts()

    def posterior_at(accuracy: float) -> Floats:
        return clamped(softmax(_scores(counts, item_prior, accuracy)), known)

    def step(accuracy: float) -> tuple[float, float]:
        right = float((counts * posterior_at(accuracy)).sum())
        bound = _evidence(counts, item_prior, accuracy, known)
        return (right + _RIGHT - 1) / (votes.n_votes + _RIGHT + _WRONG - 2), bound

    accuracy, went = climb(step, 0.8, n_votes=votes.n_votes, max_iterations=max_iterations, tol=tol)
    posterior = posterior_at(accuracy)
    right = weighted_counts(votes.workers, posterior.ravel()[votes.cells], votes.n_workers)
    right, wrong = right + _RIGHT, votes.worker_votes() - right + _WRONG
    return describe(
        votes,
        went,
        model="majority",
        states=posterior,
        class_prior=(posterior.sum(axis=0) + 1) / (votes.n_tasks + votes.n_classes),
        skill=OneCoinSkill(right=right, wrong=wrong, n_classes=votes.n_classes),
        worker_accuracy=right / (right + wrong),
        seed=seed,
    )


def _scores(counts: Floats, prior: Floats | None, accuracy: float) -> Floats:
    """log P(class, votes) to a constant, (N, K). Accuracy is held at chance or above: the majority's answer
    cannot be the least likely one."""
    n_classes = counts.shape[1]
    odds = accuracy * max(n_classes - 1, 1) / max(1.0 - accuracy, 1e-12)
    scores = counts * np.log(max(odds, 1.0))
    return np.asarray(scores if prior is None else scores + log_prior(prior))


def _evidence(counts: Floats, prior: Floats | None, accuracy: float, known: NDArray[np.int64]) -> float:
    """The log evidence of the votes and the accuracy's log prior."""
    n_classes = counts.shape[1]
    even = np.full(n_classes, 1.0 / n_classes) if prior is None else prior
    scores = _scores(counts, even, accuracy)
    top = scores.max(axis=1, keepdims=True)
    total = (top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True)))[:, 0]
    told = np.flatnonzero(known >= 0)
    total[told] = scores[told, known[told]]
    wrong = np.log(max(1.0 - accuracy, 1e-12) / max(n_classes - 1, 1))
    return float(total.sum() + counts.sum() * wrong + (_RIGHT - 1) * np.log(max(accuracy, 1e-12)))
