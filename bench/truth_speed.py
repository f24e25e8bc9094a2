"""How fast truth inference is: a million and ten million votes, one vote, and crowd-kit beside it.

    python bench/truth_speed.py [--peers PYTHON] [--votes 1000000,10000000] [--repeats 5]

Simulated votes: 5 a task, 5,000 workers, 4 classes, 64-bit columns in random order of workers. Times are CPU
seconds of this process on one thread, compilation left out; memory is the highest resident size, the input
(24 bytes a vote) and the libraries included. Every repeat runs in a process of its own, ours and crowd-kit's
in turn, so that both meet the same load; medians are judged, the spread is printed. The last lines say which
bars are met.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

PER_TASK, WORKERS, CLASSES, ITERATIONS = 5, 5_000, 4, 20

CROWD_KIT = """
import json, sys, time
import pandas as pd
from crowdkit.aggregation.classification import DawidSkene
sys.path.insert(0, sys.argv[1])
from truth_speed import simulate
tasks, workers, labels = simulate(int(sys.argv[2]))
frame = pd.DataFrame({"task": tasks, "worker": workers, "label": labels})
start = time.process_time()
DawidSkene(n_iter=int(sys.argv[3]), tol=0.0).fit(frame)
print(json.dumps({"cpu_secs": time.process_time() - start}))
"""


def simulate(n_votes: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Tasks, workers and labels, (V,) each, made in blocks so that making them needs little memory."""
    rng = np.random.default_rng(0)
    tasks, workers, labels = (np.empty(n_votes, dtype=np.int64) for _ in range(3))
    skill = rng.uniform(0.5, 0.95, size=WORKERS)
    for first in range(0, n_votes, 500_000):
        block = slice(first, min(first + 500_000, n_votes))
        size = block.stop - block.start
        tasks[block] = np.arange(block.start, block.stop) // PER_TASK
        workers[block] = rng.integers(WORKERS, size=size)
        right = rng.random(size) < skill[workers[block]]
        truth = tasks[block] * 7919 % CLASSES
        labels[block] = np.where(right, truth, (truth + rng.integers(1, CLASSES, size=size)) % CLASSES)
    return tasks, workers, labels


def measure(n_votes: int) -> dict[str, Any]:
    """Everything at one size, in this process."""
    # Imported here: crowd-kit's environment reads simulate() from this file and has no Assay.
    from assay.quality.infer import infer_truth
    from assay.quality.online import OnlineTruth

    votes = simulate(n_votes)
    warm = tuple(column[:250_000] for column in votes)
    found: dict[str, Any] = {"votes": n_votes}
    models = (
        ("dawid_skene", "hierarchical_dawid_skene", "one_coin") if n_votes <= 1_000_000 else ("dawid_skene",)
    )
    for model in models:
        infer_truth(*warm, model=model, max_iterations=2, tol=0)
        start = time.process_time()
        fit = infer_truth(*votes, model=model, max_iterations=ITERATIONS, tol=0)
        found[model] = time.process_time() - start
        if model == "dawid_skene":
            found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            found["add_ms"] = _add(OnlineTruth(fit), n_votes // PER_TASK)
    return found


def _add(online: Any, n_tasks: int) -> float:
    """The slowest of 99 in 100 single votes, in wall-clock milliseconds."""
    rng = np.random.default_rng(1)
    votes = np.stack([rng.integers(n, size=2_000) for n in (n_tasks, WORKERS, CLASSES)], axis=1).tolist()
    took = []
    for vote in votes:
        start = time.perf_counter()
        online.add(*vote)
        took.append(time.perf_counter() - start)
    return 1000 * float(np.quantile(took, 0.99))


def _child(*command: str) -> dict[str, Any]:
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    parsed: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return parsed


def _verdict(bar: str, met: bool) -> None:
    print(f"{'met   ' if met else 'MISSED'} {bar}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", help="Python of an environment with crowd-kit")
    parser.add_argument("--votes", default="1000000,10000000")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options.only)))
        return
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load} before the start, {options.repeats} repeats")
    for n_votes in map(int, options.votes.split(",")):
        _report(n_votes, options.repeats, options.peers if n_votes <= 1_000_000 else None)


def _report(n_votes: int, repeats: int, peers: str | None) -> None:
    """Measure one size, ours and crowd-kit's in turn, and say which bars are met."""
    folder = __file__.rsplit("/", 1)[0]
    runs, theirs = [], []
    for _ in range(repeats):
        runs.append(_child(sys.executable, __file__, "--only", str(n_votes)))
        if peers:
            found = _child(peers, "-c", CROWD_KIT, folder, str(n_votes), str(ITERATIONS))
            theirs.append(found["cpu_secs"])
    print(f"\n{n_votes:,} votes, {ITERATIONS} iterations, CPU seconds: median (lowest … highest)")
    middle = {name: _row(name, [run[name] for run in runs]) for name in runs[0] if name != "votes"}
    limit = 0.3 * n_votes / 1_000_000
    _verdict(f"Dawid-Skene in {limit:.1f} s", middle["dawid_skene"] <= limit)
    _verdict("600 MB", middle["peak_mb"] <= 600)
    _verdict("one vote in 1 ms (99 % of them)", middle["add_ms"] < 1)
    if theirs:
        _row("crowd-kit DawidSkene", theirs)
        ratios = [their / run["dawid_skene"] for their, run in zip(theirs, runs, strict=True)]
        _verdict("50 times as fast as crowd-kit's Dawid-Skene", _row("times as long", ratios) >= 50)


def _row(name: str, values: list[float]) -> float:
    middle = float(np.median(values))
    print(f"  {name:26s} {middle:9,.3f} ({min(values):,.3f} … {max(values):,.3f})")
    return middle


if __name__ == "__main__":
    main()
