"""What truth inference returns, and the climb that every iterative model makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assay.quality.gamma import digamma, polygamma
from assay.quality.skill import Skill
from assay.quality.votes import COMPILED_FROM, Floats, Votes, weighted_counts

State = TypeVar("State")

_ROUNDING = 1e-12
"""Chances nearer than this are even."""

_BLOCK = 100_000
"""Tasks that are summed at once, so that a pass over ten million votes needs little memory."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inference:
    """The truth as one model sees it. N tasks, W workers, K classes; all values are finite.

    A worker without votes and a task without votes are described by the priors.
    """

    model: str
    posterior: Floats
    """Probability of each class for each task, (N, K); rows sum to 1."""
    labels: NDArray[np.int64]
    """The most probable class of each task, (N,); ties are broken at random, by the seed."""
    states: Floats
    """Probability of each latent state, (N, S): the posterior, unless classes have several states each."""
    class_prior: Floats
    """How common each class is, (K,)."""
    skill: Skill
    """What is known of the workers."""
    worker_accuracy: Floats
    """Each worker's expected accuracy at the classes' frequencies, (W,)."""
    worker_accuracy_low: Floats
    """Where a worker's accuracy lies with 95 % probability: lower end, (W,)."""
    worker_accuracy_high: Floats
    """Upper end, (W,)."""
    item_difficulty: Floats
    """The chance that a vote on this task is wrong, (N,), shrunk to the mean where votes are few."""
    converged: bool
    """Whether the bound's gain a vote fell below the tolerance."""
    n_iterations: int
    bound_history: Floats
    """The model's objective after each iteration, (n_iterations,); nothing to compare across models."""
    parts: tuple[tuple[float, Inference], ...] = field(default=())
    """For an average of models: each one's weight and answer; weights sum to 1."""

    @property
    def worker_confusion(self) -> Floats:
        """P(label | truth) of each worker, (W, K, K) as [worker, truth, label]; rows sum to 1.

        Raises ``TooLarge`` (``limit.exceeded``) where that is too many numbers.
        """
        if not self.parts:
            return self.skill.confusion()
        return np.asarray(sum(weight * part.worker_confusion for weight, part in self.parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """How an iterative fit went."""

    converged: bool
    bound_history: Floats


def describe(
    votes: Votes,
    went: Climb,
    *,
    model: str,
    states: Floats,
    class_prior: Floats,
    skill: Skill,
    worker_accuracy: Floats,
    seed: int,
    item_difficulty: Floats | None = None,
) -> Inference:
    """The answer of a fit: labels, intervals and difficulties follow from the rest."""
    posterior, n_states = states, states.shape[1]
    if n_states > votes.n_classes:
        by_class = (votes.n_tasks, votes.n_classes, n_states // votes.n_classes)
        posterior = states.reshape(by_class).sum(axis=2)
    right, spread = agreement(votes, posterior)
    # An accuracy is known as well as from that many votes under a flat prior.
    cast = votes.worker_votes()
    low, high = accuracy_interval(worker_accuracy * cast + 1.0, (1.0 - worker_accuracy) * cast + 1.0, spread)
    return Inference(
        model=model,
        posterior=posterior,
        labels=most_probable(posterior, seed),
        states=states,
        class_prior=class_prior,
        skill=skill,
        worker_accuracy=worker_accuracy,
        worker_accuracy_low=low,
        worker_accuracy_high=high,
        item_difficulty=observed_difficulty(votes, right) if item_difficulty is None else item_difficulty,
        converged=went.converged,
        n_iterations=len(went.bound_history),
        bound_history=went.bound_history,
    )


def agreement(votes: Votes, posterior: Floats) -> tuple[Floats, Floats]:
    """The expected number of right votes on each task (N,), and the variance of each worker's (W,)."""
    right, spread = np.zeros(votes.n_tasks), np.zeros(votes.n_workers)
    if not votes.plain:
        chance = votes.chance(posterior)
        right = weighted_counts(votes.tasks, chance * votes.mass, votes.n_tasks)
        return right, weighted_counts(votes.workers, chance * (1.0 - chance) * votes.mass, votes.n_workers)
    if votes.n_votes >= COMPILED_FROM and find_spec("numba") is not None:
        # Imported here because numba is an extra and slow to load.
        from assay.quality.kernels import add_agreement

        add_agreement(votes.starts, votes.workers, votes.labels, posterior, right, spread)
        return right, spread
    for first in range(0, votes.n_tasks, _BLOCK):
        block = slice(first, min(first + _BLOCK, votes.n_tasks))
        cast = slice(votes.starts[block.start], votes.starts[block.stop])
        tasks = np.repeat(
            np.arange(block.start, block.stop), np.diff(votes.starts[block.start : block.stop + 1])
        )
        chance = posterior[tasks, votes.labels[cast]]
        right[block] = weighted_counts(tasks - block.start, chance, block.stop - block.start)
        spread += weighted_counts(votes.workers[cast], chance * (1.0 - chance), votes.n_workers)
    return right, spread


def climb(
    step: Callable[[State], tuple[State, float]],
    state: State,
    *,
    n_votes: int,
    max_iterations: int,
    tol: float,
) -> tuple[State, Climb]:
    """Repeat ``step`` (state -> better state, its bound) until the gain is below ``tol`` a vote.

    ``tol=0`` makes exactly ``max_iterations`` steps.
    """
    bounds: list[float] = []
    converged = False
    while len(bounds) < max_iterations and not converged:
        state, bound = step(state)
        bounds.append(bound)
        converged = tol > 0 and len(bounds) > 1 and bounds[-1] - bounds[-2] < tol * max(n_votes, 1)
    return state, Climb(converged=converged, bound_history=np.array(bounds, dtype=np.float64))


def most_probable(posterior: Floats, seed: int) -> NDArray[np.int64]:
    """The best class of each row, (N,); ties, to within rounding, are broken uniformly at random."""
    random = np.random.default_rng(seed)
    labels, tied = _first_best(posterior)
    for first in range(0, len(posterior), _BLOCK):
        rows = first + np.flatnonzero(tied[first : first + _BLOCK])
        draws = random.random((len(rows), posterior.shape[1]))
        even = posterior[rows] >= posterior[rows].max(axis=1, keepdims=True) - _ROUNDING
        labels[rows] = np.where(even, draws, -1.0).argmax(axis=1)
    return labels


def _first_best(posterior: Floats) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Each row's first best class (N,), and whether there are several (N,)."""
    labels, tied = np.empty(len(posterior), dtype=np.int64), np.empty(len(posterior), dtype=np.bool_)
    if posterior.size >= COMPILED_FROM and find_spec("numba") is not None:
        # Imported here because numba is an extra and slow to load.
        from assay.quality.kernels import best_classes

        best_classes(posterior, _ROUNDING, labels, tied)
        return labels, tied
    for first in range(0, len(posterior), _BLOCK):
        block = slice(first, first + _BLOCK)
        ties = posterior[block] >= posterior[block].max(axis=1, keepdims=True) - _ROUNDING
        labels[block], tied[block] = ties.argmax(axis=1), ties.sum(axis=1) > 1
    return labels, tied


def observed_difficulty(votes: Votes, right: Floats) -> Floats:
    """The chance that a vote on each task is wrong, (N,): its votes' expected errors and those of two more
    votes on an average task. ``right`` (N,) is the expected number of right votes on each task."""
    mean = 1.0 - right.sum() / votes.total if votes.n_votes else 0.0
    cast = np.diff(votes.starts).astype(np.float64)
    if votes.weights is not None:
        cast = weighted_counts(votes.tasks, votes.weights, votes.n_tasks)
    wrong = cast - right
    wrong += 2.0 * mean
    cast += 2.0
    wrong /= cast
    return wrong


def accuracy_interval(right: Floats, wrong: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """The central 95 % of Beta(right, wrong) accuracies, each (W,).

    ``spread`` (W,) is the variance of ``right`` from not knowing the truth (the sum of p(1-p) over the
    worker's votes); it joins by the delta method. The log odds of a Beta variable have the cumulants
    ψ⁽ⁿ⁻¹⁾(right) + (-1)ⁿ ψ⁽ⁿ⁻¹⁾(wrong); their quantiles follow from the first four (Cornish & Fisher 1938),
    within 0.02 of the exact ones and mostly within 0.004.
    """
    total = right + wrong
    mean = digamma(right) - digamma(wrong)
    variance = polygamma(1, right) + polygamma(1, wrong) + spread * (total / (right * wrong)) ** 2
    skew = (polygamma(2, right) - polygamma(2, wrong)) / variance**1.5
    excess = (polygamma(3, right) + polygamma(3, wrong)) / variance**2
    ends = []
    for z in (-1.959963984540054, 1.959963984540054):
        bent = z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * excess / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
        ends.append(1.0 / (1.0 + np.exp(-mean - np.sqrt(variance) * bent)))
    return ends[0], ends[1]
