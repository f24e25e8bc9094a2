"""Forecasts against what then happens in simulated projects, and the interval score's own example."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.forecast import forecast, interval_score

SKILL = np.array([[0.85, 0.15], [0.15, 0.85]])


def happens(p: Any, counts: Any, bar: float, rng: np.random.Generator) -> int:
    """One real project: labels until the bar, believed by the skill that was measured."""
    asked, measured = 0, counts / counts.sum(axis=1, keepdims=True)
    for row in p:
        truth = int(rng.random() > row[0])
        belief = row.copy()
        while belief.max() < bar:
            answer = int(rng.random() > SKILL[truth, 0])
            belief = belief * measured[:, answer]
            belief /= belief.sum()
            asked += 1
    return asked


def test_intervals_cover_what_happens() -> None:
    rng = np.random.default_rng(0)
    covered, trials = 0, 40
    for _ in range(trials):
        top = rng.uniform(0.5, 0.95, 80)
        p = np.column_stack([top, 1 - top])
        counts = np.array([rng.multinomial(300, row) for row in SKILL])
        found = forecast(p, counts, [40, 60, 50], bar=0.95, rng=rng, n_runs=100)
        covered += found.labels_low <= happens(p, counts, 0.95, rng) <= found.labels_high
        assert found.labels_low <= found.labels <= found.labels_high
    assert covered >= 0.8 * trials


def test_days_follow_from_the_pace() -> None:
    p = np.tile([0.5, 0.5], (200, 1))
    slow = forecast(p, SKILL * 1000, [10, 10, 10], bar=0.9, rng=np.random.default_rng(1))
    assert slow.days == pytest.approx(slow.labels / 10)
    uneven = forecast(p, SKILL * 1000, [0, 0, 30], bar=0.9, rng=np.random.default_rng(1))
    assert uneven.days_high - uneven.days_low > slow.days_high - slow.days_low


def test_little_known_skill_widens_the_interval() -> None:
    p = np.tile([0.5, 0.5], (300, 1))
    known = forecast(p, SKILL * 10_000, [10], bar=0.95, rng=np.random.default_rng(2))
    unknown = forecast(p, SKILL * 20, [10], bar=0.95, rng=np.random.default_rng(2))
    assert unknown.labels_high - unknown.labels_low > 2 * (known.labels_high - known.labels_low)


def test_a_project_at_its_target_needs_nothing() -> None:
    found = forecast([[0.99, 0.01]], SKILL * 100, [5], bar=0.95, rng=np.random.default_rng(0))
    assert (found.labels, found.days, found.unresolved) == (0, 0, 0)
    assert forecast(np.ones((0, 2)), SKILL, [5], bar=0.95, rng=np.random.default_rng(0)).labels == 0


def test_useless_labelers_never_get_there() -> None:
    found = forecast(
        [[0.6, 0.4]] * 20, np.full((2, 2), 1e6), [5], bar=0.95, rng=np.random.default_rng(0), max_labels=7
    )
    assert found.unresolved == 1
    assert found.labels == 140


def test_many_items_are_sampled_and_scaled() -> None:
    p = np.tile([0.5, 0.5], (20_000, 1))
    found = forecast(p, SKILL * 1000, [100], bar=0.9, rng=np.random.default_rng(0), n_runs=5)
    small = forecast(p[:2000], SKILL * 1000, [100], bar=0.9, rng=np.random.default_rng(0), n_runs=20)
    assert found.labels / 20_000 == pytest.approx(small.labels / 2000, rel=0.1)


@pytest.mark.parametrize(("actual", "score"), [(5.0, 4.0), (2.0, 4.0 + 20 * 1), (9.5, 4.0 + 20 * 2.5)])
def test_paper_interval_score(actual: float, score: float) -> None:
    """Gneiting and Raftery (2007), eq. 43: (u - l) + 2/alpha (l - x) below, 2/alpha (x - u) above."""
    assert interval_score(3.0, 7.0, actual, confidence=0.9) == pytest.approx(score)


@pytest.mark.parametrize(
    ("posterior", "counts", "days"),
    [
        ([[0.5, np.nan]], SKILL, [1]),
        ([[0.5, 0.5]], np.eye(3), [1]),
        ([[0.5, 0.5]], -SKILL, [1]),
        ([[0.5, 0.5]], SKILL, []),
        ([[0.5, 0.5]], SKILL, [0, 0]),
        ([[0.5, 0.5]], SKILL, [-1]),
    ],
)
def test_bad_input_is_refused(posterior: Any, counts: Any, days: Any) -> None:
    with pytest.raises(Invalid):
        forecast(posterior, counts, days, bar=0.9, rng=np.random.default_rng(0))


def test_a_bad_interval_is_refused() -> None:
    with pytest.raises(Invalid):
        interval_score(2.0, 1.0, 0.0, confidence=0.9)
