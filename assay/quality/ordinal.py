"""The ordinal model: classes have an order, and a labeler misses by a little more often than by much.

.. math:: P(l \\mid t, w) \\propto \\exp(-a_w (l - t)^2 + b_w (l - t)),
          \\quad a_w \\sim \\mathrm{Gamma}(2, 1), \\quad b_w \\sim N(0, 1)

a is the labeler's precision, b a leaning to higher classes: a normal distribution around the truth, moved by
b / 2a and cut to the K classes. Two numbers a labeler instead of K (K - 1), so that scales of many steps need
few votes. The log odds of neighbouring answers are linear in the distance, b - a (2 (l - t) + 1): an
adjacent-categories model (A. Agresti 2010, "Analysis of ordinal categorical data") of the kind that
B. Lakshminarayanan & Y. W. Teh (2013), arXiv:1305.0015, put to crowds. The posterior's mode by EM; for each
labeler the M step is concave and climbed by guarded Newton steps. Needs the ``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.confusion import Rates, fit_confusion
from assay.quality.dawid_skene import Smoothed
from assay.quality.inference import Inference
from assay.quality.sweeps import LEAST
from assay.quality.votes import Floats, Votes

_NEWTON_STEPS, _HALVINGS = 3, 6
_PRECISION = (1e-3, 50.0)


def ordinal(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """Fit from the vote shares; class k is one step above class k - 1.

    Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``) and ``TooLarge`` for W×K×K.
    """
    scale = Scale(votes.n_workers, votes.n_classes)
    return fit_confusion(
        votes, scale, gold=gold, class_prior=prior, max_iterations=max_iterations, tol=tol, seed=seed
    )


class Scale:
    """Precision and leaning of W labelers on K classes; arrays [worker, label, truth]."""

    name: ClassVar[str] = "ordinal"

    def __init__(self, n_workers: int, n_classes: int) -> None:
        steps = np.arange(n_classes, dtype=np.float64)
        self.distance = steps[:, None] - steps[None, :]
        self.precision, self.leaning = np.ones(n_workers), np.zeros(n_workers)
        self.frequencies = Smoothed(1.0)

    def rates(self, counts: Floats) -> Rates:
        for _ in range(_NEWTON_STEPS):
            self._climb(counts)
        table = self._table(self.precision, self.leaning)
        return Rates(
            table=np.maximum(table, LEAST), cost=-float(self._log_prior(self.precision, self.leaning).sum())
        )

    def pseudo_counts(self, counts: Floats) -> Floats:
        table = self._table(self.precision, self.leaning)
        return np.asarray(table * (counts.sum(axis=1, keepdims=True) + 1.0))

    def log_frequencies(self, sizes: Floats) -> tuple[Floats, float]:
        return self.frequencies.log_frequencies(sizes)

    def _table(self, precision: Floats, leaning: Floats) -> Floats:
        score = leaning[:, None, None] * self.distance - precision[:, None, None] * self.distance**2
        table = np.exp(score - score.max(axis=1, keepdims=True))
        return np.asarray(table / table.sum(axis=1, keepdims=True))

    @staticmethod
    def _log_prior(precision: Floats, leaning: Floats) -> Floats:
        return np.asarray(np.log(precision) - precision - 0.5 * leaning**2)

    def _objective(self, counts: Floats, precision: Floats, leaning: Floats) -> Floats:
        """The M step's objective for each labeler, (W,)."""
        table = np.maximum(self._table(precision, leaning), LEAST)
        fits = (counts * np.log(table)).sum(axis=(1, 2))
        return np.asarray(fits + self._log_prior(precision, leaning))

    def _climb(self, counts: Floats) -> None:
        """One Newton step for each labeler, halved until it does not lead down."""
        toward_precision, toward_leaning = self._direction(counts)
        before, length = self._objective(counts, self.precision, self.leaning), np.ones(len(counts))
        for _ in range(_HALVINGS):
            precision = np.clip(self.precision + length * toward_precision, *_PRECISION)
            leaning = self.leaning + length * toward_leaning
            better = self._objective(counts, precision, leaning) >= before
            if better.all():
                break
            length[~better] /= 2
        self.precision = np.where(better, precision, self.precision)
        self.leaning = np.where(better, leaning, self.leaning)

    def _direction(self, counts: Floats) -> tuple[Floats, Floats]:
        """Newton's step in precision and leaning, each (W,)."""
        table, d = self._table(self.precision, self.leaning), self.distance
        cast = counts.sum(axis=1)
        first, second = (table * d).sum(axis=1), (table * d**2).sum(axis=1)
        slope_b = (counts * d).sum(axis=(1, 2)) - (cast * first).sum(axis=1) - self.leaning
        slope_a = (cast * second).sum(axis=1) - (counts * d**2).sum(axis=(1, 2)) + 1 / self.precision - 1
        # Minus the curvature: the expected (co)variances of the two statistics, and the prior's.
        bend_b = (cast * (second - first**2)).sum(axis=1) + 1.0
        bend_a = (cast * ((table * d**4).sum(axis=1) - second**2)).sum(axis=1) + 1 / self.precision**2
        both = -(cast * ((table * d**3).sum(axis=1) - first * second)).sum(axis=1)
        determinant = bend_a * bend_b - both**2
        return (
            (bend_b * slope_a - both * slope_b) / determinant,
            (bend_a * slope_b - both * slope_a) / determinant,
        )
