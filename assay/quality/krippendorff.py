"""Krippendorff's alpha: agreement of any number of raters, on any scale, with values missing.

.. math:: \\alpha = 1 - \\frac{D_o}{D_e}, \\qquad
    D_o = \\frac1n \\sum_u \\frac{1}{m_u - 1} \\sum_{i \\ne j \\in u} \\delta^2(v_i, v_j), \\qquad
    D_e = \\frac{1}{n (n - 1)} \\sum_c \\sum_k n_c n_k \\, \\delta^2(c, k)

over the n values of units with m_u >= 2 of them. K. Krippendorff (2011), "Computing Krippendorff's
Alpha-Reliability", University of Pennsylvania; *Content Analysis*, 4th ed. 2018, ch. 12. Intervals resample
whole units (A. Zapf et al. 2016, BMC Medical Research Methodology 16:93), which keeps the dependence inside a
unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.quality.agreement import Agreement, undefined
from assay.quality.arrays import FloatArray, IntArray, read_count, read_indices, read_rate, read_reals, refuse

Distance = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""Disagreement of two broadcast arrays of values, >= 0 and 0 for equal values (already squared where that is
meant).
"""

LEVELS = ("nominal", "ordinal", "interval", "ratio")
MAX_DISTINCT = 5_000
"""Distinct values for which a table of all distances is made (ratio scales and own distances)."""


def krippendorff_alpha(
    tasks: ArrayLike,
    values: ArrayLike,
    *,
    level: str = "nominal",
    distance: Distance | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 1000,
    confidence: float = 0.95,
) -> Agreement:
    """Alpha of V values: ``tasks`` (V,) names each value's unit, ``values`` (V,) are finite numbers.

    A missing value is simply not there. ``level`` is nominal, ordinal, interval or ratio (values >= 0); a
    ``distance`` replaces it, so that values may be indices into anything. With a Generator the interval is
    the central ``confidence`` of ``n_resamples`` bootstrap resamples of units; without, it is the value
    itself. ``observed`` and ``expected`` are 1 - D_o and 1 - D_e. Raises ``Invalid``, also for more than
    5,000 distinct values where all pairs of them must be compared.
    """
    data = _read(tasks, values)
    disagreement = _disagreement(data, level, distance)
    once = np.ones(data.n_units)
    observed, expected = disagreement(once)
    confidence = read_rate(confidence, "confidence")
    if expected <= 0:
        return undefined(1 - observed, 1.0, data.n_units, confidence)
    value = 1 - observed / expected
    low = high = value
    if rng is not None:
        draws = _bootstrap(
            disagreement, data.n_units, rng, read_count(n_resamples, "n_resamples", at_least=2)
        )
        low, high = (float(q) for q in np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2]))
    return Agreement(
        value=value,
        low=min(low, value),
        high=max(high, value),
        confidence=confidence,
        observed=1 - observed,
        expected=1 - expected,
        n_units=data.n_units,
        defined=True,
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """Values of pairable units, sorted by unit."""

    unit: IntArray
    code: IntArray
    scale: FloatArray
    """(U,) the distinct values, ascending."""
    size: FloatArray
    """(n_units,) values in each unit, all >= 2."""

    @property
    def n_units(self) -> int:
        return len(self.size)


def _read(tasks: ArrayLike, values: ArrayLike) -> _Values:
    task = read_indices(tasks, "tasks")
    value = read_reals(values, "values", length=len(task))
    _, unit, size = np.unique(task, return_inverse=True, return_counts=True)
    paired = size[unit] >= 2
    if not paired.any():
        raise refuse("tasks", "must hold at least one unit with two values", 2)
    _, unit = np.unique(unit[paired], return_inverse=True)
    scale, code = np.unique(value[paired], return_inverse=True)
    order = np.argsort(unit, kind="stable")
    return _Values(unit[order], code[order], scale, np.bincount(unit).astype(np.float64))


Weighted = Callable[[FloatArray], tuple[float, float]]
"""From how often each unit counts (n_units,) to (D_o, D_e)."""


def _disagreement(data: _Values, level: str, distance: Distance | None) -> Weighted:
    if distance is not None:
        return _by_table(data, _table(data.scale, distance))
    if level == "nominal":
        return _nominal(data)
    if level == "ordinal":
        return _ordinal(data)
    if level == "interval":
        return lambda weight: _squared(data, data.scale, weight)
    if level == "ratio":
        if data.scale[0] < 0:
            raise refuse("values", "must not be negative on a ratio scale", 0)
        return _by_table(data, _table(data.scale, _ratio))
    raise refuse("level", f"must be one of {', '.join(LEVELS)}")


def _ratio(a: FloatArray, b: FloatArray) -> FloatArray:
    total = a + b
    return np.asarray(np.square((a - b) / np.where(total > 0, total, 1.0)))


def _table(scale: FloatArray, distance: Distance) -> FloatArray:
    if len(scale) > MAX_DISTINCT:
        raise refuse(
            "values", f"must have at most {MAX_DISTINCT} distinct values for this distance", MAX_DISTINCT
        )
    table = np.asarray(distance(scale[:, None], scale[None, :]), dtype=np.float64)
    table = np.broadcast_to(table, (len(scale), len(scale)))
    if not np.isfinite(table).all() or table.min() < 0 or np.diag(table).any():
        raise refuse("distance", "must be finite, not negative, and zero between equal values")
    return np.asarray((table + table.T) / 2)


def _chance(data: _Values, weight: FloatArray) -> tuple[FloatArray, float]:
    """How often each distinct value occurs (U,), and how many values there are."""
    totals = np.asarray(np.bincount(data.code, weight[data.unit], len(data.scale)), dtype=np.float64)
    return totals, float(totals.sum())


def _nominal(data: _Values) -> Weighted:
    key, count = np.unique(data.unit * len(data.scale) + data.code, return_counts=True)
    same = np.bincount(key // len(data.scale), count.astype(np.float64) ** 2, data.n_units)
    by_unit = (data.size**2 - same) / (data.size - 1)

    def weighted(weight: FloatArray) -> tuple[float, float]:
        totals, n = _chance(data, weight)
        return float(weight @ by_unit) / n, (n**2 - float(totals @ totals)) / (n * (n - 1))

    return weighted


def _ordinal(data: _Values) -> Weighted:
    """The ordinal distance is the squared gap between mid-ranks, which depend on the sample."""

    def weighted(weight: FloatArray) -> tuple[float, float]:
        totals, _ = _chance(data, weight)
        return _squared(data, np.cumsum(totals) - totals / 2, weight)

    return weighted


def _squared(data: _Values, scale: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """D_o and D_e for squared differences of ``scale`` (U,), from first and second moments only."""
    totals, n = _chance(data, weight)
    centred = scale - float(totals @ scale) / n
    score = centred[data.code]
    total = np.bincount(data.unit, score, data.n_units)
    square = np.bincount(data.unit, score**2, data.n_units)
    by_unit = 2 * np.maximum(data.size * square - total**2, 0) / (data.size - 1)
    return float(weight @ by_unit) / n, 2 * float(totals @ centred**2) / (n - 1)


def _by_table(data: _Values, table: FloatArray) -> Weighted:
    by_unit = np.zeros(data.n_units)
    starts = np.concatenate(([0], np.cumsum(data.size).astype(np.int64)))
    for u, (start, end) in enumerate(pairwise(starts)):
        codes = data.code[start:end]
        by_unit[u] = table[np.ix_(codes, codes)].sum() / (len(codes) - 1)

    def weighted(weight: FloatArray) -> tuple[float, float]:
        totals, n = _chance(data, weight)
        return float(weight @ by_unit) / n, float(totals @ table @ totals) / (n * (n - 1))

    return weighted


def _bootstrap(
    disagreement: Weighted, n_units: int, rng: np.random.Generator, n_resamples: int
) -> FloatArray:
    """Alpha of resampled units; a resample without variation agrees wherever it can, and counts as 1."""
    alphas = np.ones(n_resamples)
    for b in range(n_resamples):
        weight = np.bincount(rng.integers(0, n_units, n_units), minlength=n_units).astype(np.float64)
        observed, expected = disagreement(weight)
        if expected > 0:
            alphas[b] = 1 - observed / expected
    return alphas
