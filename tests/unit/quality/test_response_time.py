"""Expected times, surprise, and what haste costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.response_time import haste_cost, response_times

N, W = 80, 10
TASKS, WORKERS = np.repeat(np.arange(N), W), np.tile(np.arange(W), N)


def test_recovers_items_and_paces() -> None:
    rng = np.random.default_rng(0)
    item, pace = rng.normal(3, 0.5, N), rng.normal(0, 0.4, W)
    seconds = np.exp(item[TASKS] + pace[WORKERS] + rng.normal(0, 0.2, N * W))
    seconds[5] *= 500  # a lunch break
    seconds[17] /= 100  # a guess
    found = response_times(TASKS, WORKERS, seconds)
    assert np.corrcoef(np.log(found.pace), pace)[0, 1] > 0.98
    assert np.corrcoef(np.log(found.expected_secs), item[TASKS] + pace[WORKERS])[0, 1] > 0.97
    assert found.surprise.argmax() == 5
    assert found.surprise.argmin() == 17
    assert (np.abs(found.surprise) < 3).mean() > 0.97


def test_equal_times_surprise_nobody() -> None:
    found = response_times([0, 1], [0, 0], [3.0, 3.0])
    assert found.surprise.tolist() == [0.0, 0.0]
    assert found.expected_secs == pytest.approx([3.0, 3.0])
    assert response_times([], [], []).pace.shape == (0,)


def test_haste_cost_agresti_caffo_2000() -> None:
    """Four right of ten fast, nine of ten slow: adding one right and one wrong to each, 10/12 - 5/12 with z =
    1.96.
    """
    right = [1.0] * 4 + [0.0] * 6 + [1.0] * 9 + [0.0]
    found = haste_cost(right, np.arange(20.0))
    margin = 1.959964 * np.sqrt(5 / 12 * 7 / 12 / 12 + 10 / 12 * 2 / 12 / 12)
    assert found.difference == pytest.approx(0.5)
    assert (found.low, found.high) == (pytest.approx(5 / 12 - margin), pytest.approx(5 / 12 + margin))


def test_too_few_answers_say_nothing() -> None:
    found = haste_cost([1.0, 0.0], [0.0, 1.0])
    assert (found.low, found.high) == (-1.0, 1.0)


@pytest.mark.parametrize("seconds", [[0.0], [-1.0], [np.nan], [1.0, 2.0]])
def test_bad_times_are_refused(seconds: Any) -> None:
    with pytest.raises(Invalid):
        response_times([0], [0], seconds)
    with pytest.raises(Invalid):
        haste_cost([2.0], [0.0])
