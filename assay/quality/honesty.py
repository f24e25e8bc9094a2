"""Honest probabilities from votes and a few known answers: what the votes say of themselves comes first.

Models that take votes as independent are too sure where labelers err together. By how much can be seen twice:
in the votes, which hang together more than skills explain (:mod:`assay.quality.dispersion`), and in the known
answers (:mod:`assay.quality.calibration`). With ten known answers the second says little, so the evidence is
divided by the first and the map of the second is fitted to what is left, with its prior around no change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.quality.calibration import Calibration, Temperature, fit_calibration
from assay.quality.dispersion import vote_dispersion
from assay.quality.held_out import Fit, blind_posteriors
from assay.quality.hierarchical_dawid_skene import hierarchical_dawid_skene
from assay.quality.inference import Inference
from assay.quality.votes import Floats, Integers, Votes, check_votes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Honest:
    """An answer with probabilities that have been compared with known answers."""

    inference: Inference
    """The fit, told the gold; its posteriors are as the model states them."""
    posterior: Floats
    """Honest probability of each class for each task, (N, K); gold stands as told."""
    factor: float
    """By how much the votes overstate their evidence."""
    calibration: Calibration
    """The map that the known answers ask for after that."""


def make_honest(votes: Votes, gold: NDArray[np.int64], fit: Fit, *, seed: int = 0) -> Honest:
    """Fit, and calibrate on the ``gold`` (N,) answers, -1 where unknown, each hidden from the fit in turn.

    Labels do not change. Raises what ``fit`` raises.
    """
    inference = fit(votes, gold)
    factor, known = shared_mistakes(votes, gold), gold >= 0
    # Not only the evidence is cooled but the posterior, classes' frequencies included: no label changes.
    cooled = Temperature(temperature=factor)
    blind = cooled.apply(blind_posteriors(votes, gold, fit, seed))
    calibration = fit_calibration(blind, gold[known], seed=seed)
    honest = calibration.apply(cooled.apply(inference.posterior))
    posterior = np.where(known[:, None], inference.posterior, honest)
    return Honest(inference=inference, posterior=posterior, factor=factor, calibration=calibration)


def shared_mistakes(votes: Votes, gold: NDArray[np.int64]) -> float:
    """By what factor (1 or more) votes hang together more than skills explain.

    Seen in votes for one class, each counted once: of others it is not known how much they should vary.
    """
    votes = votes.plainly()

    def again(labels: Integers) -> tuple[Floats, Floats]:
        imagined = check_votes(
            votes.tasks,
            votes.workers,
            labels,
            n_tasks=votes.n_tasks,
            n_workers=votes.n_workers,
            n_classes=votes.n_classes,
        )
        found = hierarchical_dawid_skene(imagined, gold=gold)
        return found.posterior, found.worker_confusion

    # Seeded here: the factor is a property of the votes, and three simulations leave no room for luck.
    random = np.random.default_rng(0)
    return vote_dispersion(votes.tasks, votes.workers, votes.labels, again, rng=random).factor
