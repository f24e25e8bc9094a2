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

from assay.quality.coin import Coin
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
    fit = _Fit(votes, check_gold(gold, votes), check_prior(prior, votes))
    accuracy, went = climb(fit.step, 0.8, n_votes=votes.n_votes, max_iterations=max_iterations, tol=tol)
    posterior = fit.posterior(accuracy)
    agreed = fit.coin.right(posterior, *fit.log_chances(accuracy))
    right = weighted_counts(votes.workers, agreed, votes.n_workers)
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


class _Fit:
    def __init__(self, votes: Votes, gold: NDArray[np.int64], prior: Floats | None) -> None:
        self.votes, self.gold, self.prior = votes, gold, prior
        self.coin, self.counts = Coin(votes), votes.counts()

    def step(self, accuracy: float) -> tuple[float, float]:
        posterior = self.posterior(accuracy)
        if self.votes.plain:
            right = float((self.counts * posterior).sum())
        else:
            right = float(self.coin.right(posterior, *self.log_chances(accuracy)).sum())
        return (right + _RIGHT - 1) / (self.votes.total + _RIGHT + _WRONG - 2), self._evidence(accuracy)

    def posterior(self, accuracy: float) -> Floats:
        scores, _ = self._said(accuracy)
        return clamped(softmax(scores if self.prior is None else scores + log_prior(self.prior)), self.gold)

    def log_chances(self, accuracy: float) -> tuple[Floats, Floats]:
        """The log chance of the right label and of each wrong one, (V,) each. Accuracy is held at chance or
        above: the majority's answer cannot be the least likely one."""
        wrong = float(np.log(max(1.0 - accuracy, 1e-12) / max(self.votes.n_classes - 1, 1)))
        right = max(float(np.log(max(accuracy, 1e-12))), wrong)
        return np.full(self.votes.n_votes, right), np.full(self.votes.n_votes, wrong)

    def _said(self, accuracy: float) -> tuple[Floats, float]:
        """log P(votes | class), (N, K), to the number that is told beside it."""
        log_right, log_wrong = self.log_chances(accuracy)
        if self.votes.plain and self.votes.n_votes:
            # All votes weigh the same: no need to look at each.
            return self.counts * (log_right[0] - log_wrong[0]), self.votes.n_votes * float(log_wrong[0])
        return self.coin.scores(log_right, log_wrong)

    def _evidence(self, accuracy: float) -> float:
        """The log evidence of the votes and the accuracy's log prior."""
        n_classes = self.votes.n_classes
        even = np.full(n_classes, 1.0 / n_classes) if self.prior is None else self.prior
        scores, base = self._said(accuracy)
        scores = scores + log_prior(even)
        top = scores.max(axis=1, keepdims=True)
        total = (top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True)))[:, 0]
        told = np.flatnonzero(self.gold >= 0)
        total[told] = scores[told, self.gold[told]]
        return float(total.sum() + base + (_RIGHT - 1) * np.log(max(accuracy, 1e-12)))
