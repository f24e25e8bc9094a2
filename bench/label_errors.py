"""How many of the flagged labels are wrong?

    python bench/label_errors.py --data DIR

Two image test sets with a classifier's out-of-sample probabilities: errors that people confirmed (five looked
at each of the candidates that an earlier study chose; an error is a label that fewer than three of them
kept), then 5 % of labels changed at random. "first 100" is the share of true errors among the 100 most
doubtful; "lift" is that over the base rate. For the confirmed ones, labels that nobody checked count as
right, so that precision is a floor.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from data_folder import data_folder, rows
from numpy.typing import NDArray

from assay.quality.confident_learning import find_label_errors

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def confirmed(path: Path, n_items: int) -> NDArray[np.bool_]:
    """Items whose given label fewer than three of five people kept."""
    wrong = np.zeros(n_items, dtype=bool)
    for row in rows(path):
        kept = int(row["n_given"]) + (int(row["n_both"]) if row["n_both"].isdigit() else 0)
        wrong[int(row["task"])] = kept < 3
    return wrong


def line(title: str, given: Integers, probabilities: Floats, wrong: NDArray[np.bool_]) -> None:
    found = find_label_errors(given, probabilities)
    entropy = -(probabilities * np.log(np.maximum(probabilities, 1e-12))).sum(axis=1)
    base = wrong.mean()
    first = wrong[found.ranking[:100]].mean()
    unsure = wrong[np.argsort(-entropy)[:100]].mean()
    flagged = int(found.flagged.sum())
    precision, recall = wrong[found.flagged].mean() if flagged else 0.0, found.flagged[wrong].mean()
    shares = f"{flagged:9d}{100 * precision:11.1f}{100 * recall:9.1f}{100 * first:11.0f}"
    print(f"{title:28}{100 * base:8.2f}{shares}{first / base:7.1f}{100 * unsure:14.0f}")


def main() -> None:
    folder = data_folder()
    columns = f"{'flagged':>9}{'precision':>11}{'recall':>9}{'first 100':>11}{'lift':>7}{'by entropy':>14}"
    print(f"{'set':28}{'base %':>8}{columns}")
    for name in ("labelerr_cifar10", "labelerr_mnist"):
        with np.load(folder / name / "data.npz") as arrays:
            given = arrays["labels"].astype(np.int64)
            raw = arrays["pred_probs"].astype(np.float64)
        probabilities = raw / raw.sum(axis=1, keepdims=True)
        line(f"{name}, confirmed", given, probabilities, confirmed(folder / name / "mturk.csv", len(given)))
        rng = np.random.default_rng(0)
        wrong = np.zeros(len(given), dtype=bool)
        wrong[rng.choice(len(given), len(given) // 20, replace=False)] = True
        changed = np.where(wrong, (given + rng.integers(1, 10, len(given))) % 10, given)
        line(f"{name}, 5 % planted", changed, probabilities, wrong)


if __name__ == "__main__":
    main()
