"""How long should an answer take, and what do unusual times say? Evidence, never a verdict.

Log time is the sum of the item's length and the labeler's pace, both fitted by medians so that a lunch break
moves neither (median polish: J. W. Tukey 1977, *Exploratory Data Analysis*, ch. 11; log-normal response
times: W. J. van der Linden 2006, Journal of Educational and Behavioral Statistics 31). Whether haste costs a
labeler accuracy is a question for the data: the difference in accuracy between the faster and the slower half
of the labels, with its interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from assay.quality.arrays import FloatArray, IntArray, read_indices, read_rate, read_reals

ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTimes:
    """Expected times and how far each answer was from its own."""

    expected_secs: FloatArray
    """(V,) what this labeler usually takes for an item like this."""
    surprise: FloatArray
    """(V,) robust standard scores of log time; below -3 is remarkably fast."""
    pace: FloatArray
    """(W,) each labeler's time relative to the median labeler: 0.5 is twice as fast."""


def response_times(tasks: ArrayLike, workers: ArrayLike, seconds: ArrayLike) -> ResponseTimes:
    """Fit V answers: ``tasks``, ``workers`` (V,), ``seconds`` (V,) > 0. Raises ``Invalid``."""
    task = read_indices(tasks, "tasks")
    worker = read_indices(workers, "workers", length=len(task))
    log_time = np.log(read_reals(seconds, "seconds", length=len(task), low=1e-6))
    if not len(task):
        return ResponseTimes(expected_secs=np.zeros(0), surprise=np.zeros(0), pace=np.zeros(0))
    base = float(np.median(log_time))
    item, pace = np.zeros(int(task.max()) + 1), np.zeros(int(worker.max()) + 1)
    for _ in range(ROUNDS):
        pace = _medians(worker, log_time - base - item[task], len(pace))
        item = _medians(task, log_time - base - pace[worker], len(item), shrink=1.0)
    pace -= np.median(pace[np.unique(worker)])
    expected = base + item[task] + pace[worker]
    residual = log_time - expected
    scale = max(1.4826 * float(np.median(np.abs(residual))), 0.1)
    return ResponseTimes(expected_secs=np.exp(expected), surprise=residual / scale, pace=np.exp(pace))


def _medians(group: IntArray, value: FloatArray, size: int, shrink: float = 0.0) -> FloatArray:
    """Median of ``value`` in each group (size,), 0 for empty ones, scaled by n / (n + shrink)."""
    order = np.lexsort((value, group))
    count = np.bincount(group, minlength=size)
    start = np.cumsum(count) - count
    ordered = value[order]
    low = np.minimum(start + np.maximum(count - 1, 0) // 2, len(value) - 1)
    high = np.minimum(start + count // 2, len(value) - 1)
    middle = (ordered[low] + ordered[high]) / 2
    return np.asarray(np.where(count > 0, middle * count / np.maximum(count + shrink, 1), 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class HasteCost:
    """Accuracy of the slower half of one labeler's answers less that of the faster half."""

    difference: float
    low: float
    high: float


def haste_cost(right: ArrayLike, surprise: ArrayLike, *, confidence: float = 0.95) -> HasteCost:
    """What haste costs in ``right`` (n,), the chance in [0, 1] that each answer was right, by its
    ``surprise`` (n,).

    With fewer than four answers the interval is [-1, 1]. Agresti and Caffo's (2000) interval for a difference
    of proportions, which holds up in small samples. Raises ``Invalid``.
    """
    x = read_reals(right, "right", low=0, high=1)
    time = read_reals(surprise, "surprise", length=len(x))
    z = float(stats.norm.ppf((1 + read_rate(confidence, "confidence")) / 2))
    if len(x) < 4:
        return HasteCost(difference=0.0, low=-1.0, high=1.0)
    order = np.argsort(time, kind="stable")
    half = len(x) // 2
    fast, slow = x[order[:half]], x[order[-half:]]
    n = half + 2
    rate_fast, rate_slow = (fast.sum() + 1) / n, (slow.sum() + 1) / n
    margin = z * float(np.sqrt(rate_fast * (1 - rate_fast) / n + rate_slow * (1 - rate_slow) / n))
    centre = float(rate_slow - rate_fast)
    return HasteCost(
        difference=float(slow.mean() - fast.mean()),
        low=max(-1.0, centre - margin),
        high=min(1.0, centre + margin),
    )
