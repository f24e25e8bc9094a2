"""Matching of items and labelers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from assay.errors import Invalid
from assay.quality.routing import route


def test_best_pair_first_under_both_limits() -> None:
    pairs = route([[0.5, 0.4], [0.9, 0.1]], capacity=[1, 1], slots=[1, 1])
    assert pairs.tolist() == [[1, 0], [0, 1]]


def test_at_least_half_of_the_best_assignment() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        rate = rng.random((8, 6))
        pairs = route(rate, capacity=np.ones(6, dtype=int), slots=np.ones(8, dtype=int))
        rows, columns = linear_sum_assignment(rate, maximize=True)
        assert rate[tuple(pairs.T)].sum() >= rate[rows, columns].sum() / 2
        assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == 6


def test_forbidden_and_worthless_pairs_are_left_out() -> None:
    pairs = route(
        [[0.5, 0.9], [0.0, 0.2]],
        capacity=[2, 2],
        slots=[2, 2],
        allowed=np.array([[True, False], [True, True]]),
    )
    assert pairs.tolist() == [[0, 0], [1, 1]]


def test_nobody_or_nothing() -> None:
    assert route(np.zeros((0, 2)), capacity=[1, 1], slots=[]).shape == (0, 2)
    assert route([[0.5]], capacity=[0], slots=[1]).shape == (0, 2)


@pytest.mark.parametrize(
    "options",
    [
        {"rate": [[np.nan]], "capacity": [1], "slots": [1]},
        {"rate": [[0.5]], "capacity": [-1], "slots": [1]},
        {"rate": [[0.5]], "capacity": [1], "slots": [1, 1]},
        {"rate": [[0.5]], "capacity": [1], "slots": [1], "allowed": [[1.0]]},
    ],
)
def test_bad_input_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        route(options.pop("rate"), **options)
