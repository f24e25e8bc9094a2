"""Allocation of a budget against exhaustive search."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.budget import allocate
from assay.quality.stopping import look_ahead

COIN = np.array([[0.8, 0.2], [0.2, 0.8]])


def test_matches_exhaustive_search_where_the_hull_is_exact() -> None:
    p = np.array([[0.5, 0.5], [0.6, 0.4], [0.97, 0.03]])
    gains = np.concatenate([np.zeros((3, 1)), look_ahead(p, COIN[None], 4)[:, 0]], axis=1)
    for budget in range(7):
        plan = allocate(p, COIN, budget=budget, horizon=4)
        best = max(
            sum(gains[i, m] for i, m in enumerate(split))
            for split in itertools.product(range(5), repeat=3)
            if sum(split) <= plan.cost
        )
        assert plan.accuracy == pytest.approx(p.max(axis=1).mean() + best / 3)
        assert plan.labels.sum() == plan.cost <= budget


def test_uncertain_items_come_first() -> None:
    plan = allocate([[0.99, 0.01], [0.55, 0.45]], COIN, budget=1)
    assert plan.labels.tolist() == [0, 1]


def test_curve_is_concave_and_ends_below_one() -> None:
    rng = np.random.default_rng(0)
    top = rng.uniform(0.5, 1, 300)
    plan = allocate(np.column_stack([top, 1 - top]), COIN, budget=100, cost=0.05)
    assert plan.cost <= 100
    assert (np.diff(plan.curve_cost) > 0).all()
    slope = np.diff(plan.curve_accuracy) / np.diff(plan.curve_cost)
    assert (np.diff(slope) <= 1e-9).all()
    assert plan.curve_accuracy[-1] <= 1


def test_nothing_to_buy() -> None:
    assert allocate([[1.0, 0.0]], COIN, budget=10).cost == 0
    assert allocate(np.ones((0, 2)), COIN, budget=10).labels.shape == (0,)
    assert allocate([[0.5, 0.5]], COIN, budget=0).labels.tolist() == [0]


@pytest.mark.parametrize("options", [{"budget": -1.0}, {"budget": np.nan}, {"budget": 1.0, "cost": 0.0}])
def test_bad_input_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        allocate([[0.5, 0.5]], COIN, **options)
    with pytest.raises(Invalid):
        allocate([[0.5, 0.5]], np.eye(3), budget=1.0)
