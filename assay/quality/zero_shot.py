"""Label errors without a single trusted label: items against descriptions of the classes.

Items and class descriptions are embedded by any encoder, outside; here are the arrays. The cosine similarity
of an item to each description, centred over items, becomes a probability by a temperature and a bias for each
class, fitted to the *given* labels: most are right, and a handful of numbers cannot learn the few that are
wrong (temperature scaling: C. Guo et al. 2017, "On calibration of modern neural networks", ICML). What the
descriptions miss, the neighbours know: the labels of an item's nearest others vote too, and the given labels
decide, out of fold, how much either counts. The doubt of a given label is the probability that it is not the
truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from assay.quality.arrays import FloatArray, IntArray, read_count, read_indices, read_matrix, refuse

RIDGE = 1.0
"""Pull of biases to zero and of temperatures to their start, in nats."""

MAX_BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroShot:
    """Probabilities and doubts for N items."""

    probabilities: FloatArray
    """(N, K) calibrated on the given labels as a whole, never on the item's own neighbours' copy of it."""
    doubt: FloatArray
    """(N,) probability that the given label is wrong."""
    ranking: IntArray
    """(N,) items, the most doubtful first."""
    suggestion: IntArray
    """(N,) likeliest class."""


def zero_shot_errors(
    embeddings: ArrayLike, class_embeddings: ArrayLike, given: ArrayLike, *, n_neighbours: int = 10
) -> ZeroShot:
    """Doubt of ``given`` (N,) from ``embeddings`` (N, D) and ``class_embeddings`` (K, D).

    ``n_neighbours`` of 0 uses the descriptions alone. Raises ``Invalid``.
    """
    items = _unit(read_matrix(embeddings, "embeddings"), "embeddings")
    classes = _unit(
        read_matrix(class_embeddings, "class_embeddings", shape=(None, items.shape[1])), "class_embeddings"
    )
    label = read_indices(given, "given", below=len(classes), length=len(items))
    if len(items) < 2 or len(classes) < 2:
        raise refuse("embeddings", "must hold two items and two classes or more", 2)
    described = items @ classes.T
    evidence = [_standard(described)]
    if read_count(n_neighbours, "n_neighbours", at_least=0):
        evidence.append(_neighbours(items, label, len(classes), min(n_neighbours, len(items) - 1)))
    p = _calibrated(np.stack(evidence, axis=2), label)
    doubt = 1 - p[np.arange(len(p)), label]
    return ZeroShot(
        probabilities=p,
        doubt=doubt,
        ranking=np.argsort(-doubt, kind="stable"),
        suggestion=p.argmax(axis=1).astype(np.int64),
    )


def _unit(vectors: FloatArray, name: str) -> FloatArray:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    if len(vectors) and length.min() == 0:
        raise refuse(name, "must not hold a zero vector")
    return np.asarray(vectors / length)


def _standard(score: FloatArray) -> FloatArray:
    """Columns without their mean (a description close to everything says nothing), all in one scale."""
    centred = score - score.mean(axis=0)
    return np.asarray(centred / max(float(centred.std()), 1e-12))


def _neighbours(items: FloatArray, label: IntArray, n_classes: int, k: int) -> FloatArray:
    """Log share of each class among the k nearest others (N, K), smoothed by the classes' frequencies."""
    frequency = (np.bincount(label, minlength=n_classes) + 1) / (len(label) + n_classes)
    votes = np.zeros((len(items), n_classes))
    for start in range(0, len(items), MAX_BLOCK):
        alike = items[start : start + MAX_BLOCK] @ items.T
        rows = np.arange(len(alike))
        alike[rows, start + rows] = -np.inf  # an item is no witness to its own label
        nearest = np.argpartition(-alike, k - 1, axis=1)[:, :k]
        weight = np.maximum(np.take_along_axis(alike, nearest, axis=1), 0.0)
        cell = rows[:, None] * n_classes + label[nearest]
        part = np.bincount(cell.ravel(), weight.ravel(), len(alike) * n_classes).reshape(-1, n_classes)
        votes[start : start + MAX_BLOCK] = part
    share = (votes + frequency) / (votes.sum(axis=1, keepdims=True) + 1)
    return np.asarray(np.log(share) - np.log(frequency))


def _calibrated(evidence: FloatArray, label: IntArray) -> FloatArray:
    """Softmax of ``evidence`` (N, K, E) times non-negative weights (E,) plus biases (K,), fitted to the
    labels.
    """
    n_items, n_classes, n_kinds = evidence.shape
    rows = np.arange(n_items)

    def loss(parameters: FloatArray) -> tuple[float, FloatArray]:
        p = _softmax(evidence @ parameters[:n_kinds] + parameters[n_kinds:])
        value = (
            -float(np.log(np.maximum(p[rows, label], 1e-300)).sum())
            + RIDGE * float(parameters @ parameters) / 2
        )
        p[rows, label] -= 1
        slope = np.concatenate([np.einsum("nk,nke->e", p, evidence), p.sum(axis=0)])
        return value, slope + RIDGE * parameters

    start = np.concatenate([np.ones(n_kinds), np.zeros(n_classes)])
    bounds = [(0.0, 50.0)] * n_kinds + [(-20.0, 20.0)] * n_classes
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return _softmax(evidence @ best[:n_kinds] + best[n_kinds:])


def _softmax(score: FloatArray) -> FloatArray:
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))
