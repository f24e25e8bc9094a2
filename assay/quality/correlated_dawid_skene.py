"""Dawid-Skene with correlated errors: some tasks of a class mislead most workers at once.

Plain Dawid-Skene takes errors to be independent given the class. Where a class has easy and misleading tasks,
it explains the misleading ones as another class, with great confidence. Here each class has M kinds of task,
and each worker a row for each kind:

.. math:: P(l \\mid t, g, w) = \\pi^{(w)}_{tg,l},
          \\quad \\pi^{(w)}_{tg} \\sim \\mathrm{Dir}(4 [l = t] + 1 [l \\ne t]),
          \\quad g \\mid t \\sim \\mathrm{Dir}(0.1)

Y. Li, B. Rubinstein & T. Cohn (2019), "Exploiting worker correlation for label aggregation in crowdsourcing",
ICML, section 4 (EBCC), with their hyper-parameters; variational Bayes from several random splits, the best
bound wins. Needs the ``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from assay.errors import Invalid
from assay.quality.confusion import Rates, dirichlet_frequencies, dirichlet_rates, fit_confusion
from assay.quality.inference import Inference
from assay.quality.votes import Floats, Votes

_RIGHT, _WRONG, _KIND = 4.0, 1.0, 0.1


def correlated_dawid_skene(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    n_kinds: int = 2,
    n_restarts: int = 10,
    max_iterations: int = 300,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """The best of ``n_restarts`` fits with ``n_kinds`` kinds of task for each class.

    With ``n_kinds=1`` it is Kim & Ghahramani's IBCC; the last bound of each tells which the votes favour.
    Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``, ``field.invalid``) and ``TooLarge``.
    """
    if n_kinds < 1 or n_restarts < 1:
        raise Invalid("field.invalid", "n_kinds and n_restarts must be at least 1.", pointer="/n_kinds")
    random = np.random.default_rng(seed)
    best: Inference | None = None
    for _ in range(n_restarts if n_kinds > 1 else 1):
        fit = fit_confusion(
            votes,
            _Kinds(votes.n_classes, n_kinds),
            gold=gold,
            class_prior=prior,
            max_iterations=max_iterations,
            tol=tol,
            seed=seed,
            split=random.dirichlet(np.ones(n_kinds), size=votes.n_tasks),
        )
        if best is None or last_bound(fit) > last_bound(best):
            best = fit
    assert best is not None
    return best


def last_bound(fit: Inference) -> float:
    """The objective a fit ended with; minus infinity where no step was made."""
    return float(fit.bound_history[-1]) if fit.n_iterations else -np.inf


@dataclass(frozen=True, slots=True)
class _Kinds:
    name: ClassVar[str] = "correlated_dawid_skene"
    n_classes: int
    n_kinds: int

    def rates(self, counts: Floats) -> Rates:
        return dirichlet_rates(counts, self._pseudo())

    def pseudo_counts(self, counts: Floats) -> Floats:
        return counts + self._pseudo()

    def _pseudo(self) -> Floats:
        pseudo = np.full((self.n_classes, self.n_classes * self.n_kinds), _WRONG)
        truth = np.repeat(np.arange(self.n_classes), self.n_kinds)
        pseudo[truth, np.arange(len(truth))] = _RIGHT
        return pseudo[None]

    def log_frequencies(self, sizes: Floats) -> tuple[Floats, float]:
        by_class = sizes.reshape(self.n_classes, self.n_kinds)
        expected, cost = dirichlet_frequencies(by_class.sum(axis=1), 1.0)
        rows = [dirichlet_frequencies(row, _KIND) for row in by_class]
        within = np.array([row for row, _ in rows])
        return (expected[:, None] + within).ravel(), cost + sum(lost for _, lost in rows)
