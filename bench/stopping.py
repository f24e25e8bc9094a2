"""Votes that adaptive stopping needs, replayed on real votes.

    python bench/stopping.py --data DIR [--seeds 3]

First CIFAR-10H (counts of about 51 votes an image, drawn in random order; no worker ids, so
that all labelers share one confusion): votes an item and accuracy without a model, and with a classifier's
probabilities as prior and one person on each image. Then sets with real worker ids: votes in random order,
two free, one more round for every open item, refitted each time; beside all votes. No gold
enters a run, but BAR and MOSTLY were set after seeing these sets' results: the table is no held-out test.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from crowd_sets import CLASSIFICATION, CrowdSet, read_set
from numpy.typing import NDArray

from assay.quality.dispersion import vote_dispersion
from assay.quality.infer import infer_truth
from assay.quality.labeler_skill import labeler_skill
from assay.quality.stopping import Action, decide, label_value

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Fit = Callable[[Integers, Integers, Integers], tuple[Floats, Floats]]
"""From tasks, workers, labels (V,) to posterior (N, K) and mean confusion (K, K)."""

BAR = 0.995
"""Posterior at which an item of the worker-id sets stops: half a point of doubt, the loss that is allowed."""

MOSTLY = 2 / 3
"""Share of items below the bar, with all their votes, above which a project asks for everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    votes: float
    """Votes an item."""
    accuracy: float
    claimed: float
    """Mean posterior of the answers given."""


def replay(
    tasks: Integers, workers: Integers, labels: Integers, fit: Fit, *, free: int, bar: float
) -> tuple[Integers, Floats]:
    """Votes used (N,) and the last posterior: rounds of one vote for each item that :func:`decide` leaves
    open.

    Votes are sorted by task, in the order in which they would arrive.
    """
    available = np.bincount(tasks)
    rank = np.arange(len(tasks)) - (np.cumsum(available) - available)[tasks]
    used = np.minimum(free, available)
    while True:
        seen = rank < used[tasks]
        posterior, confusion = fit(tasks[seen], workers[seen], labels[seen])
        rate = label_value(posterior, confusion[None]).rate[:, 0] * (used < available)
        action = decide(
            posterior, used, rate, bar=bar, min_labels=min(free, 1), max_labels=int(available.max())
        )
        ask = action == Action.ASK
        if not ask.any():
            break
        used = used + ask
    below = posterior.max(axis=1) < bar
    if below.mean() > MOSTLY:
        # Most items ran out of votes below the bar: the skills are too poorly known to trust any early stop.
        return available, fit(tasks, workers, labels)[0]
    return used, posterior


def fitted(n_tasks: int, n_classes: int, model: str, prior: Floats | None = None) -> Fit:
    """Truth inference as a :data:`Fit`; the confusion is the labelers' mean by how often each voted."""

    def fit(tasks: Integers, workers: Integers, labels: Integers) -> tuple[Floats, Floats]:
        found = infer_truth(tasks, workers, labels, n_classes=n_classes, model=model, prior=prior)
        share = np.bincount(workers, minlength=len(found.worker_accuracy)) / len(workers)
        return found.posterior[:n_tasks], np.tensordot(share, found.worker_confusion, axes=1)

    return fit


def cifar10h(folder: Path, seeds: int) -> None:
    with (folder / "cifar10h" / "counts.csv").open(newline="") as file:
        table = np.array([[int(cell) for cell in row] for row in list(csv.reader(file))[1:]])
    counts, gold = table[:, 1:11], table[:, 11]
    with np.load(folder / "labelerr_cifar10" / "data.npz") as arrays:
        model = arrays["pred_probs"][: len(gold)].astype(np.float64)
    alone = 100 * (model.argmax(axis=1) == gold).mean()
    print(f"CIFAR-10H, {len(gold)} images; the model alone is right on {alone:.2f} %")
    print(f"{'':32}{'bar':>8}{'votes':>10}{'accuracy':>10}{'claimed':>10}")
    for title, prior in (("votes only", None), ("model prior, one person each", model)):
        for bar in (0.95, 0.98, 0.99):
            runs = [
                _cifar_run(counts, gold, prior, bar, np.random.default_rng(seed)) for seed in range(seeds)
            ]
            _line(title, bar, runs)


def _cifar_run(
    counts: Integers, gold: Integers, model: Floats | None, bar: float, rng: np.random.Generator
) -> Replay:
    shuffled = [rng.permutation(np.repeat(np.arange(10), row)) for row in counts]
    tasks = np.repeat(np.arange(len(counts)), counts.sum(axis=1))
    labels = np.concatenate(shuffled)
    first = np.concatenate([np.arange(len(row)) for row in shuffled]) == 0
    prior = None if model is None else _softened(model, labels[first])
    nobody = np.zeros(len(tasks), dtype=np.int64)
    used, posterior = replay(tasks, nobody, labels, _pooled(len(counts), prior), free=1, bar=bar)
    return _scored(used, posterior, gold)


def _pooled(n_tasks: int, prior: Floats | None) -> Fit:
    """Dawid and Skene (1979) with one confusion for all, since who voted is not known and all are alike.

    :func:`infer_truth` counts equal votes of one labeler once, rightly so, and cannot be told that they are
    many people.
    """

    def fit(tasks: Integers, workers: Integers, labels: Integers) -> tuple[Floats, Floats]:
        votes = np.bincount(tasks * 10 + labels, minlength=n_tasks * 10).reshape(n_tasks, 10)
        posterior = (votes + 0.1) / (votes + 0.1).sum(axis=1, keepdims=True)
        for _ in range(30):
            confusion = labeler_skill(workers, labels, posterior[tasks]).confusion[0]
            frequency = posterior.mean(axis=0) if prior is None else prior
            score = votes @ np.log(confusion).T + np.log(frequency)
            posterior = np.exp(score - score.max(axis=1, keepdims=True))
            posterior /= posterior.sum(axis=1, keepdims=True)
        return posterior, confusion

    return fit


def _softened(model: Floats, first_votes: Integers) -> Floats:
    """The model's probabilities at the temperature, and with the doubt, that best foretell one vote on each
    image.

    No gold: a vote is right with a chance that is estimated from the agreement itself.
    """
    rows, best, likeliest = np.arange(len(model)), model, -np.inf
    for temperature in np.arange(1.0, 4.01, 0.25):
        for doubt in (0.0, 0.01, 0.02, 0.05):
            p = np.maximum(model, 1e-9) ** (1 / temperature)
            p = (1 - doubt) * p / p.sum(axis=1, keepdims=True) + doubt / model.shape[1]
            for right in (0.9, 0.93, 0.95, 0.97):
                chance = p[rows, first_votes] * right + (1 - p[rows, first_votes]) * (1 - right) / (
                    model.shape[1] - 1
                )
                if np.log(chance).sum() > likeliest:
                    best, likeliest = p, float(np.log(chance).sum())
    return best


def _scored(used: Integers, posterior: Floats, gold: Integers) -> Replay:
    known = gold >= 0
    right = posterior.argmax(axis=1) == gold
    return Replay(
        votes=float(used.mean()),
        accuracy=float(right[known].mean()),
        claimed=float(posterior.max(axis=1).mean()),
    )


def _line(title: str, bar: float, runs: list[Replay]) -> None:
    votes, accuracy, claimed = (
        np.mean([getattr(run, field) for run in runs]) for field in ("votes", "accuracy", "claimed")
    )
    print(f"{title:32}{bar:8.3f}{votes:10.3f}{100 * accuracy:10.2f}{100 * claimed:10.2f}", flush=True)


def real_workers(folder: Path, seeds: int) -> None:
    print(f"\nreal worker ids, bar {BAR}")
    columns = (
        ("all votes", 10),
        ("accuracy", 10),
        ("used", 8),
        ("saved", 8),
        ("accuracy", 10),
        ("change", 8),
    )
    print(f"{'set':16}" + "".join(f"{name:>{width}}" for name, width in (*columns, ("dispersion", 12))))
    changes = []
    for name in CLASSIFICATION:
        votes = read_set(folder, name)
        n_tasks = len(votes.gold)
        fit = fitted(n_tasks, votes.n_classes, "auto")
        everything = np.bincount(votes.tasks, minlength=n_tasks)
        whole = _scored(everything, fit(votes.tasks, votes.workers, votes.labels)[0], votes.gold)
        factor = shared_mistakes(votes)
        runs = [_worker_run(votes, fit, np.random.default_rng(seed)) for seed in range(seeds)]
        used, accuracy = np.mean([run.votes for run in runs]), np.mean([run.accuracy for run in runs])
        changes.append(100 * (accuracy - whole.accuracy))
        saved = 100 * (1 - used / whole.votes)
        print(
            f"{name:16}{whole.votes:10.2f}{100 * whole.accuracy:10.2f}{used:8.2f}{saved:7.0f}%"
            f"{100 * accuracy:10.2f}{changes[-1]:+8.2f}{factor:12.2f}",
            flush=True,
        )
    print(f"worst change {min(changes):+.2f} points, mean {np.mean(changes):+.2f}")


def shared_mistakes(votes: CrowdSet) -> float:
    """By what factor the votes hang together more than skills explain."""

    def refit(labels: Integers) -> tuple[Floats, Floats]:
        found = infer_truth(
            votes.tasks, votes.workers, labels, n_classes=votes.n_classes, model="hierarchical_dawid_skene"
        )
        return found.posterior, found.worker_confusion

    return vote_dispersion(
        votes.tasks, votes.workers, votes.labels, refit, rng=np.random.default_rng(0)
    ).factor


def _worker_run(votes: CrowdSet, fit: Fit, rng: np.random.Generator) -> Replay:
    order = rng.permutation(len(votes.tasks))
    order = order[np.argsort(votes.tasks[order], kind="stable")]
    used, posterior = replay(
        votes.tasks[order], votes.workers[order], votes.labels[order], fit, free=2, bar=BAR
    )
    return _scored(used, posterior, votes.gold)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the crowd sets")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    cifar10h(arguments.data, arguments.seeds)
    real_workers(arguments.data, arguments.seeds)


if __name__ == "__main__":
    main()
