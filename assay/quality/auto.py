"""The average of models that foretells votes best: no model wins everywhere.

Members are majority, one-coin, GLAD, MACE, Dawid-Skene, hierarchical Dawid-Skene, and correlated Dawid-Skene
where its bound says that errors are correlated (it beats its own special case with independent errors;
elsewhere it would only repeat the others). Each is weighted by stacking on held-out votes; gold answers, held
out alike, move the weights, those of the votes counting as ten of them. A member that swaps classes against
the votes is left out, unless held-out gold says that it knows better than the majority.

Why not choose by votes alone: two models can foretell votes equally well and name the truth differently.
An average is wrong only where the weight of the models is. See docs/adr/0020.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.quality.correlated_dawid_skene import correlated_dawid_skene, last_bound
from assay.quality.dawid_skene import dawid_skene
from assay.quality.flips import has_flipped
from assay.quality.glad import glad
from assay.quality.held_out import Fit, HeldOut, foretell, stack
from assay.quality.hierarchical_dawid_skene import hierarchical_dawid_skene
from assay.quality.inference import Climb, Inference, describe
from assay.quality.mace import mace
from assay.quality.majority import majority
from assay.quality.one_coin import one_coin
from assay.quality.votes import Floats, Votes, check_gold, check_prior

_VOTES_WEIGH = 10.0
"""How many gold answers the held-out votes' opinion of the models is worth."""
_MAJORITY_WEIGHS, _OTHERS_WEIGH = 10.0, 3.0
"""How many held-out votes the majority has for it beforehand, and all the others together: where no task has
two votes, nothing can be learned about workers, and models with skills follow their habits anywhere."""
_MANY = 200_000
"""Votes from which random starts are few."""
_CONFUSION_CELLS = 1 << 24
"""W×2K×2K beyond which models with confusion matrices are left out: too many numbers for too few votes."""


def auto(
    votes: Votes,
    *,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """``parts`` tells the weights and members; ``skill`` and ``bound_history`` are the heaviest member's.

    Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``).
    """
    known, item_prior = check_gold(gold, votes), check_prior(prior, votes)

    def settled(model: Callable[..., Inference], times: int = 1) -> Fit:
        def fit(seen: Votes, told: NDArray[np.int64]) -> Inference:
            steps = times * max_iterations
            return model(seen, gold=told, prior=item_prior, max_iterations=steps, tol=tol, seed=seed)

        return fit

    fits = [settled(model) for model in (majority, one_coin, glad)]
    members = [fit(votes, known) for fit in fits]
    if votes.n_workers * (2 * votes.n_classes) ** 2 <= _CONFUSION_CELLS:
        with_confusion = [settled(model) for model in (mace, dawid_skene, hierarchical_dawid_skene)]
        fits += with_confusion
        members += [fit(votes, known) for fit in with_confusion]
        correlated = partial(correlated_dawid_skene, n_restarts=10 if votes.n_votes <= _MANY else 2)
        # Kinds of task come apart slowly: a few hundred steps where other models take tens.
        kinds = [settled(partial(correlated, n_kinds=n_kinds), times=3)(votes, known) for n_kinds in (1, 2)]
        if last_bound(kinds[1]) > last_bound(kinds[0]):
            fits.append(settled(correlated, times=3))
            members.append(kinds[1])
    anchored = item_prior is not None and item_prior.ndim == 2
    seen = foretell(votes, known, fits, anchored=anchored, seed=seed)
    weights = _weights(seen) * _trusted(votes, known, members, seen)
    return _average(votes, members, weights / weights.sum(), seed)


def _weights(seen: HeldOut) -> Floats:
    """Stacking weights (M,) by held-out votes, then moved by held-out gold."""
    n_members = seen.votes.shape[1]
    beforehand = np.full(n_members, _OTHERS_WEIGH / (n_members - 1))
    beforehand[0] = _MAJORITY_WEIGHS
    by_votes = stack(seen.votes, beforehand, seen.weights)
    return stack(seen.gold, by_votes * _VOTES_WEIGH)


def _trusted(
    votes: Votes, gold: NDArray[np.int64], members: Sequence[Inference], seen: HeldOut
) -> NDArray[np.bool_]:
    """Which members have not swapped classes, or are right to by the gold, (M,); the majority always."""
    surprise = -np.log(seen.gold).sum(axis=0)
    unknown = gold < 0
    trusted = np.ones(len(members), dtype=np.bool_)
    for place, member in enumerate(members[1:], start=1):
        better_on_gold = len(seen.gold) > 0 and surprise[place] < surprise[0]
        trusted[place] = better_on_gold or not has_flipped(votes, member.labels, unknown)
    return trusted


def _average(votes: Votes, members: Sequence[Inference], weights: Floats, seed: int) -> Inference:
    heaviest = members[int(weights.argmax())]
    blend = partial(np.tensordot, weights, axes=1)
    posterior = blend(np.stack([member.posterior for member in members]))
    averaged = describe(
        votes,
        Climb(converged=heaviest.converged, bound_history=heaviest.bound_history),
        model="auto",
        # Weights sum to 1 but for rounding, which must not make a certainty more than certain.
        states=posterior / posterior.sum(axis=1, keepdims=True),
        class_prior=blend(np.stack([member.class_prior for member in members])),
        skill=heaviest.skill,
        worker_accuracy=blend(np.stack([member.worker_accuracy for member in members])),
        seed=seed,
    )
    parts = tuple((float(weight), member) for weight, member in zip(weights, members, strict=True))
    return replace(averaged, parts=tuple(part for part in parts if part[0] > 0))
