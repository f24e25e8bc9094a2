"""Worths from pairs: Davidson's own example, choix without ties, and unequal workers."""

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.bradley_terry import fit_comparisons, outcome_probabilities

PUDDINGS = [
    (1, 2, 19, 22, 16), (1, 3, 16, 19, 12), (2, 3, 19, 19, 10), (1, 4, 18, 23, 13), (2, 4, 23, 19, 9),
    (3, 4, 19, 20, 15), (1, 5, 13, 19, 18), (2, 5, 16, 20, 12), (3, 5, 16, 15, 17), (4, 5, 17, 14, 16),
    (1, 6, 18, 21, 12), (2, 6, 22, 20, 12), (3, 6, 13, 18, 10), (4, 6, 14, 19, 18), (5, 6, 11, 21, 12),
]  # fmt: skip
"""Davidson 1970, table 1: of two brands of chocolate pudding, how many preferred the first, the second,
neither."""


def puddings() -> tuple[list[int], list[int], list[int]]:
    votes = [
        (first - 1, second - 1, outcome)
        for first, second, *counts in PUDDINGS
        for outcome, count in zip((1, -1, 0), counts, strict=True)
        for _ in range(count)
    ]
    left, right, outcomes = (list(column) for column in zip(*votes, strict=True))
    return left, right, outcomes


def test_puddings_have_the_worths_of_the_paper() -> None:
    found = fit_comparisons(*puddings(), prior_sd=1e4)
    worth = np.exp(found.log_worth)
    # Davidson 1970, section 5.
    assert worth / worth.sum() == pytest.approx([0.1388, 0.1730, 0.1617, 0.1654, 0.1587, 0.2024], abs=5e-5)
    assert found.tie_weights == pytest.approx([1.0, 0.7468], abs=5e-5)
    left, tie, right = outcome_probabilities(found, [0], [5])[0]
    assert left / right == pytest.approx(worth[0] / worth[5])
    assert tie / np.sqrt(left * right) == pytest.approx(0.7468, abs=5e-5)


def test_pairs_without_ties_give_the_worths_that_choix_gives() -> None:
    winners, losers = [0, 0, 1, 1, 2, 0, 2, 3, 0], [1, 1, 0, 2, 0, 2, 3, 1, 3]
    # choix 0.4.1, opt_pairwise: its alpha of 1/8 is a prior with standard deviation 2.
    expected = [0.487711, -0.155446, 0.081276, -0.413541]
    assert fit_comparisons(winners, losers, np.ones(9, dtype=int)).log_worth == pytest.approx(
        expected, abs=1e-5
    )
    # choix 0.4.1, ilsr_pairwise: maximum likelihood.
    likely = [0.572764, -0.157375, 0.116127, -0.531517]
    found = fit_comparisons(losers, winners, -np.ones(9, dtype=int), prior_sd=1e4)
    assert found.log_worth == pytest.approx(likely, abs=1e-5)


def test_a_worker_who_answers_at_random_counts_less() -> None:
    rng = np.random.default_rng(0)
    worth = np.array([1.0, 0.3, -0.3, -1.0])
    left, right = rng.integers(0, 4, 4000), rng.integers(1, 4, 4000)
    right = (left + right) % 4
    workers = rng.integers(0, 4, 4000)
    apart = np.where(workers == 3, 0.0, worth[left] - worth[right])
    outcomes = np.where(rng.random(4000) < 1.0 / (1.0 + np.exp(-apart)), 1, -1)
    found = fit_comparisons(left, right, outcomes, workers)
    assert found.reliability[3] < 0.3 * found.reliability[:3].min()
    believed = outcome_probabilities(found, [0, 0], [3, 3], [0, 3])
    assert believed[0, 0] > 0.8
    assert believed[1, 0] == pytest.approx(0.5, abs=0.2)


def test_items_that_were_never_compared_are_the_priors() -> None:
    found = fit_comparisons([0], [1], [1], n_items=4)
    assert found.log_worth[2] == pytest.approx(found.log_worth[3])
    assert found.surely_before(2, 3) == pytest.approx(0.5)
    assert found.covariance[2, 2] > found.covariance[0, 0]


@pytest.mark.parametrize(
    ("left", "right", "outcomes", "pointer"),
    [
        ([], [], [], "/outcomes"),
        ([0], [1], [2], "/outcomes"),
        ([0], [1], [np.nan], "/outcomes"),
        ([0], [0], [1], "/right"),
        ([-1], [0], [1], "/left"),
        ([0, 1], [1], [1, 1], "/right"),
    ],
)
def test_bad_input_is_named(left: Any, right: Any, outcomes: Any, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        fit_comparisons(left, right, outcomes)
    assert refused.value.pointer == pointer
