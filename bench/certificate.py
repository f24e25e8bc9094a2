"""Coverage of the certificate, and how many audits it takes.

    python bench/certificate.py --data DIR [--projects 1000]

Simulated projects of 5,000 items: a bound after every audit, until it reaches the target. A
miss is a bound that was above the project's true accuracy at any look. Beside it, what a simple random sample
of fixed size needs for the same: the size at which its exact (Clopper-Pearson) bound reaches the target with
probability 0.9, were the true accuracy known beforehand, with a single look. Then real errors: a classifier's
answers on CIFAR-10 against the test set's labels, predicted by its own, overconfident probabilities.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from assay.quality.certificate import certified_so_far, certify, plan_audit

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

N_ITEMS = 5_000
PREDICTIONS = ("calibrated", "overconfident", "constant", "shuffled")


def project(rng: np.random.Generator, accuracy: float, kind: str) -> tuple[Integers, Floats]:
    """Which items are wrong, and their predicted chance of it; errors gather in few items."""
    shape = 0.25
    chance = rng.beta(shape, shape * accuracy / (1 - accuracy), N_ITEMS)
    wrong = (rng.random(N_ITEMS) < chance).astype(np.int64)
    odds = chance / np.maximum(1 - chance, 1e-12)
    predicted = {
        "calibrated": chance,
        "overconfident": odds**1.5 / (1 + odds**1.5),
        "constant": np.full(N_ITEMS, chance.mean()),
        "shuffled": rng.permutation(chance),
    }
    return wrong, predicted[kind]


def audited(
    wrong: Integers, predicted: Floats, target: float, rng: np.random.Generator
) -> tuple[int, bool, float]:
    """Audits until the target is certified, whether any look claimed too much, and what the predictions
    gained.
    """
    plan = plan_audit(predicted, rng=rng)
    answers, truth, n = wrong[plan.order], 1 - wrong.mean(), 1_000
    while True:
        low, _ = certified_so_far(plan, answers[:n])
        reached = np.flatnonzero(low >= target)
        if len(reached) or n == len(wrong):
            break
        n = min(len(wrong), 2 * n)
    stop = int(reached[0]) + 1 if len(reached) else n
    found = certify(plan, answers[:stop])
    missed = bool((low > truth + 1e-12).any())
    return stop, missed, found.low - found.low_without_model


def fixed_sample(accuracy: float, target: float, power: float = 0.9) -> int:
    """The smallest simple random sample whose one exact look reaches ``target`` with ``power``."""
    for n in range(50, 20_000, 10):
        allowed = np.arange(0, int(n * (1 - target)) + 1)
        passing = stats.beta.ppf(0.95, allowed + 1, n - allowed) <= 1 - target
        if passing.any() and stats.binom.cdf(allowed[passing].max(), n, 1 - accuracy) >= power:
            return n
    raise ValueError("no sample of 20,000 suffices")


def line(name: str, accuracy: float, target: float, runs: list[tuple[int, bool, float]]) -> None:
    sizes, missed, gains = (np.array(column, dtype=np.float64) for column in zip(*runs, strict=True))
    fixed = fixed_sample(accuracy, target)
    coverage = 100 * (1 - missed.mean())
    print(
        f"{name:26}{100 * accuracy:9.2f}{100 * target:9.2f}{coverage:10.1f}{sizes.mean():10.0f}"
        f"{np.quantile(sizes, 0.9):10.0f}{fixed:10d}{100 * gains.mean():+10.3f}",
        flush=True,
    )


def simulated(projects: int) -> None:
    rng = np.random.default_rng(0)
    cases = [
        (accuracy, target, kind) for accuracy, target in ((0.97, 0.95), (0.99, 0.98)) for kind in PREDICTIONS
    ]
    for accuracy, target, kind in cases:
        runs = [audited(*project(rng, accuracy, kind), target, rng) for _ in range(projects // len(cases))]
        line(f"simulated, {kind}", accuracy, target, runs)


def real(folder: Path, audits: int) -> None:
    rng = np.random.default_rng(1)
    with np.load(folder / "labelerr_cifar10" / "data.npz") as arrays:
        probabilities, labels = arrays["pred_probs"].astype(np.float64), arrays["labels"].astype(np.int64)
    wrong = (probabilities.argmax(axis=1) != labels).astype(np.int64)
    predicted = np.clip(1 - probabilities.max(axis=1), 0.0, 1.0)
    runs = [audited(wrong, predicted, 0.91, rng) for _ in range(audits)]
    line("classifier on CIFAR-10", float(1 - wrong.mean()), 0.91, runs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the crowd sets")
    parser.add_argument("--projects", type=int, default=1000)
    arguments = parser.parse_args()
    columns = ("coverage", "audits", "90 %", "fixed", "model")
    print(f"{'predictions':26}{'accuracy':>9}{'target':>9}" + "".join(f"{name:>10}" for name in columns))
    real(arguments.data, arguments.projects // 10)
    simulated(arguments.projects)


if __name__ == "__main__":
    main()
