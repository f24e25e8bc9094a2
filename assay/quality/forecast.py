"""How many labels, and how many days, until the target? A forecast with an interval, scored against what
happens.

The project is played forward many times: truths are drawn from the posterior, answers from the labelers'
confusion (itself drawn from its Dirichlet posterior, which is what widens the interval when skill is poorly
known), and every item is asked until its posterior reaches the bar. Days follow from the labels of past days,
resampled. Forecasts are judged by the interval score (T. Gneiting, A. E. Raftery 2007, "Strictly proper
scoring rules, prediction, and estimation", JASA 102, eq. 43).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import (
    FloatArray,
    read_count,
    read_matrix,
    read_probabilities,
    read_rate,
    read_reals,
    refuse,
)
from assay.quality.sampling import draw_classes

MAX_SIMULATED = 5_000
"""Open items that are played; of more, a random sample is, and scaled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Medians with central intervals at ``confidence``."""

    labels: float
    labels_low: float
    labels_high: float
    days: float
    days_low: float
    days_high: float
    confidence: float
    unresolved: float
    """Expected share of open items still below the bar after ``max_labels`` further labels."""


def forecast(
    posterior: ArrayLike,
    confusion_counts: ArrayLike,
    labels_by_day: ArrayLike,
    *,
    bar: float,
    rng: np.random.Generator,
    max_labels: int = 20,
    n_runs: int = 200,
    confidence: float = 0.9,
) -> Forecast:
    """Labels and days until every item of ``posterior`` (N, K) reaches ``bar`` or has ``max_labels`` more.

    ``confusion_counts`` (K, K) are how often the labelers to be expected gave each answer (columns) for each
    truth (rows), 0.5 being added to every cell (Jeffreys); ``labels_by_day`` (D,) the labels of past days,
    idle days included. Raises ``Invalid``, also when no label was ever given.
    """
    p = read_probabilities(posterior, "posterior")
    counts = read_matrix(confusion_counts, "confusion_counts", shape=(p.shape[1], p.shape[1]))
    daily = read_reals(labels_by_day, "labels_by_day", low=0)
    read_rate(bar, "bar")
    confidence = read_rate(confidence, "confidence")
    if counts.min() < 0:
        raise refuse("confusion_counts", "must not be negative", 0)
    if not len(daily) or daily.sum() == 0:
        raise refuse("labels_by_day", "must hold a day with a label")
    waiting = np.flatnonzero(p.max(axis=1) < bar)
    played = waiting if len(waiting) <= MAX_SIMULATED else rng.choice(waiting, MAX_SIMULATED, replace=False)
    runs = [_play(p[played], counts, bar, max_labels, rng) for _ in range(read_count(n_runs, "n_runs"))]
    labels = np.array([asked for asked, _ in runs]) * (len(waiting) / max(len(played), 1))
    days = _days(labels, daily, rng)
    tail = (1 - confidence) / 2
    at_labels, at_days = np.quantile(labels, [tail, 0.5, 1 - tail]), np.quantile(days, [tail, 0.5, 1 - tail])
    return Forecast(
        labels=float(at_labels[1]),
        labels_low=float(at_labels[0]),
        labels_high=float(at_labels[2]),
        days=float(at_days[1]),
        days_low=float(at_days[0]),
        days_high=float(at_days[2]),
        confidence=confidence,
        unresolved=float(np.mean([share for _, share in runs])),
    )


def _play(
    p: FloatArray, counts: FloatArray, bar: float, max_labels: int, rng: np.random.Generator
) -> tuple[float, float]:
    """One future: labels asked, and the share of items that never reached the bar."""
    if not len(p):
        return 0.0, 0.0
    skill = np.array([rng.dirichlet(row + 0.5) for row in counts])
    truth = draw_classes(p, rng)
    # Beliefs are updated with the mean skill, as the engine will; the answers come from the drawn one.
    log_mean = np.log((counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True)).T
    belief, open_items, asked = np.log(np.maximum(p, 1e-300)), np.arange(len(p)), 0
    for _ in range(max_labels):
        asked += len(open_items)
        belief[open_items] += log_mean[draw_classes(skill[truth[open_items]], rng)]
        part = belief[open_items]
        top = 1 / np.exp(part - part.max(axis=1, keepdims=True)).sum(axis=1)
        open_items = open_items[top < bar]
        if not len(open_items):
            break
    return float(asked), len(open_items) / len(p)


def _days(labels: FloatArray, daily: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Days to give that many labels: the pace is resampled from past days, and the days themselves vary
    around it.
    """
    pace = rng.choice(daily, size=(len(labels), len(daily))).mean(axis=1)
    pace = np.where(pace > 0, pace, daily.mean() / len(daily))
    spread = rng.normal(size=len(labels)) * daily.std() * np.sqrt(labels / pace) / pace
    return np.asarray(np.maximum(labels / pace + spread, 0.0))


def interval_score(low: float, high: float, actual: float, *, confidence: float) -> float:
    """Width of the interval plus ``2 / (1 - confidence)`` for each unit by which ``actual`` lies outside;
    lower is better, and only honest quantiles minimise it. Raises ``Invalid``.
    """
    bounds = read_reals([low, high, actual], "interval")
    if low > high:
        raise refuse("low", "must not exceed high")
    outside = max(bounds[0] - bounds[2], bounds[2] - bounds[1], 0.0)
    return float(bounds[1] - bounds[0] + 2 / (1 - read_rate(confidence, "confidence")) * outside)
