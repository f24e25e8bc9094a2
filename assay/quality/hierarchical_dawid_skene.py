"""Hierarchical Dawid-Skene: confusion matrices that borrow from the worker's other rows and from the crowd.

Row k of worker w is Dirichlet with mean m and strength s:

.. math:: \\pi^{(w)}_{k\\cdot} \\sim \\mathrm{Dir}(s_k m^{(w)}_{k\\cdot}), \\quad
          m^{(w)}_{kk} = \\sigma(\\theta_w + d_k), \\quad m^{(w)}_{kl} = (1 - m^{(w)}_{kk})\\, o_{kl}

θ is the worker's ability, d the class's easiness, o where the crowd's errors go. With s → ∞ and even o this
is the one-coin model, with s → 0 plain Dawid-Skene; s is learned, so the data choose. Ability matters where
votes are few and classes many: one's accuracy on one class says something of the next.

Variational Bayes for the truth and the rows (Kim & Ghahramani 2012, "Bayesian classifier combination");
hyper-parameters by their posterior mode: s and o by Minka's fixed point (2000, "Estimating a Dirichlet
distribution", equation 55, on the expected counts), θ and d by Newton steps on the same minorant, τ² with
Laplace's variance of θ. Priors: θ ~ N(μ, τ²), μ ~ N(logit 0.8, τ²), τ² ~ InvGamma around 1 (one worker's
weight), d ~ N(0, 1), s ~ Gamma(2, 0.2), o ~ Dirichlet(2). Needs the ``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, psi

from assay.quality.confusion import Rates, dirichlet_frequencies, dirichlet_rates, fit_confusion
from assay.quality.inference import Inference
from assay.quality.votes import Floats, Votes

_USUAL_LOG_ODDS = float(np.log(0.8 / 0.2))
_STRENGTHS = (0.3, 300.0)


def hierarchical_dawid_skene(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """Fit from the vote shares. Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``) and ``TooLarge``."""
    crowd = Crowd(votes.n_workers, votes.n_classes)
    return fit_confusion(
        votes, crowd, gold=gold, class_prior=prior, max_iterations=max_iterations, tol=tol, seed=seed
    )


class Crowd:
    """The hyper-parameters, learned as the climb goes on. K classes; arrays [worker, label, truth]."""

    name: ClassVar[str] = "hierarchical_dawid_skene"

    def __init__(self, n_workers: int, n_classes: int) -> None:
        self.diagonal = np.arange(n_classes)
        self.ability = np.full(n_workers, _USUAL_LOG_ODDS)
        self.centre, self.variance = _USUAL_LOG_ODDS, 1.0
        self.easiness = np.zeros(n_classes)
        self.strength = np.full(n_classes, 5.0)
        self.others = 1.0 - np.eye(n_classes)
        self.errors = self.others / max(n_classes - 1, 1)

    def rates(self, counts: Floats) -> Rates:
        pseudo = self._pseudo()
        tables = pseudo * (psi(counts + pseudo) - psi(pseudo))
        right = tables[:, self.diagonal, self.diagonal]
        wrong = tables.sum(axis=1) - right
        self._learn_strength(counts.sum(axis=1), (right + wrong).sum(axis=0))
        self._learn_errors(tables)
        self._learn_ability(right, right + wrong)
        rates = dirichlet_rates(counts, self._pseudo())
        return Rates(table=rates.table, cost=rates.cost + self._surprise())

    def pseudo_counts(self, counts: Floats) -> Floats:
        return counts + self._pseudo()

    def log_frequencies(self, sizes: Floats) -> tuple[Floats, float]:
        return dirichlet_frequencies(sizes, 1.0)

    def _pseudo(self) -> Floats:
        log_odds = self.ability[:, None] + self.easiness
        mean = expit(-log_odds)[:, None, :] * self.errors
        mean[:, self.diagonal, self.diagonal] = expit(log_odds)
        return np.asarray(np.maximum(mean * self.strength, 1e-6))

    def _learn_strength(self, votes_cast: Floats, tables: Floats) -> None:
        """``votes_cast`` (W, K) by truth; ``tables`` (K,) as in a Chinese restaurant: the prior's own
        draws."""
        seats = (psi(votes_cast + self.strength) - psi(self.strength)).sum(axis=0)
        self.strength = np.clip((tables + 1.0) / (seats + 0.2), *_STRENGTHS)

    def _learn_errors(self, tables: Floats) -> None:
        errors = (tables.sum(axis=0) + 1.0) * self.others
        self.errors = errors / np.maximum(errors.sum(axis=0), 1e-300)

    def _learn_ability(self, right: Floats, tried: Floats) -> None:
        """Newton steps for a logistic regression of right draws on worker and class, both (W, K)."""
        chance = expit(self.ability[:, None] + self.easiness)
        slope = (right - tried * chance).sum(axis=1) - (self.ability - self.centre) / self.variance
        precision = (tried * chance * (1 - chance)).sum(axis=1) + 1 / self.variance
        self.ability = self.ability + np.clip(slope / precision, -1.0, 1.0)
        chance = expit(self.ability[:, None] + self.easiness)
        slope = (right - tried * chance).sum(axis=0) - self.easiness
        self.easiness = self.easiness + np.clip(
            slope / ((tried * chance * (1 - chance)).sum(axis=0) + 1.0), -1.0, 1.0
        )
        n_workers = len(self.ability)
        self.centre = float(self.ability.sum() + _USUAL_LOG_ODDS) / (n_workers + 1)
        around = (self.ability - self.centre) ** 2 + 1 / precision
        self.variance = float(around.sum() + 1.0) / (n_workers + 1)

    def _surprise(self) -> float:
        """Minus the log density of the hyper-parameters, to a constant."""
        around = (self.ability - self.centre) ** 2 / self.variance + np.log(self.variance)
        cost = 0.5 * float(around.sum()) + 0.5 * float((self.easiness**2).sum())
        cost += float((0.2 * self.strength - np.log(self.strength)).sum())
        return cost - float((self.others * np.log(np.maximum(self.errors, 1e-300))).sum())
