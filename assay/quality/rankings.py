"""Orders with ties: how far apart two are, and the best one given several.

A bucket order of N items is written as ranks ``(N,)``: 0 for the best bucket, equal numbers for ties. The
distance is Kendall's with penalty 1/2 (Fagin, Kumar, Mahdian, Sivakumar & Vee 2004): a pair in opposite order
counts 1, a pair tied in one order only counts 1/2. The order nearest to all by weight is Kemeny's (1959).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAX_EXACT_ITEMS = 10
"""Up to here the best of all orders is found; above, the best of those given and Borda's, improved item by
item until no move of a single item helps (local Kemenisation: Dwork, Kumar, Naor & Sivakumar 2001)."""

_CLEARLY = 1e-9
"""Costs closer than this are equal: sums of weights carry rounding."""

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def kendall_distance(left: ArrayLike, right: ArrayLike) -> float:
    """Distance of two orders of N items given as ranks ``(N,)``: 0 for equal ones, N (N − 1) / 2 for
    opposite ones."""
    return float(np.abs(_signs(left) - _signs(right)).sum() / 4.0)


def consensus(orders: ArrayLike, weights: ArrayLike) -> Ints:
    """Ranks ``(N,)`` of the order with the least weighted distance to V orders ``(V, N)`` with weights
    ``(V,)``."""
    given = np.asarray(orders, dtype=np.intp)
    weight = np.asarray(weights, dtype=np.float64)
    if given.shape[1] <= MAX_EXACT_ITEMS:
        return _kemeny(given, weight)
    before, tied = _pair_costs(given, weight)
    candidates = [*given, borda(given, weight)]
    costs = [_cost(candidate, before, tied) for candidate in candidates]
    best = min(range(len(candidates)), key=lambda i: (round(costs[i], 9), candidates[i].tolist()))
    return _improved(candidates[best], before, tied)


def borda(orders: ArrayLike, weights: ArrayLike) -> Ints:
    """Ranks ``(N,)`` by mean position in V orders ``(V, N)``, tied items sharing their middle (Borda
    1781)."""
    signs = np.array([_signs(order).sum(axis=1) for order in np.asarray(orders, dtype=np.intp)])
    score = np.round(np.asarray(weights, dtype=np.float64) @ signs, 9)
    return np.unique(score, return_inverse=True)[1].astype(np.intp)


def ranks_from_buckets(buckets: Sequence[Sequence[int]], n_items: int) -> Ints:
    """Ranks ``(N,)`` of an order written as lists of item indices, best first."""
    ranks = np.empty(n_items, dtype=np.intp)
    for rank, bucket in enumerate(buckets):
        ranks[list(bucket)] = rank
    return ranks


def _signs(ranks: ArrayLike) -> Floats:
    """``(N, N)``: −1 where the row's item is better than the column's, 1 where worse, 0 for ties."""
    rank = np.asarray(ranks, dtype=np.float64)
    return np.asarray(np.sign(rank[:, None] - rank[None, :]))


def _pair_costs(orders: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """``(N, N)``: what V orders and weights charge for item i before item j, and for the two tied."""
    signs = np.array([_signs(order) for order in orders])
    before = np.einsum("v,vij->ij", weights, (signs + 1.0) / 2.0)
    tied = np.einsum("v,vij->ij", weights, np.abs(signs) / 2.0)
    return before, tied


def _cost(ranks: Ints, before: Floats, tied: Floats) -> float:
    signs = _signs(ranks)
    return float(before[signs < 0].sum() + tied[np.triu(signs == 0, 1)].sum())


def _improved(ranks: Ints, before: Floats, tied: Floats) -> Ints:
    """Move single items, each to where it costs least, until none can move for less."""
    moved = True
    while moved:
        moved = False
        for item in range(len(ranks)):
            places = _places(ranks, item, before, tied)
            # Even places lie between buckets, odd ones in a bucket.
            now = 2 * int(ranks[item]) + 1
            best = int(np.argmin(np.round(places, 9)))
            if places[best] < places[now] - _CLEARLY:
                doubled = 2 * ranks + 1
                doubled[item] = best
                ranks = np.unique(doubled, return_inverse=True)[1].astype(np.intp)
                moved = True
    return ranks


def _places(ranks: Ints, item: int, before: Floats, tied: Floats) -> Floats:
    """The cost of the item at each of 2B + 1 places: before, in and after each of B buckets."""
    others = np.arange(len(ranks)) != item
    place = np.arange(2 * (int(ranks.max()) + 1) + 1)[:, None]
    at = (2 * ranks + 1)[None, others]
    costs = np.where(
        at < place, before[others, item], np.where(at > place, before[item, others], tied[item, others])
    )
    return np.asarray(costs.sum(axis=1))


def _kemeny(orders: Ints, weights: Floats) -> Ints:
    """Exact: the best order of each set of items, bucket by bucket, over all 2^N sets S (as bit masks)."""
    n = orders.shape[1]
    before, tied = _pair_costs(orders, weights)
    member = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    within = np.round(((member @ tied) * member).sum(axis=1) / 2.0, 9)
    towards = member @ before  # (2^N, N): cost of all of S before j
    masks = np.arange(2**n)
    cost = np.full(2**n, np.inf)
    last = np.zeros(2**n, dtype=np.intp)
    cost[0] = 0.0
    for done in range(2**n - 1):
        bucket = masks[(masks & done) == 0][1:]
        total = np.round(cost[done] + within[bucket] + member[bucket] @ towards[done], 9)
        better = total < cost[done | bucket]
        cost[(done | bucket)[better]] = total[better]
        last[(done | bucket)[better]] = bucket[better]
    return _unwind(last, n)


def _unwind(last: Ints, n: int) -> Ints:
    buckets: list[list[int]] = []
    rest = 2**n - 1
    while rest:
        bucket = int(last[rest])
        buckets.insert(0, [item for item in range(n) if bucket >> item & 1])
        rest ^= bucket
    return ranks_from_buckets(buckets, n)
