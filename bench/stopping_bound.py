"""How many votes could adaptive stopping leave out at best? Two bounds, on real votes in random order.

    python bench/stopping_bound.py --data DIR [--seeds 3]

*Omniscient*: each item stops at its first vote after which the answer is that of all its votes. No rule does
better without changing an answer. *Known skill*: an item stops once the votes it has left are expected to
gain it less than a threshold, every labeler's confusion and the classes' frequencies being known beforehand
(fitted to all votes by hierarchical Dawid-Skene). Of all thresholds that lose at most half a point of
accuracy the one that saves most is told: chosen by the gold, so that it is a bound and no rule. The votes of
a set *allow* a saving of 30 % where this bound reaches it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from crowd_sets import CLASSIFICATION, CrowdSet, read_set
from numpy.typing import NDArray

from assay.quality.infer import infer_truth
from assay.quality.inference import Inference
from assay.quality.stopping import look_ahead

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LOSS, SAVING = 0.005, 0.3
THRESHOLDS = np.concatenate(([0.0], np.geomspace(1e-5, 0.1, 40)))
HORIZON = 10


def answers(crowd: CrowdSet, known: Inference, rng: np.random.Generator) -> tuple[Integers, Floats, Integers]:
    """After 0…M votes an item: its answer, and what its other votes would gain (M + 1, N); its votes (N,)."""
    order = rng.permutation(len(crowd.tasks))
    order = order[np.argsort(crowd.tasks[order], kind="stable")]
    tasks, workers, labels = crowd.tasks[order], crowd.workers[order], crowd.labels[order]
    available = np.bincount(tasks, minlength=len(crowd.gold))
    rank = np.arange(len(tasks)) - (np.cumsum(available) - available)[tasks]
    confusion = np.log(np.maximum(known.worker_confusion, 1e-9))
    share = np.bincount(workers, minlength=len(confusion)) / len(workers)
    mean = np.tensordot(share, known.worker_confusion, axes=1)[None]
    most = int(available.max())
    score = np.tile(np.log(known.class_prior), (len(crowd.gold), 1))
    answer = np.zeros((most + 1, len(crowd.gold)), dtype=np.int64)
    gain = np.full(answer.shape, np.inf)
    for seen in range(1, most + 1):
        now = rank == seen - 1
        score[tasks[now]] += confusion[workers[now], :, labels[now]]
        posterior = np.exp(score - score.max(axis=1, keepdims=True))
        posterior /= posterior.sum(axis=1, keepdims=True)
        answer[seen] = posterior.argmax(axis=1)
        left = np.clip(available - seen, 0, HORIZON)
        ahead = look_ahead(posterior, mean, HORIZON)[:, 0]
        gain[seen] = np.where(left > 0, ahead[np.arange(len(left)), left - 1], 0.0)
    return answer, gain, available


def bounds(crowd: CrowdSet, known: Inference, seed: int) -> tuple[float, Floats]:
    """The omniscient saving, and saving and change of accuracy at each of the thresholds, (T, 2)."""
    answer, gain, available = answers(crowd, known, np.random.default_rng(seed))
    items, judged = np.arange(len(available)), crowd.gold >= 0
    same = answer == answer[available, items]
    same[0] = available == 0
    omniscient = 1 - same.argmax(axis=0).sum() / available.sum()
    whole = (answer[available, items] == crowd.gold)[judged].mean()
    found = []
    for threshold in THRESHOLDS:
        stops = gain <= threshold
        used = np.minimum(np.where(stops.any(axis=0), stops.argmax(axis=0), available), available)
        right = (answer[used, items] == crowd.gold)[judged].mean()
        found.append((1 - used.sum() / available.sum(), right - whole))
    return float(omniscient), np.array(found)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the crowd sets")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    print(f"{'set':16}{'omniscient saves':>18}{'known skill saves':>19}{'change':>8}   allows {SAVING:.0%}")
    for name in CLASSIFICATION:
        crowd = read_set(options.data, name)
        known = infer_truth(
            crowd.tasks,
            crowd.workers,
            crowd.labels,
            n_classes=crowd.n_classes,
            model="hierarchical_dawid_skene",
        )
        runs = [bounds(crowd, known, seed) for seed in range(options.seeds)]
        traded = np.mean([found for _, found in runs], axis=0)
        allowed = traded[traded[:, 1] >= -LOSS]
        saved, change = max(map(tuple, allowed), default=(0.0, 0.0))
        first = np.mean([omniscient for omniscient, _ in runs])
        verdict = "yes" if saved >= SAVING else "no"
        print(f"{name:16}{first:18.0%}{saved:19.0%}{100 * change:+8.2f}   {verdict}", flush=True)


if __name__ == "__main__":
    main()
