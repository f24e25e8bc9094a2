"""Orders and preferences merged: how often the whole order is found, how well hidden votes are foretold.

    python bench/rankings.py --data DIR [--samples 2000]

DIR holds ``crowd/dots_rank_5``, ``crowd/dots_rank_9``, ``crowd/photo_pairs`` and ``llm/llmfao``. Dots: orders
of four pictures by 20 voters drawn at random, items renamed for each sample, and ties counted at the chance
of breaking them rightly, so that no method gains by naming. Pairs: no gold exists, so that a fifth of the
votes is hidden, and the mean log probability (nats) of what those voters said is compared: a vote's shares in
the crowd, the pair's own votes (with one of the crowd's added to them), Davidson's model, and the same with
each worker's reliability.
"""

from __future__ import annotations

import argparse
from itertools import permutations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
from data_folder import numbered, rows
from numpy.typing import NDArray

from assay.quality.bradley_terry import fit_comparisons, outcome_probabilities
from assay.quality.plackett_luce import fit_rankings
from assay.quality.rankings import borda, consensus, kendall_distance

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

VOTERS = 20
BARS = {"dots_rank_5": 0.400, "dots_rank_9": 0.748}
SEEDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=2000)
    options = parser.parse_args()
    for name, bar in BARS.items():
        found = exact_orders(options.data / "crowd" / name, options.samples)
        error = 1.96 * np.sqrt(0.25 / options.samples)
        print(name, "  ".join(f"{method} {share:.3f}" for method, share in found.items()), f"(± {error:.3f})")
        best, merged = found["Kemeny"], found["ties by Borda"]
        print(f"{'met   ' if merged >= best else 'MISSED'} at least Kemeny ({best:.3f}, earlier {bar})")
    for name, votes in (("photo_pairs", photo_pairs(options.data)), ("llmfao", llmfao(options.data))):
        scores = np.mean([held_out(votes, seed) for seed in range(SEEDS)], axis=0)
        told = zip(("shares", "own votes", "Davidson", "with reliability"), scores.tolist(), strict=True)
        print(
            name,
            f"{sum(map(len, votes))} votes ",
            "  ".join(f"{method} {score:.4f}" for method, score in told),
        )


def exact_orders(folder: Path, samples: int) -> dict[str, float]:
    """The share of samples of 20 voters for which each method finds the whole order."""
    orders = np.array(
        [np.argsort([int(i) - 1 for i in row["ranking"].split("|")]) for row in rows(folder / "labels.csv")]
    )
    (gold,) = rows(folder / "gold.csv")
    truth = np.argsort([int(i) - 1 for i in gold["ranking"].split("|")])
    rng = np.random.default_rng(0)
    right: dict[str, list[float]] = {}
    for _ in range(samples):
        drawn = orders[rng.choice(len(orders), VOTERS, replace=False)]
        # Columns change places, so that no tie is broken by an item's name.
        renamed = rng.permutation(drawn.shape[1])
        drawn, wanted = drawn[:, renamed], truth[renamed]
        even = np.ones(VOTERS)
        nearest = consensus(drawn, even)
        means = borda(drawn, even)
        shares = {
            "one voter": chance_of(drawn[0], wanted),
            "Borda": chance_of(means, wanted),
            "Kemeny": kemeny(drawn, wanted),
            "consensus": chance_of(nearest, wanted),
            "ties by Borda": chance_of(nearest * len(wanted) + means, wanted),
            "Plackett-Luce": chance_of(fit_rankings(drawn).ranks, wanted),
        }
        for method, share in shares.items():
            right.setdefault(method, []).append(share)
    return {method: float(np.mean(values)) for method, values in right.items()}


def chance_of(ranks: NDArray[np.integer[Any]], wanted: Ints) -> float:
    """The chance that the order, its ties broken at random, is the one wanted."""
    if np.any(np.diff(ranks[np.argsort(wanted)]) < 0):
        return 0.0
    return float(
        1.0 / np.prod([factorial(size) for size in np.unique(ranks, return_counts=True)[1].tolist()])
    )


def kemeny(orders: Ints, wanted: Ints) -> float:
    """The chance of a random one of the strict orders that are nearest to all, by brute force."""
    candidates = np.array(list(permutations(range(orders.shape[1]))))
    costs = [sum(kendall_distance(candidate, order) for order in orders) for candidate in candidates]
    nearest = candidates[np.isclose(costs, min(costs))]
    return float((nearest == wanted).all(axis=1).mean())


Votes = list[Ints]
"""For each crowd that is fitted on its own, (V, 4): left, right, outcome, worker (-1 where not known)."""


def photo_pairs(data: Path) -> Votes:
    told = rows(data / "crowd" / "photo_pairs" / "labels.csv")
    table = np.array([[int(row[key]) for key in ("criterion", "left", "right", "label")] for row in told])
    unknown = np.full(len(table), -1)
    votes = np.column_stack([table[:, 1], table[:, 2], table[:, 3], unknown])
    return [votes[table[:, 0] == criterion] for criterion in np.unique(table[:, 0])]


def llmfao(data: Path) -> Votes:
    told = rows(data / "llm" / "llmfao" / "crowd-comparisons.csv")
    models = numbered(row[side] for row in told for side in ("left", "right"))
    workers = numbered(row["worker"] for row in told)
    said = {"left": 1, "tie": 0, "right": -1}
    return [
        np.array(
            [[models[r["left"]], models[r["right"]], said[r["winner"]], workers[r["worker"]]] for r in told]
        )
    ]


def held_out(crowds: Votes, seed: int) -> list[float]:
    """The mean log probability of the hidden votes under each method."""
    totals, hidden = np.zeros(4), 0
    for votes in crowds:
        kept = np.random.default_rng(seed).random(len(votes)) > 0.2
        seen, test = votes[kept], votes[~kept]
        outcome = 1 - test[:, 2]
        for index, chance in enumerate(foretold(seen, test)):
            totals[index] += np.log(chance[np.arange(len(test)), outcome]).sum()
        hidden += len(test)
    return [float(total) for total in totals / hidden]


def foretold(seen: Ints, test: Ints) -> list[Floats]:
    """The chances (V, 3) of left, neither and right, by each method."""
    shares = np.bincount(1 - seen[:, 2], minlength=3) / len(seen)
    n_items = int(max(seen[:, :2].max(), test[:, :2].max())) + 1
    counts = np.zeros((n_items, n_items, 3)) + shares
    np.add.at(counts, (seen[:, 0], seen[:, 1], 1 - seen[:, 2]), 1.0)
    np.add.at(counts, (seen[:, 1], seen[:, 0], 1 + seen[:, 2]), 1.0)
    own = counts[test[:, 0], test[:, 1]]
    plain = fit_comparisons(*seen.T[:3], n_items=n_items)
    found = [
        np.tile(shares, (len(test), 1)),
        own / own.sum(axis=1, keepdims=True),
        outcome_probabilities(plain, test[:, 0], test[:, 1]),
    ]
    if (seen[:, 3] < 0).any():
        return [*found, found[-1]]
    n_workers = int(max(seen[:, 3].max(), test[:, 3].max())) + 1
    careful = fit_comparisons(*seen.T, n_items=n_items, n_workers=n_workers)
    return [*found, outcome_probabilities(careful, test[:, 0], test[:, 1], test[:, 3])]


if __name__ == "__main__":
    main()
