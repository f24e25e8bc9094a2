"""GLAD: workers have ability, tasks have difficulty.

.. math:: P(l = t \\mid w, i) = \\sigma(\\alpha_w \\beta_i), \\quad \\beta_i = e^{\\gamma_i},
          \\quad \\alpha_w \\sim N(1, 1), \\quad \\gamma_i \\sim N(1, 1)

and errors fall evenly on the other classes. EM; in each M step one Fisher-scoring step for the abilities and
one for the tasks, each halved until the expected log posterior does not fall. Classes are equally likely
beforehand unless a prior is given.

J. Whitehill, P. Ruvolo, T. Wu, J. Bergsma & J. Movellan (2009), "Whose vote should count more: optimal
integration of labels from labelers of unknown expertise", NIPS, equations 1-4; their priors. Needs the
``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit

from assay.quality.coin import Coin
from assay.quality.inference import Inference, climb, describe
from assay.quality.skill import OneCoinSkill
from assay.quality.votes import (
    Floats,
    Integers,
    Votes,
    check_gold,
    check_prior,
    clamped,
    log_prior,
    softmax,
    weighted_counts,
)


def glad(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """Fit from able workers and middling tasks. ``item_difficulty`` is the mean worker's chance of an error.

    Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``).
    """
    item_prior = check_prior(prior, votes)
    even = np.full(votes.n_classes, 1.0 / votes.n_classes)
    fit = _Fit(
        tasks=votes.tasks,
        coin=Coin(votes),
        votes=votes,
        gold=check_gold(gold, votes),
        log_prior=log_prior(even if item_prior is None else item_prior),
    )
    start = _State(ability=np.ones(votes.n_workers), log_ease=np.ones(votes.n_tasks))
    state, went = climb(fit.step, start, n_votes=votes.n_votes, max_iterations=max_iterations, tol=tol)
    posterior, _ = fit.expect(state)
    right = weighted_counts(votes.workers, expit(fit.advantage(state)) * votes.mass, votes.n_workers) + 4.0
    total = votes.worker_votes() + 5.0
    return describe(
        votes,
        went,
        model="glad",
        states=posterior,
        class_prior=(posterior.sum(axis=0) + 1) / (votes.n_tasks + votes.n_classes),
        skill=OneCoinSkill(right=right, wrong=total - right, n_classes=votes.n_classes),
        worker_accuracy=right / total,
        seed=seed,
        item_difficulty=expit(-np.exp(state.log_ease) * (state.ability.mean() if votes.n_workers else 1.0)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    ability: Floats
    log_ease: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fit:
    tasks: NDArray[np.int64]
    coin: Coin
    votes: Votes
    gold: NDArray[np.int64]
    log_prior: Floats

    def advantage(self, state: _State) -> Floats:
        """αβ of each vote, (V,): the log odds that it is right."""
        return np.asarray(state.ability[self.votes.workers] * np.exp(state.log_ease)[self.tasks])

    def expect(self, state: _State) -> tuple[Floats, float]:
        """The posterior (N, K) and the log evidence."""
        scores, base = self.coin.scores(*self._log_chances(state))
        scores += self.log_prior
        told = np.flatnonzero(self.gold >= 0)
        evidence = np.logaddexp.reduce(scores, axis=1)
        evidence[told] = scores[told, self.gold[told]]
        return clamped(softmax(scores), self.gold), float(evidence.sum() + base)

    def _log_chances(self, state: _State) -> tuple[Floats, Floats]:
        """Of each vote, (V,): log P(the right label) and log P(each wrong one)."""
        at = self.advantage(state)
        return log_expit(at), log_expit(-at) - np.log(max(self.votes.n_classes - 1, 1))

    def step(self, state: _State) -> tuple[_State, float]:
        posterior, evidence = self.expect(state)
        right = self.coin.right(posterior, *self._log_chances(state))
        bound = evidence + _log_density(state)
        ease = np.exp(state.log_ease)[self.tasks]
        move = self._newton(state, right, ease, self.votes.workers, state.ability)
        state = self._climb(state, right, ability=move)
        move = self._newton(state, right, self.advantage(state), self.tasks, state.log_ease)
        return self._climb(state, right, log_ease=move), bound

    def _newton(self, state: _State, right: Floats, slope: Floats, places: Integers, at: Floats) -> Floats:
        """The Fisher-scoring step of one set of parameters; ``right`` (V,) counts right labels by weight,
        ``slope`` (V,) is d advantage / d parameter."""
        chance, mass = expit(self.advantage(state)), self.votes.mass
        gradient = weighted_counts(places, (right - mass * chance) * slope, len(at)) - (at - 1.0)
        information = weighted_counts(places, mass * chance * (1 - chance) * slope**2, len(at)) + 1.0
        return np.clip(gradient / information, -1.0, 1.0)

    def _climb(
        self, state: _State, right: Floats, ability: Floats | None = None, log_ease: Floats | None = None
    ) -> _State:
        """``state`` moved, by half as far as often as needed; where nothing helps, not at all."""
        best = self._expected(state, right)
        for halving in range(10):
            size = 0.5**halving
            moved = state
            if ability is not None:
                moved = replace(moved, ability=state.ability + size * ability)
            if log_ease is not None:
                moved = replace(moved, log_ease=state.log_ease + size * log_ease)
            if self._expected(moved, right) >= best:
                return moved
        return state

    def _expected(self, state: _State, right: Floats) -> float:
        at = self.advantage(state)
        wrong = self.votes.mass - right
        return float((right * log_expit(at) + wrong * log_expit(-at)).sum()) + _log_density(state)


def _log_density(state: _State) -> float:
    return float(-0.5 * ((state.ability - 1) ** 2).sum() - 0.5 * ((state.log_ease - 1) ** 2).sum())
