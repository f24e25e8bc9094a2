"""The one-coin model: each worker is right with one probability, whatever the class.

.. math:: P(l \\mid t, w) = a_w [l = t] + (1 - a_w) / (K - 1) [l \\ne t],
          \\quad a_w \\sim \\mathrm{Beta}(4, 1)

fitted by variational Bayes: q(t) and q(a_w) in turn, classes' frequencies by their posterior mode. With few
votes a worker's weight ψ(right) - ψ(wrong) is smaller than the log odds of the mean, so that little evidence
counts for little. Plain numpy: it is also the model of a server without the ``quality`` extra.

Sources: Dawid & Skene 1979 (one accuracy in place of a confusion matrix); Raykar et al. 2010, JMLR 11 (Beta
priors); Liu, Peng & Ihler 2012, NIPS (mean field, their equations 8-9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.errors import Invalid
from assay.quality.coin import Coin
from assay.quality.gamma import digamma, log_gamma
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    posterior: Floats
    class_prior: Floats
    right: Floats
    wrong: Floats


def one_coin(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    accuracy_prior: tuple[float, float] = (4.0, 1.0),
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """Fit from the majority's answer.

    ``gold`` as in :func:`~assay.quality.votes.check_gold` is held fixed; ``prior`` (K,) or (N, K) replaces
    the fitted frequencies of classes; ``accuracy_prior`` is the Beta's two counts. With it above one half,
    votes alone never turn the majority of workers into adversaries: all being wrong looks exactly like all
    being right, and only gold can tell.

    Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``, ``field.invalid``).
    """
    if not all(np.isfinite(count) and count > 0 for count in accuracy_prior):
        raise Invalid(
            "field.invalid", "accuracy_prior must be two positive numbers.", pointer="/accuracy_prior"
        )
    fit = _Fit(votes, check_gold(gold, votes), check_prior(prior, votes), accuracy_prior)
    state, went = climb(fit.step, fit.start(), n_votes=votes.n_votes, max_iterations=max_iterations, tol=tol)
    return describe(
        votes,
        went,
        model="one_coin",
        states=state.posterior,
        class_prior=state.class_prior,
        skill=OneCoinSkill(right=state.right, wrong=state.wrong, n_classes=votes.n_classes),
        worker_accuracy=state.right / (state.right + state.wrong),
        seed=seed,
    )


class _Fit:
    def __init__(
        self,
        votes: Votes,
        gold: NDArray[np.int64],
        prior: Floats | None,
        accuracy_prior: tuple[float, float],
    ) -> None:
        self.votes, self.gold, self.prior, self.coin = votes, gold, prior, Coin(votes)
        self.alpha, self.beta = accuracy_prior
        self.seen = (np.diff(votes.starts) > 0) | (gold >= 0)

    def start(self) -> _State:
        counts = self.votes.counts() + (1.0 / self.votes.n_classes if self.prior is None else self.prior)
        posterior = clamped(counts / counts.sum(axis=1, keepdims=True), self.gold)
        believed = np.full(self.votes.n_workers, self.alpha), np.full(self.votes.n_workers, self.beta)
        return self._learn(posterior, *self._log_chances(*believed))

    def step(self, state: _State) -> tuple[_State, float]:
        """Posterior of the truth given the skills, then of the skills given the truth."""
        log_right, log_wrong = self._log_chances(state.right, state.wrong)
        scores, base = self.coin.scores(log_right, log_wrong)
        scores += log_prior(state.class_prior if self.prior is None else self.prior)
        posterior, log_evidence = _normalised(scores, self.gold)
        bound = float(log_evidence[self.seen].sum() + base) - self._divergence(state)
        return self._learn(posterior, log_right, log_wrong), bound

    def _log_chances(self, right: Floats, wrong: Floats) -> tuple[Floats, Floats]:
        """Of each vote, (V,): E log P(the right label) and E log P(each wrong one) by pseudo-counts (W,)."""
        both = digamma(right + wrong)
        log_wrong = digamma(wrong) - both - np.log(max(self.votes.n_classes - 1, 1))
        workers = self.votes.workers
        return (digamma(right) - both)[workers], log_wrong[workers]

    def _learn(self, posterior: Floats, log_right: Floats, log_wrong: Floats) -> _State:
        agreed = self.coin.right(posterior, log_right, log_wrong)
        right = weighted_counts(self.votes.workers, agreed, self.votes.n_workers)
        frequency = posterior[self.seen].sum(axis=0) + 1.0
        return _State(
            posterior=posterior,
            class_prior=frequency / frequency.sum(),
            right=right + self.alpha,
            wrong=self.votes.worker_votes() - right + self.beta,
        )

    def _divergence(self, state: _State) -> float:
        """KL of the workers' Betas from their prior, less the log prior of the classes' frequencies."""
        right, wrong, alpha, beta = state.right, state.wrong, self.alpha, self.beta
        total = right + wrong
        normal = log_gamma(total) - log_gamma(right) - log_gamma(wrong)
        normal -= log_gamma(alpha + beta) - log_gamma(alpha) - log_gamma(beta)
        tilt = (right - alpha) * digamma(right) + (wrong - beta) * digamma(wrong)
        tilt -= (total - alpha - beta) * digamma(total)
        frequencies = 0.0 if self.prior is not None else float(np.log(state.class_prior).sum())
        return float((normal + tilt).sum()) - frequencies


def _normalised(scores: Floats, gold: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Softmax of each row, known rows held at their answer, and the log of each row's sum."""
    top = scores.max(axis=1, keepdims=True)
    log_evidence = (top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True)))[:, 0]
    known = np.flatnonzero(gold >= 0)
    log_evidence[known] = scores[known, gold[known]]
    return clamped(softmax(scores), gold), log_evidence
