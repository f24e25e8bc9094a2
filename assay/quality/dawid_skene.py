"""Dawid and Skene's model: each worker has a confusion matrix; maximum likelihood by EM.

.. math:: P(l \\mid t, w) = \\pi^{(w)}_{tl}

A. P. Dawid & A. M. Skene (1979), "Maximum likelihood estimation of observer error-rates using the EM
algorithm", Applied Statistics 28, 20-28, equations 2.3-2.5. Needs the ``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from assay.errors import Invalid
from assay.quality.confusion import Rates, fit_confusion
from assay.quality.inference import Inference
from assay.quality.kernels import shares
from assay.quality.sweeps import LEAST
from assay.quality.votes import Floats, Votes


def dawid_skene(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    smoothing: float = 0.01,
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """Fit from the vote shares. ``smoothing`` is added to each expected count; 0 is the paper's estimate.

    Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``, ``field.invalid``) and ``TooLarge`` for W×K×K.
    """
    if not (np.isfinite(smoothing) and smoothing >= 0):
        raise Invalid("field.invalid", "smoothing must be at least 0.", pointer="/smoothing")
    return fit_confusion(
        votes,
        Smoothed(smoothing),
        gold=gold,
        class_prior=prior,
        max_iterations=max_iterations,
        tol=tol,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class Smoothed:
    """Rates are shares of counts; the smoothing is a Dirichlet's mode."""

    name: ClassVar[str] = "dawid_skene"
    smoothing: float

    def rates(self, counts: Floats) -> Rates:
        table = np.empty(counts.shape)
        surprise = shares(counts, max(self.smoothing, 1e-300), LEAST, table)
        return Rates(table=table, cost=-self.smoothing * surprise)

    def pseudo_counts(self, counts: Floats) -> Floats:
        return counts + self.smoothing

    def log_frequencies(self, sizes: Floats) -> tuple[Floats, float]:
        total = sizes + max(self.smoothing, 1e-300)
        frequencies = np.log(total / total.sum())
        return frequencies, -self.smoothing * float(frequencies.sum()) if self.smoothing else 0.0
