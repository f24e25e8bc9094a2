"""A rule that stops items sooner: where the votes that are left promise no more than a loss that is allowed.

    python bench/stopping_left.py --data DIR [--seeds 3] [--sets a,b]

On sets with real worker ids, votes in random order, beside all votes. Three models that differ are averaged,
since from few votes each alone is too sure of its own view. After every round it is seen by how much votes
were worth more than was expected of them, and what the rest promises is raised by that factor. Answers are
those of ``auto``, with all votes and with those used. No gold enters a run; ``FREE`` was raised from 2, with
which weather lost 1.0 points, to what the baselines of the shared notes use. What it costs is told in
docs/why/stopping.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from crowd_sets import CLASSIFICATION, CrowdSet, read_set
from numpy.typing import NDArray
from stopping import Replay, _scored

from assay.quality.infer import infer_truth
from assay.quality.stopping import gain_factor, remaining_gain

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Fit = Callable[[Integers, Integers, Integers], tuple[Floats, Floats]]
"""From tasks, workers, labels (V,) to posterior (N, K) and mean confusion (K, K)."""

ALLOWED = 0.005
"""The loss of accuracy that is allowed: an item stops where its remaining votes promise no more."""

FREE = 3
"""Votes that every item has before anything is decided."""

BELIEVED = ("majority", "one_coin", "hierarchical_dawid_skene")
"""The models whose average decides when to stop."""


def replay_allowed(
    tasks: Integers, workers: Integers, labels: Integers, fit: Fit, *, allowed: float
) -> tuple[Integers, float]:
    """Votes used (N,), where an item stops once its remaining votes promise at most ``allowed``; and by what
    factor promises had to be raised, because votes turned out to be worth more than was expected of them."""
    available = np.bincount(tasks)
    items = np.arange(len(available))
    rank = np.arange(len(tasks)) - (np.cumsum(available) - available)[tasks]
    used, factor = np.minimum(FREE, available), 1.0
    expected, seen = np.empty(0), np.empty(0)
    before: tuple[Integers, Floats, NDArray[np.bool_]] | None = None
    while True:
        known = rank < used[tasks]
        posterior, confusion = fit(tasks[known], workers[known], labels[known])
        if before is not None:
            answer, hoped, asked = before
            better = posterior.max(axis=1) - posterior[items, answer]
            expected, seen = np.append(expected, hoped[asked]), np.append(seen, better[asked])
            factor = gain_factor(expected, seen)
        ask = factor * remaining_gain(posterior, confusion, available - used) > allowed
        if not ask.any():
            return used, factor
        one = remaining_gain(posterior, confusion, np.ones(len(items), dtype=np.int64))
        before = posterior.argmax(axis=1), one, ask
        used = used + ask


def fitted(n_tasks: int, n_classes: int, models: Sequence[str]) -> Fit:
    """The models' average as a :data:`Fit`; the confusion is the labelers' mean by how often each voted."""

    def fit(tasks: Integers, workers: Integers, labels: Integers) -> tuple[Floats, Floats]:
        posterior, confusion = np.zeros((n_tasks, n_classes)), np.zeros((n_classes, n_classes))
        for model in models:
            found = infer_truth(tasks, workers, labels, n_classes=n_classes, model=model)
            unseen = np.full((n_tasks - len(found.posterior), n_classes), 1 / n_classes)
            posterior += np.concatenate([found.posterior, unseen]) / len(models)
            share = np.bincount(workers, minlength=len(found.worker_accuracy)) / len(workers)
            confusion += np.tensordot(share, found.worker_confusion, axes=1) / len(models)
        return posterior, confusion

    return fit


def real_workers(folder: Path, seeds: int, names: Sequence[str]) -> None:
    print(f"\nreal worker ids, loss allowed {ALLOWED}, answers by auto")
    columns = (
        ("all votes", 10),
        ("accuracy", 10),
        ("used", 8),
        ("saved", 8),
        ("accuracy", 10),
        ("change", 8),
        ("by seed", 16),
        ("factor", 8),
    )
    print(f"{'set':16}" + "".join(f"{name:>{width}}" for name, width in columns))
    changes, savings = [], []
    for name in names:
        votes = read_set(folder, name)
        fit = fitted(len(votes.gold), votes.n_classes, ["auto"])
        everything = np.bincount(votes.tasks, minlength=len(votes.gold))
        whole = _scored(everything, fit(votes.tasks, votes.workers, votes.labels)[0], votes.gold)
        runs = [_worker_run(votes, fit, np.random.default_rng(seed)) for seed in range(seeds)]
        used, accuracy = np.mean([run.votes for run, _ in runs]), np.mean([run.accuracy for run, _ in runs])
        by_seed = [100 * (run.accuracy - whole.accuracy) for run, _ in runs]
        changes.append(100 * (accuracy - whole.accuracy))
        savings.append(100 * (1 - used / whole.votes))
        print(
            f"{name:16}{whole.votes:10.2f}{100 * whole.accuracy:10.2f}{used:8.2f}{savings[-1]:7.0f}%"
            f"{100 * accuracy:10.2f}{changes[-1]:+8.2f}{min(by_seed):+8.2f} …{max(by_seed):+6.2f}"
            f"{np.mean([factor for _, factor in runs]):8.2f}",
            flush=True,
        )
    met = sum(saved >= 30 and change >= -0.5 for saved, change in zip(savings, changes, strict=True))
    print(f"{met} of {len(names)} sets save 30 % and lose at most half a point")
    print(f"worst change {min(changes):+.2f} points, mean {np.mean(changes):+.2f}")


def _worker_run(votes: CrowdSet, fit: Fit, rng: np.random.Generator) -> tuple[Replay, float]:
    """What a run used and found, and by what factor promises were raised at its end."""
    order = rng.permutation(len(votes.tasks))
    order = order[np.argsort(votes.tasks[order], kind="stable")]
    tasks, workers, labels = votes.tasks[order], votes.workers[order], votes.labels[order]
    believed = fitted(len(votes.gold), votes.n_classes, BELIEVED)
    used, factor = replay_allowed(tasks, workers, labels, believed, allowed=ALLOWED)
    available = np.bincount(tasks)
    seen = np.arange(len(tasks)) - (np.cumsum(available) - available)[tasks] < used[tasks]
    return _scored(used, fit(tasks[seen], workers[seen], labels[seen])[0], votes.gold), factor


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the crowd sets")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sets", default=",".join(CLASSIFICATION))
    options = parser.parse_args()
    real_workers(options.data, options.seeds, options.sets.split(","))


if __name__ == "__main__":
    main()
