"""MACE: each worker knows the answer, or else answers from a habit of their own.

.. math:: P(l \\mid t, w) = (1 - \\theta_w) [l = t] + \\theta_w \\xi_{w l}

θ is how often the worker does not look, ξ what is said then; classes are equally likely beforehand unless a
prior is given. Variational Bayes with the authors' priors, θ ~ Beta(0.5, 0.5) and ξ ~ Dirichlet(10), from the
vote shares instead of random starts: one start, the same answer each time.

D. Hovy, T. Berg-Kirkpatrick, A. Vaswani & E. Hovy (2013), "Learning whom to trust with MACE", NAACL-HLT,
section 2. Needs the ``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from assay.quality.confusion import Rates, fit_confusion
from assay.quality.inference import Inference
from assay.quality.sweeps import LEAST
from assay.quality.votes import Floats, Votes

_SPAM = 0.5
_HABIT = 10.0


def mace(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """Fit from the vote shares. Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``) and ``TooLarge``."""
    spammers = _Spammers(votes.n_workers, votes.n_classes)
    return fit_confusion(
        votes, spammers, gold=gold, class_prior=prior, max_iterations=max_iterations, tol=tol, seed=seed
    )


class _Spammers:
    """Rates as a mixture of knowing and habit. ``knowing`` (W, 2) and ``habit`` (W, K) are the expected
    logs."""

    name: ClassVar[str] = "mace"

    def __init__(self, n_workers: int, n_classes: int) -> None:
        self.diagonal = np.arange(n_classes)
        self.knowing = np.tile(psi([_SPAM, _SPAM]) - psi(2 * _SPAM), (n_workers, 1))
        self.habit = np.full((n_workers, n_classes), psi(_HABIT) - psi(_HABIT * n_classes))

    def rates(self, counts: Floats) -> Rates:
        known, said = self._split(counts)
        by_knowing = np.stack([known, said.sum(axis=1)], axis=1)
        self.knowing, cost = _expected_log(by_knowing, _SPAM)
        self.habit, habit_cost = _expected_log(said, _HABIT)
        table = self._table(np.exp(self.knowing), np.exp(self.habit))
        return Rates(table=np.maximum(table, LEAST), cost=cost + habit_cost)

    def pseudo_counts(self, counts: Floats) -> Floats:
        known, said = self._split(counts)
        knowing = np.stack([known, said.sum(axis=1)], axis=1) + _SPAM
        habit = said + _HABIT
        table = self._table(
            knowing / knowing.sum(axis=1, keepdims=True), habit / habit.sum(axis=1, keepdims=True)
        )
        return np.asarray(table * (counts.sum(axis=1, keepdims=True) + 1.0))

    def log_frequencies(self, sizes: Floats) -> tuple[Floats, float]:
        return np.full(len(sizes), -np.log(len(sizes))), 0.0

    def _split(self, counts: Floats) -> tuple[Floats, Floats]:
        """Expected votes that were known (W,), and said by habit (W, K), under the rates before."""
        habit = np.exp(self.knowing[:, 1:] + self.habit)
        share = np.exp(self.knowing[:, :1]) / (np.exp(self.knowing[:, :1]) + habit)
        known = counts[:, self.diagonal, self.diagonal] * share
        return known.sum(axis=1), counts.sum(axis=2) - known

    def _table(self, knowing: Floats, habit: Floats) -> Floats:
        table = np.repeat((knowing[:, 1:] * habit)[:, :, None], len(self.diagonal), axis=2)
        table[:, self.diagonal, self.diagonal] += knowing[:, :1]
        return table


def _expected_log(counts: Floats, pseudo: float) -> tuple[Floats, float]:
    """E log of symmetric Dirichlet rows given counts (W, C), and the divergence from the prior."""
    total = counts + pseudo
    sums = total.sum(axis=1)
    expected = psi(total) - psi(sums)[:, None]
    cost = gammaln(sums) - gammaln(pseudo * counts.shape[1])
    cost -= (gammaln(total) - gammaln(pseudo)).sum(axis=1) - (counts * expected).sum(axis=1)
    return expected, float(cost.sum())
