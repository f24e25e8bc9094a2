"""Crowd answers with gold, as the benches read them: DIR/<name>/labels.csv and gold.csv."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CLASSIFICATION = (
    "bluebird", "rte", "dog", "web", "face_sentiment", "product",
    "music_genre", "weather_cf", "sent_polarity", "zencrowd_us", "gal_barzan",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrowdSet:
    """V votes on N tasks by W workers among K classes, and the truth where known."""

    name: str
    tasks: NDArray[np.int64]
    workers: NDArray[np.int64]
    labels: NDArray[np.int64]
    gold: NDArray[np.int64]
    """(N,), -1 where unknown."""
    n_classes: int


def read_set(data: Path, name: str) -> CrowdSet:
    """One set; exits with a sentence where it is not there."""
    folder = data / name
    if not (folder / "labels.csv").is_file():
        sys.exit(f"{folder}/labels.csv is missing: --data must name a folder of crowd sets.")
    votes, truth = _rows(folder / "labels.csv"), _rows(folder / "gold.csv")
    tasks = _numbers({row["task"] for row in votes})
    workers = _numbers({row["worker"] for row in votes})
    classes = _numbers({row["label"] for row in (*votes, *truth)})
    gold = np.full(len(tasks), -1)
    for row in truth:
        if row["task"] in tasks:
            gold[tasks[row["task"]]] = classes[row["label"]]
    return CrowdSet(
        name=name,
        tasks=np.array([tasks[row["task"]] for row in votes]),
        workers=np.array([workers[row["worker"]] for row in votes]),
        labels=np.array([classes[row["label"]] for row in votes]),
        gold=gold,
        n_classes=len(classes),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _numbers(names: set[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(names))}
