"""Word error rate of merged transcripts: one labeler, medoid, ROVER, ROVER with weighted labelers.

    python bench/text.py --data DIR

Words are lower-case without punctuation; rates are errors over gold words. "oracle" picks each item's best
answer by looking at the gold: no method that returns one of the answers can do better.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from data_folder import data_folder, numbered, rows

from assay.quality.medoid import edit_distance
from assay.quality.rover import rover, rover_crowd

SETS = {"crowdwsa_T1": 0.509, "crowdwsa_T2": 0.525, "crowdspeech_dev-clean": 0.0568}
"""Each set and the best published simple merge (QUALITY's "better" column; the medoid where that is it)."""


def words(text: str) -> list[str]:
    return re.sub(r"[^\w' ]+", " ", text.lower()).split()


def error_rate(found: Sequence[Sequence[object]], gold: list[list[str]]) -> float:
    return sum(edit_distance(a, b) for a, b in zip(found, gold, strict=True)) / sum(map(len, gold))


def closest(answers: list[list[str]], targets: list[list[str]]) -> int:
    """The answer with the least distance to all targets together; the first of equals."""
    return int(np.argmin([sum(edit_distance(answer, target) for target in targets) for answer in answers]))


def measure(folder: Path) -> dict[str, float]:
    answers = rows(folder / "labels.csv")
    names = numbered([row["task"] for row in answers])
    people = numbered([row["worker"] for row in answers])
    by_name = {row["task"]: words(row["label"]) for row in rows(folder / "gold.csv")}
    gold = [by_name[name] for name in names]
    said = [words(row["label"]) for row in answers]
    task = np.array([names[row["task"]] for row in answers])
    worker = np.array([people[row["worker"]] for row in answers])
    groups = [[said[v] for v in np.flatnonzero(task == i)] for i in range(len(names))]
    medoids = [group[closest(group, group)] for group in groups]
    best = [group[closest(group, [truth])] for group, truth in zip(groups, gold, strict=True)]
    single = [error_rate([answer], [gold[i]]) * len(gold[i]) for answer, i in zip(said, task, strict=True)]
    return {
        "one labeler": sum(single) / sum(len(gold[i]) for i in task),
        "medoid": error_rate(medoids, gold),
        "ROVER": error_rate([rover(group).words for group in groups], gold),
        "weighted ROVER": error_rate([t.words for t in rover_crowd(task, worker, said).transcripts], gold),
        "oracle": error_rate(best, gold),
    }


def main() -> None:
    folder = data_folder()
    print(
        f"{'set':24}{'one labeler':>12}{'medoid':>10}{'ROVER':>10}{'weighted':>10}{'oracle':>10}{'bar':>10}"
    )
    failed = []
    for name, bar in SETS.items():
        found = measure(folder / name)
        print(
            f"{name:24}{found['one labeler']:12.4f}"
            + "".join(f"{found[k]:10.4f}" for k in list(found)[1:])
            + f"{bar:10.4f}"
        )
        if found["weighted ROVER"] > min(bar, found["medoid"]):
            failed.append(name)
    print(
        "at or below the bar and the medoid on every set"
        if not failed
        else f"above the bar: {', '.join(failed)}"
    )


if __name__ == "__main__":
    main()
