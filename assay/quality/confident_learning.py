"""Which given labels contradict the model? Confident learning from out-of-fold probabilities.

An item counts as confidently of class j when its probability of j is at least the mean probability of j among
the items that were given j. Counting given class against confident class estimates the joint of given and
true labels; its off diagonal says how many labels of each kind are wrong, and the margins say which to look
at first. A flag opens a second look. It never changes a label: most flags are the model's mistake.

C. G. Northcutt, L. Jiang, I. L. Chuang (2021), "Confident learning: estimating uncertainty in dataset
labels", JAIR 70.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    read_indices,
    read_matrix,
    read_probabilities,
    refuse,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelErrors:
    """What the model thinks of N given labels."""

    ranking: IntArray
    """(N,) items, the most doubtful first."""
    doubt: FloatArray
    """(N,) in [0, 1] by item: (1 + best other class's probability - the given one's) / 2."""
    flagged: BoolArray
    """(N,) by item: estimated to be wrong, by noise rate."""
    suggestion: IntArray
    """(N,) the likeliest class by the model; equals the given one where they agree."""
    confident_counts: IntArray
    """(K, K) items given the row's class that are confidently of the column's."""
    joint: FloatArray
    """(K, K) estimated share of items with each given (row) and true (column) class; sums to 1."""


def find_label_errors(given: ArrayLike, probabilities: ArrayLike) -> LabelErrors:
    """Doubt of ``given`` (N,) by ``probabilities`` (N, K), predicted for items that the model was not trained
    on.

    In-sample probabilities echo the labels and find nothing. Raises ``Invalid``.
    """
    p = read_probabilities(probabilities, "probabilities")
    label = read_indices(given, "given", below=p.shape[1], length=len(p))
    if not len(p):
        raise refuse("given", "must hold at least one label", 1)
    rows = np.arange(len(p))
    counts = _confident_counts(label, p)
    joint = calibrated_joint(counts, np.bincount(label, minlength=p.shape[1]))
    others = p.copy()
    others[rows, label] = -1.0
    rival = others.argmax(axis=1) if p.shape[1] > 1 else label
    margin = np.maximum(others.max(axis=1), 0.0) - p[rows, label]
    doubt = (1 + margin) / 2
    suggestion = np.where(margin > 0, rival, label)
    return LabelErrors(
        ranking=np.argsort(-doubt, kind="stable"),
        doubt=doubt,
        flagged=_by_noise_rate(label, p, joint),
        suggestion=suggestion.astype(np.int64),
        confident_counts=counts,
        joint=joint,
    )


def calibrated_joint(confident_counts: ArrayLike, class_counts: ArrayLike) -> FloatArray:
    """Rows of ``confident_counts`` (K, K) scaled to ``class_counts`` (K,), then all to sum 1 (Northcutt et
    al., eq. 3).

    A class without confident items is taken as right. Raises ``Invalid``.
    """
    counts = read_matrix(confident_counts, "confident_counts")
    given = read_indices(class_counts, "class_counts", length=len(counts)).astype(np.float64)
    if counts.shape[0] != counts.shape[1] or counts.min(initial=0) < 0 or given.sum() == 0:
        raise refuse("confident_counts", "must be a square table of counts of at least one item")
    total = counts.sum(axis=1, keepdims=True)
    share = np.where(total > 0, counts / np.maximum(total, 1), np.eye(len(counts)))
    return np.asarray(share * given[:, None] / given.sum())


def _confident_counts(label: IntArray, p: FloatArray) -> IntArray:
    """Northcutt et al., eqs. 1 and 2; items over several thresholds go to the likeliest class."""
    n_classes = p.shape[1]
    size = np.bincount(label, minlength=n_classes)
    total = np.bincount(label, p[np.arange(len(p)), label], n_classes)
    threshold = np.where(
        size > 0, total / np.maximum(size, 1), 2.0
    )  # a class that nobody was given is never confident
    confident = p >= threshold - 1e-12
    best = np.where(confident, p, -1.0).argmax(axis=1)
    sure = confident.any(axis=1)
    cell = label[sure] * n_classes + best[sure]
    return np.bincount(cell, minlength=n_classes**2).reshape(n_classes, n_classes).astype(np.int64)


def _by_noise_rate(label: IntArray, p: FloatArray, joint: FloatArray) -> BoolArray:
    """For each pair of classes as many items as the joint says, by margin (prune by noise rate)."""
    flagged = np.zeros(len(p), dtype=bool)
    wanted = np.rint(joint * len(p)).astype(np.int64)
    for given, true in np.argwhere(wanted > 0):
        if given != true:
            items = np.flatnonzero(label == given)
            margin = p[items, true] - p[items, given]
            # An item that the model still likes better as it is stays, whatever the rate says.
            top = np.argsort(-margin, kind="stable")[: wanted[given, true]]
            flagged[items[top[margin[top] > 0]]] = True
    return flagged
