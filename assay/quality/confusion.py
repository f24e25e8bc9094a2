"""The climb that models with a table of rates for each worker share.

Each task is in one latent state of S; each worker's label depends on the state alone. S is K, or a multiple
of it where classes have several states, those of one class side by side. A model is its :class:`Prior`: how
rates follow from expected counts. Needs the ``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, psi

from assay.quality.inference import Climb, Inference, climb, describe
from assay.quality.kernels import spread_votes, tally
from assay.quality.loose import Bools
from assay.quality.loose_sweeps import sweep_loose, tally_loose
from assay.quality.skill import ConfusionSkill
from assay.quality.sweeps import LEAST, NARROW, sweep, sweep_narrow, vote_rows
from assay.quality.votes import Floats, Votes, check_gold, check_prior, check_table, clamped


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates:
    """What a prior makes of expected counts."""

    table: Floats
    """P(label | state), or exp E log P, (W, K, S) as [worker, label, state], nowhere below ``LEAST``."""
    cost: float
    """What the bound loses to the prior: the divergence of the rates from it."""


class Prior(Protocol):
    """A model of workers' rates and states' frequencies. May learn hyper-parameters as the climb goes on."""

    name: ClassVar[str]

    def rates(self, counts: Floats) -> Rates:
        """Rates given expected counts (W, K, S) as [worker, label, state]."""
        ...

    def pseudo_counts(self, counts: Floats) -> Floats:
        """Counts (W, K, S) whose shares are the rates, prior included."""
        ...

    def log_frequencies(self, sizes: Floats) -> tuple[Floats, float]:
        """log P(state), (S,), given the states' expected sizes (S,), and the bound's loss."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """What a pass over votes adds up to; sums of shards add up to the crowd's."""

    counts: Floats
    """Expected counts, (W, K, S) as [worker, label, state]."""
    sizes: Floats
    """Expected tasks in each state, (S,)."""
    evidence: float

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            counts=self.counts + other.counts,
            sizes=self.sizes + other.sizes,
            evidence=self.evidence + other.evidence,
        )


class Shard:
    """Votes on some tasks and what is thought of these tasks; a whole project is one shard.

    ``states`` (N, S) is changed in place: at ten million votes, copies would be most of the memory.
    """

    def __init__(
        self,
        votes: Votes,
        *,
        gold: ArrayLike | Mapping[int, int] | None = None,
        item_prior: ArrayLike | None = None,
        split: Floats | None = None,
    ) -> None:
        """``split`` (N, M) divides each class into M states; ``None`` keeps one. Raises as
        :func:`fit_confusion`."""
        n_tasks, n_classes = votes.n_tasks, votes.n_classes
        self.votes, self.gold = votes, check_gold(gold, votes)
        self._narrow: tuple[NDArray[np.uint32], Floats] | None = None
        self.item_prior = check_prior(item_prior, votes)
        self.n_states = n_classes if split is None else n_classes * split.shape[1]
        check_table("worker confusions", votes.n_workers, n_classes, self.n_states)
        check_table("the states", n_tasks, self.n_states)
        self.states = self._vote_shares()
        if self.item_prior is not None:
            self.states = _tilted(self.states, self.item_prior, self.gold)
        if split is not None:
            whole = self.states[:, :, None] * split[:, None, :]
            self.states = np.ascontiguousarray(whole.reshape(n_tasks, self.n_states))

    def _vote_shares(self) -> Floats:
        """Each task's vote shares, (N, K), one further vote being spread evenly; gold as 1."""
        votes, states = self.votes, np.empty((self.votes.n_tasks, self.votes.n_classes))
        if votes.plain:
            spread_votes(votes.starts, votes.labels, self.gold, states)
            return states
        states = votes.counts() + 1.0 / votes.n_classes
        return clamped(states / states.sum(axis=1, keepdims=True), self.gold)

    def start(self) -> Sums:
        """What the vote shares add up to."""
        votes, (counts, sizes) = self.votes, self._zeros()
        if votes.plain:
            tally(votes.starts, votes.workers, votes.labels, self.gold, self.states, counts, sizes)
        else:
            said = votes.starts, votes.workers, votes.labels, *self._loose()
            tally_loose(*said, self.gold, self.states, counts, sizes)
        return Sums(counts=counts, sizes=sizes, evidence=0.0)

    def sweep(self, table: Floats, log_frequencies: Floats) -> Sums:
        """Think again of every task, given rates (W, K, S) and frequencies (S,), and add up."""
        votes, prior = self.votes, self._prior(log_frequencies)
        if not votes.plain:
            counts, sizes = self._zeros()
            said = votes.starts, votes.workers, votes.labels, *self._loose()
            evidence = sweep_loose(*said, self.gold, prior, table, self.states, counts, sizes)
            return Sums(counts=counts, sizes=sizes, evidence=evidence)
        if self.n_states <= NARROW:
            return self._sweep_narrow(table, prior)
        counts, sizes = self._zeros()
        evidence = sweep(
            votes.starts, votes.workers, votes.labels, self.gold, prior, table, self.states, counts, sizes
        )
        return Sums(counts=counts, sizes=sizes, evidence=evidence)

    def _sweep_narrow(self, table: Floats, prior: Floats) -> Sums:
        votes, sizes, n_states = self.votes, np.zeros(NARROW), self.n_states
        if self._narrow is None:
            # Kept between iterations: fresh memory costs more than clearing what is in the cache.
            rows = np.empty(votes.n_votes, dtype=np.uint32)
            vote_rows(votes.workers, votes.labels, votes.n_classes, rows)
            self._narrow = rows, np.zeros((*table.shape[:2], 2 * NARROW))
        rows, cells = self._narrow
        cells[..., :n_states] = table
        cells[..., NARROW:] = 0.0
        padded = np.pad(prior, [(0, 0), (0, NARROW - n_states)]) if n_states < NARROW else prior
        evidence = sweep_narrow(votes.starts, rows, self.gold, padded, cells, self.states, sizes)
        counts = np.ascontiguousarray(cells[..., NARROW : NARROW + n_states])
        return Sums(counts=counts, sizes=sizes[:n_states], evidence=evidence)

    def _loose(self) -> tuple[Floats, Bools]:
        """Weights (V,) and sets (V, K), or (0, K) where there are none."""
        votes = self.votes
        weights = np.ones(votes.n_votes) if votes.weights is None else votes.weights
        none = np.empty((0, votes.n_classes), dtype=np.bool_)
        return weights, none if votes.possible is None else votes.possible

    def posterior(self) -> Floats:
        """Probability of each class for each task, (N, K)."""
        return np.asarray(self.states.reshape(*self.states.shape[:1], self.votes.n_classes, -1).sum(axis=2))

    def _zeros(self) -> tuple[Floats, Floats]:
        votes = self.votes
        return np.zeros((votes.n_workers, votes.n_classes, self.n_states)), np.zeros(self.n_states)

    def _prior(self, log_frequencies: Floats) -> Floats:
        """(1, S), or (N, S) with each item's own prior over classes and the fitted shares within a class."""
        if self.item_prior is None:
            return np.exp(np.maximum(log_frequencies, log(LEAST)))[None, :]
        within = np.exp(log_frequencies.reshape(self.votes.n_classes, -1))
        within /= within.sum(axis=1, keepdims=True)
        rows = np.atleast_2d(self.item_prior)[:, :, None] * within
        return np.maximum(np.ascontiguousarray(rows.reshape(len(rows), -1)), LEAST)


def fit_confusion(
    votes: Votes,
    prior: Prior,
    *,
    gold: ArrayLike | Mapping[int, int] | None,
    class_prior: ArrayLike | None,
    max_iterations: int,
    tol: float,
    seed: int,
    split: Floats | None = None,
) -> Inference:
    """Climb from the vote shares. ``split`` as in :class:`Shard`.

    Raises ``Invalid`` (``gold.invalid``, ``prior.invalid``) and ``TooLarge`` where W×K×S is too many.
    """
    shard = Shard(votes, gold=gold, item_prior=class_prior, split=split)
    sums, went = climb_crowd(
        prior, shard.start(), shard.sweep, n_votes=votes.n_votes, max_iterations=max_iterations, tol=tol
    )
    states = shard.states
    # What a sweep keeps a vote is not needed any more, and describing needs memory of its own.
    del shard
    skill, frequencies = crowd_skill(prior, sums)
    return describe(
        votes,
        went,
        model=prior.name,
        states=states,
        class_prior=frequencies,
        skill=skill,
        worker_accuracy=skill.accuracies(frequencies),
        seed=seed,
    )


def climb_crowd(
    prior: Prior,
    start: Sums,
    sweep_all: Callable[[Floats, Floats], Sums],
    *,
    n_votes: int,
    max_iterations: int,
    tol: float,
) -> tuple[Sums, Climb]:
    """Rates from sums, sums from rates, and so on; ``sweep_all`` is :meth:`Shard.sweep`, over all shards."""

    def step(sums: Sums) -> tuple[Sums, float]:
        rates = prior.rates(sums.counts)
        log_frequencies, cost = prior.log_frequencies(sums.sizes)
        swept = sweep_all(rates.table, log_frequencies)
        return swept, swept.evidence - rates.cost - cost

    return climb(step, start, n_votes=n_votes, max_iterations=max_iterations, tol=tol)


def crowd_skill(prior: Prior, sums: Sums) -> tuple[ConfusionSkill, Floats]:
    """The workers' skill and the classes' frequencies (K,) that the sums amount to."""
    counts = prior.pseudo_counts(sums.counts)
    # A row without any count, prior included, says nothing: even rates.
    counts[np.broadcast_to(counts.sum(axis=1, keepdims=True) <= 0, counts.shape)] = 1.0
    by_class = sums.sizes.reshape(counts.shape[1], -1).sum(axis=1) + 1.0
    return ConfusionSkill(counts=counts, sizes=sums.sizes), by_class / by_class.sum()


def _tilted(states: Floats, item_prior: Floats, gold: NDArray[np.int64]) -> Floats:
    """Vote shares times the prior: where the climb starts decides which of two optima it ends in."""
    tilted = np.where(gold[:, None] >= 0, states, states * np.maximum(item_prior, 1e-9))
    return np.asarray(tilted / tilted.sum(axis=1, keepdims=True))


def dirichlet_rates(counts: Floats, pseudo: Floats) -> Rates:
    """Variational rates under Dirichlet(``pseudo``) rows: E log P and the divergence from the prior.

    ``counts`` and ``pseudo`` are [worker, label, state]; a row runs over labels.
    """
    total = counts + pseudo
    sums = total.sum(axis=1, keepdims=True)
    table = np.maximum(psi(total) - psi(sums), log(LEAST))
    prior = np.broadcast_to(pseudo, total.shape)
    cost = (gammaln(sums[:, 0]) - gammaln(prior.sum(axis=1))).sum()
    cost -= (gammaln(total) - gammaln(prior)).sum() - (counts * table).sum()
    return Rates(table=np.exp(table), cost=float(cost))


def dirichlet_frequencies(sizes: Floats, pseudo: float) -> tuple[Floats, float]:
    """E log frequency under a symmetric Dirichlet and its divergence from the prior. ``sizes`` (S,)."""
    total = sizes + pseudo
    expected = psi(total) - psi(total.sum())
    cost = gammaln(total.sum()) - gammaln(pseudo * len(sizes)) - (gammaln(total) - gammaln(pseudo)).sum()
    return expected, float(cost + (sizes * expected).sum())
