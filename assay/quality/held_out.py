"""How well a model foretells votes and gold answers that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.quality.inference import Inference
from assay.quality.votes import Floats, Votes

Fit = Callable[[Votes, NDArray[np.int64]], Inference]
"""A model with its settings: fitted to votes and gold (N,), -1 where unknown."""

_FEW = 200_000
_SMALLEST_CHANCE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """Chances that M models gave, from the rest, to what they had not seen."""

    votes: Floats
    """Of each held-out vote on a task of which something else was seen, (≤ V, M)."""
    weights: Floats
    """How many votes each of these is worth, (≤ V,)."""
    gold: Floats
    """Of each held-out gold answer, (G, M)."""


def foretell(
    votes: Votes, gold: NDArray[np.int64], fits: Sequence[Fit], *, anchored: bool, seed: int
) -> HeldOut:
    """Hide a fifth of votes and gold answers at a time, five times; above 200,000 votes a tenth, once.

    A vote counts only where its task has another vote or gold, or is ``anchored`` by a prior of its own: from
    nothing, a model can foretell only what the worker is wont to say, and is no better for it.
    """
    random = np.random.default_rng(seed)
    n_folds, rounds = (5, 5) if votes.n_votes <= _FEW else (10, 1)
    vote_fold = random.permutation(votes.n_votes) % n_folds
    gold_fold = np.where(gold >= 0, random.permutation(votes.n_tasks) % n_folds, -1)
    of_votes, of_gold, masses = [], [], []
    for fold in range(rounds):
        hidden, hidden_gold = vote_fold == fold, gold_fold == fold
        seen, told = votes.subset(~hidden), np.where(hidden_gold, -1, gold)
        models = [fit(seen, told) for fit in fits]
        informed = anchored | (np.diff(seen.starts) > 0) | (told >= 0)
        asked = votes.subset(hidden & informed[votes.tasks])
        of_votes.append(_chances_of_votes(asked, models))
        masses.append(np.broadcast_to(asked.mass, asked.n_votes))
        rows = np.flatnonzero(hidden_gold)
        of_gold.append(np.stack([model.posterior[rows, gold[rows]] for model in models], axis=1))
    return HeldOut(
        votes=np.maximum(np.concatenate(of_votes), _SMALLEST_CHANCE),
        weights=np.concatenate(masses),
        gold=np.maximum(np.concatenate(of_gold), _SMALLEST_CHANCE),
    )


def _chances_of_votes(votes: Votes, models: Sequence[Inference]) -> Floats:
    """What each model gives to each vote, (V, M); to a set, what it gives to its classes together."""
    chances = np.empty((votes.n_votes, len(models)))
    for place, model in enumerate(models):
        states = model.states[votes.tasks]
        chances[:, place] = model.skill.predictive(votes.workers, votes.labels, states)
        if votes.possible is not None:
            for label, named in enumerate(votes.possible.T):
                more = np.flatnonzero(named & (votes.labels != label))
                told = np.full(len(more), label)
                chances[more, place] += model.skill.predictive(votes.workers[more], told, states[more])
    return chances


def stack(chances: Floats, pseudo: Floats, mass: Floats | float = 1.0, max_iterations: int = 500) -> Floats:
    """Weights (M,) of the average that foretells best: the posterior mode under Dirichlet(1 + ``pseudo``).

    ``chances`` are (rows, M), each row counting ``mass`` (rows,) times. EM for the weights of a mixture, a
    concave problem. Yao, Vehtari, Simpson & Gelman (2018), "Using stacking to average Bayesian predictive
    distributions", Bayesian Analysis 13.
    """
    weights: Floats = (pseudo + 1e-9) / (pseudo + 1e-9).sum()
    for _ in range(max_iterations):
        shares = chances * weights
        shares /= shares.sum(axis=1, keepdims=True)
        new = np.broadcast_to(mass, len(shares)) @ shares + pseudo
        new /= new.sum()
        done = np.abs(new - weights).max() < 1e-6
        weights = np.asarray(new)
        if done:
            break
    return weights


def blind_posteriors(votes: Votes, gold: NDArray[np.int64], fit: Fit, seed: int) -> Floats:
    """What ``fit`` says of each gold task, (G, K) in the tasks' order, when not told its answer: gold is
    hidden a fifth at a time. For :func:`~assay.quality.calibration.fit_calibration`."""
    known = np.flatnonzero(gold >= 0)
    fold = np.random.default_rng(seed).permutation(len(known)) % 5
    blind = np.empty((len(known), votes.n_classes))
    for part in range(5):
        hidden = known[fold == part]
        if len(hidden):
            told = gold.copy()
            told[hidden] = -1
            blind[fold == part] = fit(votes, told).posterior[hidden]
    return blind
