"""Change points against exact sums, and decay."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.drift import choose_half_life, decay, find_change


def beta_integral(right: int, wrong: int) -> float:
    """Smith (1975), section 3: the integral of p^r (1-p)^w is r! w! / (r + w + 1)!."""
    return factorial(right) * factorial(wrong) / factorial(right + wrong + 1)


def test_paper_binomial_sequence_by_exact_factorials() -> None:
    x = [1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0]
    weights = []
    for t in range(1, 12):
        head, tail = x[:t], x[t:]
        left = beta_integral(sum(head), t - sum(head))
        weights.append(left * beta_integral(sum(tail), len(tail) - sum(tail)))
    found = find_change(x, change_prior=0.5)
    assert found.by_position == pytest.approx(np.array(weights) / sum(weights))
    assert found.position == int(np.argmax(weights)) + 1
    evidence = np.mean(weights) / beta_integral(sum(x), 12 - sum(x))
    assert found.probability == pytest.approx(evidence / (1 + evidence))


def test_finds_when_a_labeler_stopped_caring() -> None:
    rng = np.random.default_rng(0)
    right = np.concatenate([rng.random(150) < 0.95, rng.random(60) < 0.6])
    found = find_change(right.astype(float))
    assert found.probability > 0.99
    assert found.position == pytest.approx(150, abs=8)
    assert found.before == pytest.approx(0.95, abs=0.04)
    assert found.after == pytest.approx(0.6, abs=0.12)


def test_a_steady_labeler_rarely_alarms() -> None:
    rng = np.random.default_rng(1)
    alarms = [find_change((rng.random(200) < 0.9).astype(float)).probability > 0.9 for _ in range(100)]
    assert np.mean(alarms) <= 0.03


@pytest.mark.parametrize("right", [[], [1.0]])
def test_too_few_answers_leave_the_prior(right: list[float]) -> None:
    found = find_change(right)
    assert (found.probability, found.position) == (0.1, 0)


def test_decay_halves() -> None:
    assert decay([0.0, 5.0, 10.0], now=10.0, half_life=5.0) == pytest.approx([0.25, 0.5, 1.0])
    assert decay([0.0], now=1e9, half_life=np.inf)[0] == 1.0


def test_half_life_follows_the_data() -> None:
    rng = np.random.default_rng(2)
    steady = (rng.random(400) < 0.8).astype(float)
    moving = (rng.random(400) < np.where(np.arange(400) // 50 % 2, 0.95, 0.4)).astype(float)
    candidates = [10.0, 50.0, 500.0, np.inf]
    assert choose_half_life(steady, np.arange(400.0), candidates) >= 500
    assert choose_half_life(moving, np.arange(400.0), candidates) <= 50


@pytest.mark.parametrize("right", [[0.5, np.nan], [2.0, 0.0], [[0.0, 1.0]]])
def test_bad_answers_are_refused(right: Any) -> None:
    with pytest.raises(Invalid):
        find_change(right)
    with pytest.raises(Invalid):
        choose_half_life(right, [0.0, 1.0], [1.0])


def test_bad_times_are_refused() -> None:
    with pytest.raises(Invalid):
        decay([2.0], now=1.0, half_life=1.0)
    with pytest.raises(Invalid):
        decay([0.0], now=1.0, half_life=0.0)
    with pytest.raises(Invalid):
        choose_half_life([1.0, 0.0], [1.0, 0.0], [1.0])
    with pytest.raises(Invalid):
        choose_half_life([1.0, 0.0], [0.0, 1.0], [np.nan])
