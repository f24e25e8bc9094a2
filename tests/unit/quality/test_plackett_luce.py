"""Worths from orders with ties: against choix, against sums over all ties, and with unequal workers."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.plackett_luce import fit_rankings

STRICT = [[0, 1, 2, 3], [1, 0, -1, 2], [2, -1, 0, 1], [0, 2, 1, 3], [1, -1, -1, 0]]
TIED = [[0, 1, -1, -1], [3, 0, 1, 2], [1, 0, 0, 0], [0, 1, 2, -1], [1, 0, 0, -1], [0, -1, 2, 1]]
"""The example of the R package PlackettLuce: apple, banana, orange, pear; ties of two and of three."""

MAXIMUM_LIKELIHOOD = 1e4


def test_strict_orders_give_the_worths_that_choix_gives() -> None:
    # choix 0.4.1, opt_rankings: its alpha of 1/8 is a prior with standard deviation 2.
    regular = [-0.100826, 0.450276, 0.450276, -0.799726]
    assert fit_rankings(STRICT, prior_sd=2.0).log_worth == pytest.approx(regular, abs=1e-5)
    likely = [-0.145824, 0.526312, 0.526312, -0.9068]
    assert fit_rankings(STRICT, prior_sd=MAXIMUM_LIKELIHOOD).log_worth == pytest.approx(likely, abs=1e-5)


def test_the_likelihood_is_the_sum_over_every_tie_there_could_be() -> None:
    found = fit_rankings(TIED, prior_sd=MAXIMUM_LIKELIHOOD)
    assert found.converged
    expected = sum(_log_chance(order, found.log_worth, found.tie_weights) for order in TIED)
    assert found.log_posterior == pytest.approx(expected, abs=1e-5)
    for step in ([0.1, 0, 0, 0], [0, -0.1, 0, 0], [0, 0, 0.1, -0.1]):
        moved = sum(_log_chance(order, found.log_worth + step, found.tie_weights) for order in TIED)
        assert moved < expected
    more_ties = found.tie_weights * [1.0, 1.1, 1.1]
    assert sum(_log_chance(order, found.log_worth, more_ties) for order in TIED) < expected


def _log_chance(order: list[int], worth: Any, ties: Any) -> float:
    def weight(chosen: tuple[int, ...]) -> float:
        return float(ties[len(chosen) - 1] * np.exp(worth[list(chosen)].mean()))

    total = 0.0
    for rank in sorted(set(order) - {-1}):
        left = [i for i, at in enumerate(order) if at >= rank]
        chosen = tuple(i for i, at in enumerate(order) if at == rank)
        possible = [s for k in range(1, min(len(left), len(ties)) + 1) for s in combinations(left, k)]
        total += np.log(weight(chosen) / sum(map(weight, possible)))
    return total


def crowd(reliability: list[float], orders_each: int = 60) -> tuple[Any, Any, Any]:
    """Orders of five items by workers of known reliability, by Gumbel noise: orders, workers, worths."""
    rng = np.random.default_rng(0)
    worth = np.array([1.5, 0.8, 0.0, -0.8, -1.5])
    workers = np.repeat(np.arange(len(reliability)), orders_each)
    noisy = np.array(reliability)[workers, None] * worth + rng.gumbel(size=(len(workers), 5))
    return np.argsort(np.argsort(-noisy, axis=1), axis=1), workers, worth


def test_careless_workers_are_found_and_count_less() -> None:
    orders, workers, worth = crowd([1.0, 1.0, 1.0, 0.05, 0.05])
    found = fit_rankings(orders, workers)
    assert found.reliability[:3].min() > 2 * found.reliability[3:].max()
    plain = fit_rankings(orders)
    assert np.abs(found.log_worth - worth).max() < np.abs(plain.log_worth - worth).max()
    assert found.ranks.tolist() == [0, 1, 2, 3, 4]


def test_stated_errors_cover_the_worths() -> None:
    orders, _, worth = crowd([1.0] * 5)
    found = fit_rankings(orders)
    error = np.sqrt(np.diag(found.covariance))
    assert np.abs((found.log_worth - worth) / error).max() < 3.0
    assert found.surely_before(0, 4) > 0.999
    assert found.surely_before(0, 1) == pytest.approx(1.0 - found.surely_before(1, 0))


def test_an_item_that_always_wins_has_a_finite_worth() -> None:
    found = fit_rankings([[0, 1, 2]] * 50)
    assert np.isfinite(found.log_worth).all()
    assert np.isfinite(found.covariance).all()
    assert found.ranks.tolist() == [0, 1, 2]


def test_everything_tied_is_finite_and_undecided() -> None:
    found = fit_rankings([[0, 0, 0]] * 3)
    assert found.log_worth == pytest.approx(np.zeros(3), abs=1e-6)
    assert found.surely_before(0, 1) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("orders", [[], [[0.5, 1.0]], [[0, -2]], [[0, -1]], [0, 1], [[float("nan"), 0.0]]])
def test_bad_orders_are_refused(orders: Any) -> None:
    with pytest.raises(Invalid) as refused:
        fit_rankings(orders)
    assert refused.value.pointer == "/orders"


def test_bad_workers_and_priors_are_refused() -> None:
    with pytest.raises(Invalid):
        fit_rankings([[0, 1]], [-1])
    with pytest.raises(Invalid):
        fit_rankings([[0, 1]], prior_sd=0.0)
