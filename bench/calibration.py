"""Are stated probabilities honest, and do stated intervals cover?

    python bench/calibration.py --data DIR [--sets a,b] [--seeds 5] [--no-cover]

First: a tenth of the gold is told, ``auto`` is fitted, its evidence is divided by the votes' dispersion and
calibrated on that tenth (held out fold by fold), and the rest of the gold judges: expected calibration error
in 10 bins of equal mass, less what perfectly honest confidences would show by chance. Second: each set's
workers are measured on all its gold, votes are drawn anew from these rates in the same design, and the 95 %
intervals of workers' accuracies from the votes alone are compared with the rates drawn from.
The last lines say which bars are met.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from crowd_sets import CLASSIFICATION, CrowdSet, read_set
from numpy.typing import NDArray
from scipy import stats

from assay.quality.auto import auto
from assay.quality.honesty import make_honest
from assay.quality.inference import Inference
from assay.quality.reliability import CalibrationError, calibration_error
from assay.quality.votes import Floats, Votes, check_votes


def _votes(crowd: CrowdSet) -> Votes:
    return check_votes(crowd.tasks, crowd.workers, crowd.labels, n_classes=crowd.n_classes)


def _auto(votes: Votes, gold: NDArray[np.int64]) -> Inference:
    return auto(votes, gold=gold)


def honesty(crowd: CrowdSet, seed: int) -> tuple[CalibrationError, CalibrationError, str]:
    """Calibration error on the gold that was not told, before and after, and the map that was used."""
    votes, known = _votes(crowd), np.flatnonzero(crowd.gold >= 0)
    picked = np.sort(np.random.default_rng(seed).permutation(known)[: max(len(known) // 10, 2)])
    told = np.full(len(crowd.gold), -1)
    told[picked] = crowd.gold[picked]
    honest = make_honest(votes, told, _auto, seed=seed)
    judged = (crowd.gold >= 0) & (told < 0)
    right = honest.inference.labels[judged] == crowd.gold[judged]
    before, after = (
        calibration_error(posterior[judged].max(axis=1), right)
        for posterior in (honest.inference.posterior, honest.posterior)
    )
    return before, after, honest.calibration.method


def coverage(crowd: CrowdSet, seed: int) -> float:
    """Share of workers with a vote whose interval covers the accuracy that their votes were drawn with."""
    rng = np.random.default_rng(seed)
    judged = crowd.gold[crowd.tasks] >= 0
    shape = (crowd.workers.max() + 1, crowd.n_classes, crowd.n_classes)
    rates = np.full(shape, 0.2) + 0.8 * np.eye(crowd.n_classes)
    np.add.at(rates, (crowd.workers[judged], crowd.gold[crowd.tasks[judged]], crowd.labels[judged]), 1.0)
    rates /= rates.sum(axis=2, keepdims=True)
    frequency = np.bincount(crowd.gold[crowd.gold >= 0], minlength=crowd.n_classes) / (crowd.gold >= 0).sum()
    truth = rng.choice(crowd.n_classes, size=len(crowd.gold), p=frequency)
    # One vote a worker and task: a repeat would be counted once.
    pairs = np.unique(np.stack([crowd.tasks, crowd.workers], axis=1), axis=0)
    chances = rates[pairs[:, 1], truth[pairs[:, 0]]].cumsum(axis=1)
    labels = (rng.random((len(pairs), 1)) > chances).sum(axis=1).clip(max=crowd.n_classes - 1)
    votes = check_votes(pairs[:, 0], pairs[:, 1], labels, n_classes=crowd.n_classes, n_workers=shape[0])
    fit = auto(votes)
    accuracy = rates[:, range(crowd.n_classes), range(crowd.n_classes)] @ frequency
    covered = (fit.worker_accuracy_low <= accuracy) & (accuracy <= fit.worker_accuracy_high)
    return float(covered[votes.worker_votes() > 0].mean())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", default=",".join(CLASSIFICATION))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--no-cover", action="store_true", help="leave out the workers' intervals")
    options = parser.parse_args()
    excesses, spreads, covers = [], [], []
    print(
        "set             gold told   excess as stated   excess calibrated   (error, by chance)   map   cover"
    )
    for name in options.sets.split(","):
        crowd = read_set(options.data, name)
        runs = [honesty(crowd, seed) for seed in range(options.seeds)]
        covered = (
            np.nan if options.no_cover else np.mean([coverage(crowd, seed) for seed in range(options.seeds)])
        )
        before, after, error, chance = (
            float(np.mean(values))
            for values in zip(*((b.excess, a.excess, a.error, a.by_chance) for b, a, _ in runs), strict=True)
        )
        maps = "/".join(sorted({method for _, _, method in runs}))
        told = max(int((crowd.gold >= 0).sum()) // 10, 2)
        row = f"{name:15s} {told:9d} {before:18.3f} {after:19.3f}   ({error:.3f}, {chance:.3f})"
        print(row, maps, f"{covered:.3f}", sep="   ", flush=True)
        excesses.append([a.excess for _, a, _ in runs])
        spreads.append([a.chance_spread for _, a, _ in runs])
        covers.append(float(covered))
    _verdicts(np.array(excesses), np.array(spreads), np.array(covers))


def _verdicts(excesses: Floats, spreads: Floats, covers: Floats) -> None:
    """``excesses`` and what chance alone would spread them by (sets, seeds), and ``covers`` (sets,), against
    the bars."""
    by_seed = excesses.mean(axis=0)
    spread = by_seed.std(ddof=1) if len(by_seed) > 1 else np.nan
    least, most = by_seed.min(), by_seed.max()
    print(f"\nmean excess {by_seed.mean():.4f}, by seed {least:.4f} … {most:.4f} (sd {spread:.4f})")
    if len(by_seed) > 1:
        half = stats.t.ppf(0.975, len(by_seed) - 1) * spread / np.sqrt(len(by_seed))
        chance = float(np.sqrt((spreads**2).sum(axis=0)).mean() / len(spreads))
        print(f"95 % interval of the mean {by_seed.mean() - half:.4f} … {by_seed.mean() + half:.4f}")
        print(f"sd of one seed's mean from the judged answers' chance alone {chance:.4f}")
    print(f"{'met   ' if by_seed.mean() <= 0.02 else 'MISSED'} mean excess <= 0.02 after 10 % gold")
    near = int((excesses.mean(axis=1) <= 0.02).sum())
    print(f"{near} of {len(excesses)} sets have an excess <= 0.02")
    if not np.isnan(covers).any():
        print(f"mean coverage {covers.mean():.3f}")
        print(
            f"{'met   ' if covers.mean() >= 0.9 else 'MISSED'} 95 % intervals cover in >= 90 % of resamples"
        )


if __name__ == "__main__":
    main()
