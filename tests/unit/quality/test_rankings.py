"""Distance and consensus of orders."""

from itertools import permutations

import numpy as np
import pytest

from assay.quality.rankings import borda, consensus, kendall_distance, ranks_from_buckets


def _cost(candidate: np.ndarray, orders: np.ndarray, weights: list[float]) -> float:
    return sum(w * kendall_distance(candidate, order) for w, order in zip(weights, orders, strict=True))


def test_distance_counts_opposite_pairs_and_half_for_ties() -> None:
    assert kendall_distance([0, 1, 2], [2, 1, 0]) == 3.0
    assert kendall_distance([0, 1, 2], [0, 0, 1]) == 0.5
    assert kendall_distance([0, 0, 1], [0, 0, 1]) == 0.0


@pytest.mark.parametrize("seed", range(10))
def test_no_strict_order_is_nearer_than_the_consensus(seed: int) -> None:
    generator = np.random.default_rng(seed)
    orders = generator.integers(0, 5, (5, 5))
    weights = generator.uniform(0.5, 3.0, 5).tolist()
    best = consensus(orders, weights)
    strict = min(_cost(np.array(order), orders, weights) for order in permutations(range(5)))
    assert _cost(best, orders, weights) <= strict + 1e-6
    assert _cost(best, orders, weights) <= min(_cost(order, orders, weights) for order in orders) + 1e-6


def test_the_condorcet_winner_comes_first() -> None:
    # Most prefer 0 to each other item, though Borda's count puts 1 first.
    orders = [[0, 1, 2, 3, 4]] * 3 + [[4, 0, 1, 2, 3]] * 2
    assert consensus(orders, [1.0] * 5).argmin() == 0
    assert borda(orders, [1.0] * 5).argmin() == 1


def test_skill_outweighs_number() -> None:
    assert consensus([[0, 1], [1, 0], [1, 0]], [5.0, 1.0, 1.0]).tolist() == [0, 1]


def test_of_many_items_three_orders_with_a_slip_each_give_the_order_without() -> None:
    truth = np.arange(14)
    slipped = [truth.copy() for _ in range(3)]
    for index, order in enumerate(slipped):
        order[[4 * index, 4 * index + 1]] = order[[4 * index + 1, 4 * index]]
    assert consensus(slipped, [1.0, 1.0, 1.0]).tolist() == truth.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_of_many_items_no_exchange_of_neighbours_is_nearer(seed: int) -> None:
    generator = np.random.default_rng(seed)
    orders = np.array([generator.permutation(12) for _ in range(4)])
    weights = generator.uniform(0.5, 3.0, 4).tolist()
    best = consensus(orders, weights)
    assert _cost(best, orders, weights) <= min(_cost(order, orders, weights) for order in orders)
    for rank in range(int(best.max())):
        exchanged = np.where(best == rank, rank + 1, np.where(best == rank + 1, rank, best))
        assert _cost(best, orders, weights) <= _cost(exchanged, orders, weights) + 1e-6


def test_ranks_of_buckets() -> None:
    assert ranks_from_buckets([[2], [0, 1]], 3).tolist() == [1, 1, 0]


def test_paper_condorcets_sixty_voters() -> None:
    """Young (1988): 23 prefer a b c, 17 b c a, 2 b a c, 10 c a b, 8 c b a. There is a cycle; Condorcet's most
    probable order, which is Kemeny's, is b c a (104 pairwise votes), while Borda's is b a c."""
    orders = [[0, 1, 2], [2, 0, 1], [1, 0, 2], [1, 2, 0], [2, 1, 0]]
    voters = [23.0, 17.0, 2.0, 10.0, 8.0]
    best = consensus(orders, voters)
    assert best.tolist() == [2, 0, 1]
    assert 3 * 60 - _cost(best, np.array(orders), voters) == 104
    assert borda(orders, voters).tolist() == [1, 0, 2]
