"""How good is each labeler, overall and by topic, and how sure are we?

Evidence is soft: a gold item says what the truth is, a consensus says how probable each class is (the
labeler's own vote taken out, :func:`leave_one_out`, so that nobody confirms themselves). Accuracies are Beta,
rows of confusion are Dirichlet, both shrunk to what labelers are like on the whole; how strongly, the data
say: the strength of the prior maximises the beta-binomial likelihood over labelers (empirical Bayes; B.
Carpenter 2008, "Multilevel Bayesian models of categorical data annotation"). Topics are shrunk to their
labeler in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from assay.quality.arrays import FloatArray, IntArray, read_indices, read_probabilities, read_rate, read_reals
from assay.quality.votes import check_table

STRENGTHS = np.geomspace(1.0, 1000.0, 40)
"""Pseudo-counts that a prior may be worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelerSkill:
    """Posterior means and central intervals for W labelers, T topics, K classes."""

    accuracy: FloatArray
    """(W,)"""
    low: FloatArray
    high: FloatArray
    confusion: FloatArray
    """(W, K, K) chance of each answer (last axis) for each truth."""
    topic_accuracy: FloatArray
    """(W, T)"""
    topic_low: FloatArray
    topic_high: FloatArray
    evidence: FloatArray
    """(W,) weight of the labels seen."""
    prior: tuple[float, float]
    """Beta pseudo-counts (right, wrong) that every labeler starts with."""


def labeler_skill(
    workers: ArrayLike,
    labels: ArrayLike,
    truth: ArrayLike,
    *,
    n_workers: int | None = None,
    topics: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
) -> LabelerSkill:
    """Skill from V labels: ``workers`` (V,), ``labels`` (V,), ``truth`` (V, K) the probability of each class.

    ``topics`` (V,) names each label's topic (default: one), ``weights`` (V,) >= 0 how much it counts (age,
    trust). A labeler without labels gets the prior. Raises ``Invalid``, and ``TooLarge`` where (W, K, K)
    would not fit.
    """
    worker = read_indices(workers, "workers", below=n_workers)
    size, n = n_workers if n_workers is not None else int(worker.max(initial=-1)) + 1, len(worker)
    p = read_probabilities(truth, "truth", rows=n)
    label = read_indices(labels, "labels", below=p.shape[1], length=n)
    topic = read_indices(np.zeros(n, dtype=np.int64) if topics is None else topics, "topics", length=n)
    weight = read_reals(np.ones(n) if weights is None else weights, "weights", length=n, low=0)
    check_table("worker_confusion", size, p.shape[1], p.shape[1])
    tail = (1 - read_rate(confidence, "confidence")) / 2
    shape = (size, int(topic.max(initial=0)) + 1)
    cell = worker * shape[1] + topic
    right = _tally(cell, weight * p[np.arange(n), label], shape[0] * shape[1]).reshape(shape)
    total = _tally(cell, weight, shape[0] * shape[1]).reshape(shape)
    prior = _shared_prior(right.sum(axis=1), total.sum(axis=1), p.shape[1])
    wrong = total.sum(axis=1) - right.sum(axis=1)
    accuracy, low, high = _beta(prior[0] + right.sum(axis=1), prior[1] + wrong, tail)
    topic_accuracy, topic_low, topic_high = _by_topic(right, total, accuracy, tail)
    return LabelerSkill(
        accuracy=accuracy,
        low=low,
        high=high,
        confusion=_confusion(worker, label, weight[:, None] * p, size, sum(prior)),
        topic_accuracy=topic_accuracy,
        topic_low=topic_low,
        topic_high=topic_high,
        evidence=total.sum(axis=1),
        prior=prior,
    )


def leave_one_out(
    posterior: ArrayLike, tasks: ArrayLike, workers: ArrayLike, labels: ArrayLike, confusion: ArrayLike
) -> FloatArray:
    """The posterior (V, K) of each vote's task as it would be without that vote.

    Divides the vote's likelihood out of ``posterior`` (N, K) by ``confusion`` (W, K, K). A class that only
    this vote ruled out stays ruled out. Raises ``Invalid``.
    """
    p = read_probabilities(posterior, "posterior")
    table = read_probabilities(confusion, "confusion", n_classes=p.shape[1])
    task = read_indices(tasks, "tasks", below=len(p))
    worker = read_indices(workers, "workers", below=len(table), length=len(task))
    label = read_indices(labels, "labels", below=p.shape[1], length=len(task))
    without = p[task] / np.maximum(table[worker, :, label], 1e-9)
    return np.asarray(without / without.sum(axis=1, keepdims=True))


def _tally(cell: IntArray, weight: FloatArray, size: int) -> FloatArray:
    return np.asarray(np.bincount(cell, weight, size), dtype=np.float64)


def _shared_prior(right: FloatArray, total: FloatArray, n_classes: int) -> tuple[float, float]:
    """Beta pseudo-counts of what labelers are like; a single wrong and right label are always assumed to
    exist.
    """
    mean = (float(right.sum()) + 1) / (float(total.sum()) + max(n_classes, 2))
    strength = _strength(right, total, np.full(len(right), mean))
    return strength * mean, strength * (1 - mean)


def _strength(right: FloatArray, total: FloatArray, mean: FloatArray) -> float:
    """The prior weight under which the counts are likeliest: beta-binomial, over a grid."""
    a, b = STRENGTHS[:, None] * mean, STRENGTHS[:, None] * (1 - mean)
    a, b = np.maximum(a, 1e-6), np.maximum(b, 1e-6)
    fit = (special.betaln(a + right, b + total - right) - special.betaln(a, b)).sum(axis=1)
    # A weak preference for a moderate strength keeps two labelers from looking identical by luck.
    fit -= 0.5 * ((np.log(STRENGTHS) - np.log(10.0)) / np.log(10.0)) ** 2
    return float(STRENGTHS[int(fit.argmax())])


def _beta(a: FloatArray, b: FloatArray, tail: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    return a / (a + b), np.asarray(stats.beta.ppf(tail, a, b)), np.asarray(stats.beta.ppf(1 - tail, a, b))


def _by_topic(
    right: FloatArray, total: FloatArray, accuracy: FloatArray, tail: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Accuracy by topic (W, T), shrunk to each labeler's own."""
    centre = np.broadcast_to(accuracy[:, None], right.shape)
    strength = _strength(right.ravel(), total.ravel(), centre.ravel())
    return _beta(strength * centre + right, strength * (1 - centre) + total - right, tail)


def _confusion(worker: IntArray, label: IntArray, p: FloatArray, size: int, strength: float) -> FloatArray:
    """Dirichlet means (W, K, K), each row shrunk to the same row of all labelers together."""
    n_classes = p.shape[1]
    cell = worker * n_classes + label
    counts = np.stack(
        [_tally(cell, p[:, k], size * n_classes).reshape(size, n_classes) for k in range(n_classes)], axis=1
    )
    pooled = counts.sum(axis=0) + np.eye(n_classes) + 1 / n_classes
    pooled /= pooled.sum(axis=1, keepdims=True)
    counts += strength * pooled
    return np.asarray(counts / counts.sum(axis=2, keepdims=True))
