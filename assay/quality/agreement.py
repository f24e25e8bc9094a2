"""Agreement corrected for chance: the result that every coefficient returns, and its common tables.

A coefficient compares the agreement observed with the agreement that chance would give,
``value = (observed - expected) / (1 - expected)``. Where chance alone is already certain to agree (only one
value occurs) the data say nothing about reliability: ``defined`` is False and ``value`` is 0.0, never NaN
(Krippendorff, *Content Analysis*, 4th ed. 2018, section 12.3: no variation, no evidence of reliability).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, IntArray, read_indices, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One coefficient of agreement with the evidence behind it.

    ``value`` is at most 1 (perfect); 0 is chance, below 0 is worse than chance. ``low`` and ``high`` bound it
    at ``confidence``; both equal ``value`` where no interval was asked for or none can be given.
    """

    value: float
    low: float
    high: float
    confidence: float
    observed: float
    """Agreement found, in [0, 1] for coefficients of identity."""
    expected: float
    """Agreement that chance would give."""
    n_units: int
    """Units (items) that could be compared: those with two values or more."""
    defined: bool


def undefined(observed: float, expected: float, n_units: int, confidence: float) -> Agreement:
    """What is said where nothing can be: 0, anywhere in [-1, 1]."""
    return Agreement(
        value=0.0,
        low=-1.0,
        high=1.0,
        confidence=confidence,
        observed=observed,
        expected=expected,
        n_units=n_units,
        defined=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingCounts:
    """How often each unit got each value, as a sparse table of R rows (only pairs that occur)."""

    unit: IntArray
    """(R,) row of the table, 0…n_units-1."""
    category: IntArray
    """(R,) index into the categories that occur."""
    count: FloatArray
    """(R,) how many raters gave that unit that category."""
    raters: FloatArray
    """(n_units,) how many values each unit has."""
    n_categories: int
    """Categories that occur."""


def count_ratings(tasks: ArrayLike, labels: ArrayLike) -> RatingCounts:
    """The sparse table of votes: ``tasks`` (V,), ``labels`` (V,) whole numbers. Raises ``Invalid``.

    Sparse, because a taxonomy may have millions of classes of which few occur.
    """
    task = read_indices(tasks, "tasks")
    label = read_indices(labels, "labels", length=len(task))
    if not len(task):
        raise refuse("tasks", "must hold at least one vote", 1)
    _, unit = np.unique(task, return_inverse=True)
    found, category = np.unique(label, return_inverse=True)
    key, count = np.unique(unit.astype(np.int64) * len(found) + category, return_counts=True)
    return RatingCounts(
        unit=key // len(found),
        category=key % len(found),
        count=count.astype(np.float64),
        raters=np.bincount(unit).astype(np.float64),
        n_categories=len(found),
    )


def pairwise_agreement(counts: RatingCounts) -> FloatArray:
    """Share of a unit's pairs of raters that agree (n_units,); 0 for units with one value. Fleiss (1971), eq.
    2.
    """
    pairs = np.maximum(counts.raters * (counts.raters - 1), 1)
    agreeing = np.bincount(counts.unit, counts.count * (counts.count - 1), len(counts.raters))
    return np.asarray(agreeing / pairs)


def category_shares(counts: RatingCounts) -> FloatArray:
    """Mean over units of each category's share of the unit's values (n_categories,). Gwet (2008), eq. 4."""
    share = counts.count / counts.raters[counts.unit]
    return np.asarray(np.bincount(counts.category, share, counts.n_categories) / len(counts.raters))


def linearised(
    counts: RatingCounts,
    observed_by_unit: FloatArray,
    expected_by_unit: FloatArray,
    expected: float,
    confidence: float,
) -> Agreement:
    """The coefficient and its interval by Gwet's linearisation over units (Gwet 2008, eqs. 26-28; Gwet 2016).

    ``expected_by_unit`` averages to ``expected``; its spread carries the uncertainty of the chance term.
    Units with a single value inform the chance term only. The interval uses Student's t with n_units - 1
    degrees of freedom.
    """
    compared = counts.raters >= 2
    n_units, n_compared = len(compared), int(compared.sum())
    observed = float(observed_by_unit[compared].mean()) if n_compared else 0.0
    if n_compared == 0 or expected >= 1 - 1e-12:
        return undefined(observed, expected, n_compared, confidence)
    value = (observed - expected) / (1 - expected)
    unit_value = np.where(
        compared, n_units / n_compared * (observed_by_unit - expected) / (1 - expected), 0.0
    )
    unit_value -= 2 * (1 - value) * (expected_by_unit - expected) / (1 - expected)
    margin = 1.0
    if n_units > 1:
        variance = float(((unit_value - value) ** 2).sum()) / (n_units * (n_units - 1))
        # Here, not above: alpha serves without scipy, which only the `quality` extra brings.
        from scipy.special import stdtrit

        margin = float(stdtrit(n_units - 1, (1 + confidence) / 2)) * variance**0.5
    return Agreement(
        value=value,
        low=max(-1.0, value - margin),
        high=min(1.0, value + margin),
        confidence=confidence,
        observed=observed,
        expected=expected,
        n_units=n_compared,
        defined=True,
    )
