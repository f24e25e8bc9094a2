"""The value of a label against full enumeration, and the three exits."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import Invalid
from assay.quality.stopping import (
    Action,
    decide,
    gain_factor,
    label_value,
    misfit,
    project_bar,
    remaining_gain,
)


def coin(accuracy: float, n_classes: int = 2) -> Any:
    table = np.full((n_classes, n_classes), (1 - accuracy) / (n_classes - 1))
    np.fill_diagonal(table, accuracy)
    return table


def enumerated(p: Any, table: Any, m: int) -> float:
    n_classes = len(p)
    total = 0.0
    for answers in itertools.product(range(n_classes), repeat=m):
        total += max(p[k] * np.prod([table[k, y] for y in answers]) for k in range(n_classes))
    return total - max(p)


def test_sheng_2008_one_label_of_an_even_item_is_worth_its_accuracy() -> None:
    """From a posterior of 0.5 one label of accuracy 0.8 leaves 0.8: a gain of 0.3 for one unit."""
    found = label_value([[0.5, 0.5]], [coin(0.8)])
    assert found.rate[0, 0] == pytest.approx(0.3)
    assert found.steps[0, 0] == 1


@given(st.floats(0.5, 0.999), st.floats(0.55, 0.95), st.integers(1, 6))
def test_two_classes_match_enumeration(p: float, accuracy: float, horizon: int) -> None:
    found = label_value([[p, 1 - p]], [coin(accuracy)], horizon=horizon)
    best = max(enumerated([p, 1 - p], coin(accuracy), m) / m for m in range(1, horizon + 1))
    assert found.rate[0, 0] == pytest.approx(best, abs=1e-9)


def test_one_label_is_exact_for_many_classes() -> None:
    rng = np.random.default_rng(0)
    p, table = rng.dirichlet(np.ones(4), size=5), rng.dirichlet(np.ones(4), size=(3, 4))
    found = label_value(p, table, horizon=1)
    expected = [[enumerated(row, labeler, 1) for labeler in table] for row in p]
    assert found.gain == pytest.approx(np.array(expected), abs=1e-9)


def test_look_ahead_sees_what_one_label_cannot() -> None:
    """At 0.9 a single 0.8 labeler cannot change the answer; a look-ahead of two or more can."""
    assert label_value([[0.9, 0.1]], [coin(0.8)], horizon=1).rate[0, 0] == 0
    ahead = label_value([[0.9, 0.1]], [coin(0.8)], horizon=4)
    assert ahead.rate[0, 0] > 0
    assert ahead.steps[0, 0] > 1


def test_cheap_labelers_win_per_cost_and_useless_ones_are_worth_nothing() -> None:
    found = label_value([[0.6, 0.4]], [coin(0.9), coin(0.8), coin(0.5)], cost=[10.0, 1.0, 0.1])
    assert found.rate[0].argmax() == 1
    assert found.rate[0, 2] == 0


def test_an_adversary_is_worth_as_much_as_an_expert() -> None:
    found = label_value([[0.5, 0.5]], [coin(0.1), coin(0.9)])
    assert found.rate[0, 0] == pytest.approx(found.rate[0, 1])


def test_a_certain_item_and_a_single_class_gain_nothing() -> None:
    assert label_value([[1.0, 0.0]], [coin(0.8)]).gain[0, 0] == 0
    assert label_value([[1.0]], [[[1.0]]]).gain[0, 0] == 0
    assert label_value(np.ones((0, 2)), [coin(0.8)]).rate.shape == (0, 1)


def test_what_is_left_is_what_the_look_ahead_says() -> None:
    p, table = [[0.6, 0.4], [0.6, 0.4], [0.6, 0.4]], coin(0.8)
    found = remaining_gain(p, table, [0, 2, 30])
    assert found[0] == 0
    assert found[1] == pytest.approx(enumerated(p[0], table, 2))
    assert found[2] == pytest.approx(enumerated(p[0], table, 10))
    with pytest.raises(Invalid):
        remaining_gain(p, table[None], [1, 1, 1])
    with pytest.raises(Invalid):
        remaining_gain(p, table, [1, 1, -1])


def test_labels_that_taught_more_than_was_hoped_raise_the_factor() -> None:
    assert gain_factor([], []) == 1.0
    assert gain_factor([0.1] * 10, [0.05] * 10) == 1.0
    assert gain_factor([0.1] * 90, [0.3] * 90) == pytest.approx(28 / 10)
    with pytest.raises(Invalid):
        gain_factor([0.1], [np.nan])


def test_bar_meets_the_target_with_the_stated_risk() -> None:
    """Items brought exactly to the bar: the accuracy is at the target in 95 % of draws."""
    rng = np.random.default_rng(0)
    top = rng.uniform(0.6, 1.0, 2000)
    bar = project_bar(np.column_stack([top, 1 - top]), target=0.95, risk=0.05)
    reached = np.maximum(top, bar)
    drawn = (rng.random((2000, 2000)) < reached).mean(axis=1)
    assert (drawn >= 0.95).mean() == pytest.approx(0.95, abs=0.02)


def test_easy_items_leave_room_for_hard_ones() -> None:
    easy = np.tile([0.9999, 0.0001], (950, 1))
    hard = np.tile([0.6, 0.4], (50, 1))
    assert project_bar(np.vstack([easy, hard]), target=0.98) < 0.9
    assert project_bar(hard, target=0.98) > 0.98


def test_the_three_exits() -> None:
    top = np.array([0.7, 0.99, 0.8, 0.8, 0.8, 0.999, 0.5])
    actions = decide(
        np.column_stack([top, 1 - top]),
        [0, 3, 3, 9, 3, 9, 0],
        [0.1, 0.0, 0.1, 0.1, 0.0, 0.1, 0.0],
        bar=0.95,
        surprise=[1, 1, 1, 1, 1, 1e-6, 1],
        max_labels=9,
    )
    expected = ["ASK", "STOP", "ASK", "ADJUDICATE", "ADJUDICATE", "ADJUDICATE", "ADJUDICATE"]
    assert [Action(a).name for a in actions] == expected


def test_misfit_is_the_binomial_tail() -> None:
    found = misfit([5, 9, 0], [10, 10, 0], [0.9, 0.9, 0.9])
    assert found[0] == pytest.approx(0.0016349, abs=1e-6)
    assert found[1] == pytest.approx(1 - 0.9**10)
    assert found[2] == 1.0


@pytest.mark.parametrize(
    ("posterior", "confusion", "options"),
    [
        ([[0.5, np.nan]], [coin(0.8)], {}),
        ([[0.5, 0.6]], [coin(0.8)], {}),
        ([[-0.5, 1.5]], [coin(0.8)], {}),
        ([[0.5, 0.5]], [coin(0.8, 3)], {}),
        ([[0.5, 0.5]], coin(0.8), {}),
        ([[0.5, 0.5]], [coin(0.8)], {"cost": [0.0]}),
        ([[0.5, 0.5]], [coin(0.8)], {"cost": [1.0, 1.0]}),
        ([[0.5, 0.5]], [coin(0.8)], {"horizon": 0}),
    ],
)
def test_bad_value_input_is_refused(posterior: Any, confusion: Any, options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        label_value(posterior, confusion, **options)


def test_bad_decision_input_is_refused() -> None:
    with pytest.raises(Invalid):
        decide([[0.5, 0.5]], [1], [0.1], bar=0.9, min_labels=3, max_labels=2)
    with pytest.raises(Invalid):
        decide([[0.5, 0.5]], [1], [np.nan], bar=0.9)
    with pytest.raises(Invalid):
        project_bar([[0.5, 0.5]], target=1.0)
    with pytest.raises(Invalid):
        misfit([3], [2], [0.9])
