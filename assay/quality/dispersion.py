"""Do votes on one item hang together more than the labelers' skills explain?

Truth inference takes votes as independent given the truth. Where labelers share their mistakes (a hard bird
looks like the other species to everybody) the votes of one item vary too much, and posteriors multiply
evidence that is not there. The Pearson statistic

.. math:: X = \\sum_i \\sum_k p_{ik} \\frac{(\\sum_{v \\in i} [l_v = k] - a_{w k})^2}{\\sum_{v \\in i} a_{w k}
(1 - a_{w k})}

over items with two votes or more, divided by its mean in votes simulated from the fitted model and fitted
again, is the factor by which the log evidence is overstated (quasi-likelihood: R. W. M. Wedderburn 1974,
Biometrika 61; P. McCullagh, J. A. Nelder 1989, section 4.5). :func:`temper` divides it out. No gold is
needed. Labels may change where the prior is not even: it keeps its weight while the evidence loses some.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import (
    FloatArray,
    IntArray,
    read_count,
    read_indices,
    read_probabilities,
    read_reals,
    refuse,
)
from assay.quality.sampling import draw_classes

Refit = Callable[[IntArray], tuple[FloatArray, FloatArray]]
"""From labels (V,) of the same tasks and workers to posterior (N, K) and confusion (W, K, K)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispersion:
    """How much more the votes vary than the model says."""

    factor: float
    """Observed over simulated; 1 where votes are independent, never below 1."""
    observed: float
    simulated: float


def vote_dispersion(
    tasks: ArrayLike,
    workers: ArrayLike,
    labels: ArrayLike,
    refit: Refit,
    *,
    rng: np.random.Generator,
    n_simulations: int = 3,
) -> Dispersion:
    """The factor for V votes: ``tasks``, ``workers``, ``labels`` (V,). Raises ``Invalid``.

    A single simulation already has a relative error of about ``sqrt(2 / N)``.
    """
    label = read_indices(labels, "labels")
    task = read_indices(tasks, "tasks", length=len(label))
    worker = read_indices(workers, "workers", length=len(label))
    if not len(label) or np.bincount(task).max() < 2:
        return Dispersion(factor=1.0, observed=0.0, simulated=0.0)
    posterior, confusion = _checked(refit(label), task, worker)
    observed = _pearson(task, worker, label, posterior, confusion)
    draws = []
    for _ in range(read_count(n_simulations, "n_simulations")):
        truth = draw_classes(posterior, rng)
        imagined = draw_classes(confusion[worker, truth[task]], rng)
        draws.append(_pearson(task, worker, imagined, *_checked(refit(imagined), task, worker)))
    simulated = float(np.mean(draws))
    factor = max(1.0, observed / simulated) if simulated > 0 else 1.0
    return Dispersion(factor=factor, observed=observed, simulated=simulated)


def temper(posterior: ArrayLike, class_prior: ArrayLike, factor: float) -> FloatArray:
    """``posterior`` (N, K) with the log evidence over ``class_prior`` (K,) or (N, K) divided by ``factor`` >=
    1.

    The prior itself keeps its weight. Raises ``Invalid``.
    """
    p = read_probabilities(posterior, "posterior")
    prior = read_probabilities(
        np.broadcast_to(np.asarray(class_prior, dtype=np.float64), p.shape), "class_prior"
    )
    scale = float(read_reals([factor], "factor", low=1)[0])
    log_prior = np.log(np.maximum(prior, 1e-300))
    score = log_prior + (np.log(np.maximum(p, 1e-300)) - log_prior) / scale
    score = np.where(p > 0, score, -np.inf)  # what was ruled out stays ruled out
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def _checked(
    fit: tuple[FloatArray, FloatArray], task: IntArray, worker: IntArray
) -> tuple[FloatArray, FloatArray]:
    posterior = read_probabilities(fit[0], "posterior")
    confusion = read_probabilities(fit[1], "confusion", n_classes=posterior.shape[1])
    if len(posterior) <= task.max() or len(confusion) <= worker.max() or confusion.ndim != 3:
        raise refuse("refit", "must return a posterior (N, K) and a confusion (W, K, K) covering all votes")
    return posterior, confusion


def _pearson(
    task: IntArray, worker: IntArray, label: IntArray, posterior: FloatArray, confusion: FloatArray
) -> float:
    """Mean over items with two votes of the expected squared standardised residual."""
    n_items, n_classes = posterior.shape
    total = np.zeros(n_items)
    for k in range(n_classes):
        accuracy = np.clip(confusion[worker, k, k], 1e-6, 1 - 1e-6)
        residual = np.bincount(task, (label == k) - accuracy, n_items)
        variance = np.bincount(task, accuracy * (1 - accuracy), n_items)
        total += posterior[:, k] * residual**2 / np.maximum(variance, 1e-12)
    return float(total[np.bincount(task, minlength=n_items) >= 2].mean())
