"""Accuracy of every truth model on public crowd sets, side by side with the peers in one run.

    python bench/truth_inference.py --data DIR [--peers PYTHON] [--sets a,b] [--keep DIR] [--out FILE.json]

``--peers`` is the Python of an environment with crowd-kit, snorkel and cleanlab (see truth_peers.py); without
it only our own models are printed. No gold is shown to any model. Ties are broken at random for all, and
figures are means over seeds. Fails without --data. With --keep each set's results are written there as soon
as they are known and read from there afterwards, so that a run of an hour may be cut and go on. The last
lines say which bars are met.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from crowd_sets import CLASSIFICATION, CrowdSet, read_set
from numpy.typing import NDArray

from assay.quality.infer import MODELS, infer_truth

# Models and how many renamings of the classes each is run under: the slow ones have no ties to speak of.
PEERS: Mapping[str, int] = {
    "MajorityVote": 4, "Wawa": 4, "ZeroBasedSkill": 2, "DawidSkene": 2, "OneCoinDawidSkene": 2, "GLAD": 1,
    "MACE": 1, "MMSR": 1, "KOS": 1, "snorkel LabelModel": 1, "cleanlab majority": 4,
}  # fmt: skip
SEEDS = 5

Right = NDArray[np.float64]
"""The share of seeds in which each task with gold is right, (G,)."""


def ours(crowd: CrowdSet) -> dict[str, Right]:
    """Each of our models; ``auto`` is refitted for each seed, the others differ by their ties only."""
    found = {}
    for model in MODELS:
        labels = np.array(
            [
                infer_truth(
                    crowd.tasks,
                    crowd.workers,
                    crowd.labels,
                    n_classes=crowd.n_classes,
                    model=model,
                    seed=seed,
                ).labels
                for seed in range(SEEDS)
            ]
        )
        found[model] = _right(labels, crowd)
    return found


def theirs(crowd: CrowdSet, python: str, limit_secs: float) -> dict[str, Right]:
    """Each peer's model in a process of its own; one that fails or takes too long is left out, aloud."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "votes.npz"), Path(folder, "labels.npy")
        np.savez(
            source, tasks=crowd.tasks, workers=crowd.workers, labels=crowd.labels,
            n_tasks=len(crowd.gold), n_classes=crowd.n_classes,
        )  # fmt: skip
        script = str(Path(__file__).with_name("truth_peers.py"))
        for model, seeds in PEERS.items():
            command = [python, script, str(source), model, str(seeds), str(out)]
            try:
                subprocess.run(command, check=True, capture_output=True, text=True, timeout=limit_secs)
            except subprocess.TimeoutExpired:
                print(f"  {crowd.name}: {model} took more than {limit_secs:.0f} s", file=sys.stderr)
            except subprocess.CalledProcessError as error:
                reason = error.stderr.strip().splitlines()[-1:]
                print(f"  {crowd.name}: {model} failed: {reason}", file=sys.stderr)
            else:
                found[model] = _right(np.load(out), crowd)
    return found


def kept(folder: Path | None, name: str, find: Callable[[], dict[str, Right]]) -> dict[str, Right]:
    """What ``find`` finds, or what was found under this name in ``folder`` before."""
    if folder is None:
        return find()
    path = folder / f"{name}.npz"
    if not path.exists():
        found = find()
        whole = path.with_suffix(".part.npz")
        with whole.open("wb") as file:
            for_all: dict[str, Any] = dict(found)
            np.savez(file, **for_all)
        whole.rename(path)
    with np.load(path) as arrays:
        found = {model: np.asarray(arrays[model], dtype=np.float64) for model in arrays.files}
    return found


def _right(labels: NDArray[np.int64], crowd: CrowdSet) -> Right:
    known = crowd.gold >= 0
    return (labels[:, known] == crowd.gold[known]).mean(axis=0)


def print_table(title: str, by_set: Mapping[str, Mapping[str, Right]], models: list[str]) -> None:
    """One row a set, one column a model, and the mean where a model ran on every set."""
    print(f"\n{title}\n" + "set".ljust(15) + "".join(model[:12].rjust(13) for model in models))
    for name, found in by_set.items():
        cells = (f"{100 * found[model].mean():.1f}" if model in found else "-" for model in models)
        print(name.ljust(15) + "".join(cell.rjust(13) for cell in cells))
    means = (f"{mean:.2f}" if (mean := _mean(by_set, model)) is not None else "-" for model in models)
    print("mean".ljust(15) + "".join(cell.rjust(13) for cell in means))


def _mean(by_set: Mapping[str, Mapping[str, Right]], model: str) -> float | None:
    if not all(model in found for found in by_set.values()):
        return None
    return float(np.mean([100 * found[model].mean() for found in by_set.values()]))


def print_bars(mine: Mapping[str, Mapping[str, Right]], peers: Mapping[str, Mapping[str, Right]]) -> None:
    """What issue 4 asks, met or not."""
    auto = np.mean([100 * found["auto"].mean() for found in mine.values()])
    complete = {model: mean for model in PEERS if (mean := _mean(peers, model)) is not None}
    best_single = max(complete, key=lambda model: complete[model])
    best = {name: max(found, key=lambda model: found[model].mean()) for name, found in peers.items()}
    oracle = np.mean([100 * peers[name][model].mean() for name, model in best.items()])
    print(
        f"\nauto {auto:.2f}; best single peer {best_single} {complete[best_single]:.2f}; oracle {oracle:.2f}"
    )
    _verdict("mean >= best single peer + 1.0", auto - complete[best_single] - 1.0)
    _verdict("mean >= oracle of all peers - 0.8", auto - oracle + 0.8)
    print("\nset             against the set's best peer       against majority")
    for name, found in mine.items():
        cells = []
        for other, least in ((peers[name][best[name]], 1.0), (found["majority"], 0.5)):
            difference = found["auto"] - other
            error = 100 * difference.std(ddof=1) / np.sqrt(len(difference))
            gap, allowed = 100 * difference.mean(), max(least, 2 * error)
            cells.append(f"{gap:+.2f} (may be -{allowed:.2f}) {'met   ' if gap >= -allowed else 'MISSED'}")
        print(f"{name:15s} {cells[0]}  {cells[1]}   best peer {best[name]}")


def _verdict(bar: str, margin: float) -> None:
    print(f"{'met   ' if margin >= 0 else 'MISSED'} {bar} (margin {margin:+.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peers", help="Python of an environment with crowd-kit, snorkel and cleanlab")
    parser.add_argument("--sets", default=",".join(CLASSIFICATION))
    parser.add_argument("--limit-secs", type=float, default=120.0, help="for one peer's model on one set")
    parser.add_argument("--keep", type=Path, help="a folder in which a run that was cut goes on")
    parser.add_argument("--out", type=Path, help="also write the accuracies here, as JSON")
    options = parser.parse_args()
    mine: dict[str, dict[str, Right]] = {}
    peers: dict[str, dict[str, Right]] = {}
    for name in options.sets.split(","):
        crowd = read_set(options.data, name)
        mine[name] = kept(options.keep, name, partial(ours, crowd))
        print(f"{name}: auto {100 * mine[name]['auto'].mean():.2f}", file=sys.stderr)
        if options.peers:
            find = partial(theirs, crowd, options.peers, options.limit_secs)
            peers[name] = kept(options.keep, f"{name}_peers", find)
    print_table("Assay", mine, list(MODELS))
    if options.peers:
        print_table("Peers", peers, list(PEERS))
        print_bars(mine, peers)
    else:
        print("\nGive --peers PYTHON to compare; truth_peers.py says what to install there.")
    if options.out:
        both = {name: {**mine[name], **peers.get(name, {})} for name in mine}
        rows = {
            name: {model: 100 * float(right.mean()) for model, right in found.items()}
            for name, found in both.items()
        }
        options.out.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
