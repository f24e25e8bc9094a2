"""Agreement on objects, corrected for chance and split into what can go wrong: detection, localisation,
class.

Two answers to one item are matched one to one (most similarity in total, pairs below a threshold dropped).
Then

* detection: positive specific agreement of the pair, against that of answers to *different* items;
* localisation: mean similarity of matched shapes, against that of shapes that match across different items
(the
  threshold itself, the least that a match can have, where chance never matches any);
* classification: share of matched objects with equal class, against the classes' own frequencies.

Each is ``(observed - expected) / (1 - expected)``. Chance by re-pairing answers across items is
Krippendorff's expected disagreement carried to objects: A. Braylan, O. Alonso, M. Lease (2022), "Measuring
annotator agreement generally across complex structured, multi-object, and free-text annotation tasks", WWW
'22; J. Nassar et al. (2019), "Assessing data quality of annotations with Krippendorff alpha for applications
in computer vision".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from assay.quality.agreement import Agreement, undefined
from assay.quality.arrays import FloatArray, IntArray, read_count, read_indices, read_rate, refuse

Similarity = Callable[[IntArray, IntArray], FloatArray]
"""From indices of a and of b objects to their similarities (a, b) in 0…1, such as IoU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometryAgreement:
    """The three parts; each may be undefined on its own (no match leaves nothing to locate or to name)."""

    detection: Agreement
    localisation: Agreement
    classification: Agreement


def geometry_agreement(
    answer_items: ArrayLike,
    object_answers: ArrayLike,
    classes: ArrayLike,
    similarity: Similarity,
    *,
    rng: np.random.Generator,
    threshold: float = 0.5,
    n_chance_pairs: int = 1000,
    n_resamples: int = 1000,
    confidence: float = 0.95,
) -> GeometryAgreement:
    """Agreement of A answers holding M objects in all; an answer without objects is "looked and found none".

    ``answer_items`` (A,) names each answer's item, ``object_answers`` (M,) each object's answer, ``classes``
    (M,) its class. ``rng`` draws the chance pairs and the bootstrap over items. Raises ``Invalid``.
    """
    item = read_indices(answer_items, "answer_items")
    owner = read_indices(object_answers, "object_answers", below=max(len(item), 1))
    label = read_indices(classes, "classes", length=len(owner))
    read_rate(threshold, "threshold")
    read_count(n_chance_pairs, "n_chance_pairs")
    objects = _Objects(
        np.split(np.argsort(owner, kind="stable"), np.cumsum(np.bincount(owner, minlength=len(item)))[:-1])
        if len(item)
        else [],
        label,
        similarity,
        threshold,
    )
    sums = _within_items(item, objects)
    if not len(sums):
        raise refuse("answer_items", "must hold an item with two answers", 2)
    chance = _across_items(item, objects, rng, n_chance_pairs)
    expected = _expected(chance, label, threshold)
    n_resamples = read_count(n_resamples, "n_resamples")
    weights = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=n_resamples)
    resampled = weights.astype(np.float64) @ sums
    confidence = read_rate(confidence, "confidence")
    detection, localisation, classification = (
        _corrected(sums.sum(axis=0), resampled, top, bottom, chance_level, len(sums), confidence)
        for (top, bottom), chance_level in zip(((0, 1), (2, 3), (4, 3)), expected, strict=True)
    )
    return GeometryAgreement(detection=detection, localisation=localisation, classification=classification)


@dataclass(frozen=True, slots=True)
class _Objects:
    of_answer: list[IntArray]
    label: IntArray
    similarity: Similarity
    threshold: float

    def compare(self, a: int, b: int) -> FloatArray:
        """[2 × matched, marked, total similarity of matches, matches, matches of equal class]."""
        first, second = self.of_answer[a], self.of_answer[b]
        found = np.array([0.0, len(first) + len(second), 0.0, 0.0, 0.0])
        if len(first) and len(second):
            alike = np.asarray(self.similarity(first, second), dtype=np.float64)
            if alike.shape != (len(first), len(second)) or not np.isfinite(alike).all():
                raise refuse("similarity", "must return a finite number for each pair of objects")
            if alike.min() < 0 or alike.max() > 1 + 1e-9:
                raise refuse("similarity", "must return numbers in [0, 1]", 1)
            # Pairs below the threshold weigh nothing, so that they never displace a real match.
            alike = np.where(alike >= self.threshold, alike, 0.0)
            rows, columns = linear_sum_assignment(alike, maximize=True)
            kept = alike[rows, columns] > 0
            rows, columns = rows[kept], columns[kept]
            same = self.label[first[rows]] == self.label[second[columns]]
            found += [2 * len(rows), 0.0, alike[rows, columns].sum(), len(rows), same.sum()]
        return found


def _within_items(item: IntArray, objects: _Objects) -> FloatArray:
    """Sums over each item's pairs, (items with two answers, 5); every answer weighs the same."""
    order = np.argsort(item, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(item[order])) + 1) if len(item) else []
    rows = []
    for group in groups:
        if len(group) >= 2:
            pairs = [objects.compare(a, b) for i, a in enumerate(group) for b in group[i + 1 :]]
            rows.append(np.sum(pairs, axis=0) / (len(group) - 1))
    return np.array(rows)


def _across_items(item: IntArray, objects: _Objects, rng: np.random.Generator, n_pairs: int) -> FloatArray:
    """Sums over random pairs of answers to different items, (5,); zeros when there is only one item."""
    pairs = rng.integers(0, len(item), size=(n_pairs, 2))
    pairs = pairs[item[pairs[:, 0]] != item[pairs[:, 1]]]
    return np.sum([objects.compare(a, b) for a, b in pairs], axis=0) if len(pairs) else np.zeros(5)


def _expected(chance: FloatArray, label: IntArray, threshold: float) -> tuple[float, float, float]:
    """Chance levels of detection, localisation and class."""
    detection = chance[0] / chance[1] if chance[1] else 0.0
    localisation = chance[2] / chance[3] if chance[3] else threshold
    _, counts = np.unique(label, return_counts=True)
    n = len(label)
    same = float((counts * (counts - 1)).sum()) / (n * (n - 1)) if n > 1 else 1.0
    return float(detection), float(localisation), same


def _corrected(
    sums: FloatArray,
    resampled: FloatArray,
    top: int,
    bottom: int,
    expected: float,
    n_items: int,
    confidence: float,
) -> Agreement:
    if sums[bottom] == 0 or expected >= 1 - 1e-12:
        return undefined(0.0, expected, n_items, confidence)
    observed = float(sums[top] / sums[bottom])
    usable = resampled[:, bottom] > 0
    draws = (resampled[usable, top] / resampled[usable, bottom] - expected) / (1 - expected)
    value = (observed - expected) / (1 - expected)
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail]) if len(draws) else (value, value)
    return Agreement(
        value=value,
        low=min(float(low), value),
        high=max(float(high), value),
        confidence=confidence,
        observed=observed,
        expected=expected,
        n_units=n_items,
        defined=True,
    )
