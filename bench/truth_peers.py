"""Run one peer's model on one crowd set; started by truth_inference.py with the peers' Python.

    python truth_peers.py VOTES.npz MODEL SEEDS OUT.npy

The peers live in an environment of their own:

    uv venv peers && uv pip install -p peers crowd-kit snorkel cleanlab 'scikit-learn<1.6'

Classes are renamed in turn for each seed, so that a tie that goes to the lowest name goes to every class.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


def crowd_kit(model: str, seed: int) -> Any:
    """A crowd-kit aggregator with the settings of the baselines in shared notes: 100 iterations
    throughout."""
    from crowdkit.aggregation import classification as kit

    settings: dict[str, dict[str, Any]] = {
        "MajorityVote": {},
        "Wawa": {},
        "ZeroBasedSkill": {},
        "DawidSkene": {"n_iter": 100},
        "OneCoinDawidSkene": {"n_iter": 100},
        "GLAD": {"n_iter": 100},
        "MACE": {"n_restarts": 3, "n_iter": 50, "random_state": seed},
        "MMSR": {"random_state": seed},
        "KOS": {"n_iter": 100, "random_state": seed},
    }
    return getattr(kit, model)(**settings[model])


def answer(model: str, votes: dict[str, Any], labels: np.ndarray, seed: int) -> np.ndarray:
    """The class of each task, (N,), or -1."""
    n_tasks, n_classes = int(votes["n_tasks"]), int(votes["n_classes"])
    matrix = np.full((n_tasks, votes["workers"].max() + 1), -1)
    matrix[votes["tasks"], votes["workers"]] = labels
    if model == "snorkel LabelModel":
        from snorkel.labeling.model import LabelModel

        fitted = LabelModel(cardinality=n_classes, verbose=False)
        fitted.fit(matrix, seed=seed, progress_bar=False)
        return fitted.predict(matrix, tie_break_policy="random")
    if model == "cleanlab majority":
        from cleanlab.multiannotator import get_majority_vote_label

        frame = pd.DataFrame(matrix).astype("Int64").replace(-1, pd.NA)
        return np.asarray(get_majority_vote_label(frame, verbose=False))
    frame = pd.DataFrame({"task": votes["tasks"], "worker": votes["workers"], "label": labels})
    if model == "KOS" and n_classes > 2:
        raise ValueError("KOS knows two classes")
    found = crowd_kit(model, seed).fit_predict(frame)
    return found.reindex(range(n_tasks)).fillna(-1).to_numpy(dtype=np.int64)


def main() -> None:
    source, model, seeds, out = sys.argv[1:]
    votes = dict(np.load(source))
    answers = []
    for seed in range(int(seeds)):
        rename = np.roll(np.arange(int(votes["n_classes"])), seed)
        named = answer(model, votes, rename[votes["labels"]], seed)
        back = np.append(rename.argsort(), -1)
        answers.append(back[named])
    np.save(out, np.array(answers))


if __name__ == "__main__":
    main()
