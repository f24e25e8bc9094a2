"""Where gold is spent, and gold that is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from assay.errors import Invalid
from assay.quality.gold_rate import doubtful_gold, gold_rate


def test_uncertain_labelers_meet_more_gold() -> None:
    rates = gold_rate([4.0, 80.0, 4000.0], [1.0, 20.0, 1000.0], highest=1.0)
    assert rates[0] > rates[1] > rates[2] == 0.02


def test_the_rate_reaches_the_tolerance_in_time() -> None:
    """From 8 right and 2 wrong, rate x within more gold brings the interval to the half-width asked."""
    rate = gold_rate([8.0], [2.0], tolerance=0.06, within=1000, highest=1.0)[0]
    n = 10 + rate * 1000
    low, high = stats.beta.ppf([0.025, 0.975], 0.8 * n, 0.2 * n)
    assert (high - low) / 2 == pytest.approx(0.06, rel=0.02)


def test_bounds_hold() -> None:
    assert gold_rate([1.0], [1.0], highest=0.1)[0] == 0.1
    assert gold_rate([1e9], [1e9], lowest=0.05)[0] == 0.05
    assert gold_rate([], []).shape == (0,)


def planted(rng: np.random.Generator, wrong: int) -> Any:
    """200 gold items of four classes, seven labelers of 0.85; the first ``wrong`` are corrupted."""
    truth = rng.integers(0, 4, 200)
    gold = truth.copy()
    gold[:wrong] = (gold[:wrong] + 1) % 4
    task, worker = np.repeat(np.arange(200), 7), np.tile(np.arange(7), 200)
    error = (truth[task] + rng.integers(1, 4, len(task))) % 4
    label = np.where(rng.random(len(task)) < 0.85, truth[task], error)
    return task, worker, label, gold, truth


def test_wrong_gold_is_found_first_with_the_right_answer() -> None:
    task, worker, label, gold, truth = planted(np.random.default_rng(0), 8)
    found = doubtful_gold(task, worker, label, gold, n_classes=4)
    assert set(found.task[:8]) == set(range(8))
    assert (found.suggestion[:8] == truth[found.task[:8]]).all()
    assert (found.probability_wrong[:8] > 0.9).all()
    assert (found.probability_wrong[8:] < 0.5).all()


def test_one_dissenter_does_not_topple_gold() -> None:
    found = doubtful_gold([0], [0], [1], [0], n_classes=2)
    assert found.probability_wrong[0] < 0.1


def test_bad_labelers_do_not_topple_gold() -> None:
    """Labelers who contradict every gold answer alike are the ones who are wrong."""
    rng = np.random.default_rng(1)
    gold = rng.integers(0, 2, 100)
    task, worker = np.repeat(np.arange(100), 3), np.tile(np.arange(3), 100)
    found = doubtful_gold(task, worker, 1 - gold[task], gold, n_classes=2)
    assert (found.probability_wrong < 0.1).all()


def test_items_without_gold_or_votes_are_left_out() -> None:
    found = doubtful_gold([0, 1], [0, 0], [0, 0], [-1, 0, 1], n_classes=2)
    assert found.task.tolist() == [1]
    assert doubtful_gold([], [], [], [-1], n_classes=2).task.shape == (0,)


@pytest.mark.parametrize(
    ("task", "label", "gold", "n_classes"),
    [([0], [2], [0], 2), ([5], [0], [0], 2), ([0], [0], [2], 2), ([0], [0], [-2], 2), ([0], [0], [0], 1)],
)
def test_bad_votes_are_refused(task: Any, label: Any, gold: Any, n_classes: int) -> None:
    with pytest.raises(Invalid):
        doubtful_gold(task, [0], label, gold, n_classes=n_classes)


@pytest.mark.parametrize("options", [{"tolerance": 0.0}, {"within": 0}, {"lowest": 0.5}, {"confidence": 1.0}])
def test_bad_rates_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        gold_rate([1.0], [1.0], **options)
    with pytest.raises(Invalid):
        gold_rate([0.0], [1.0])
