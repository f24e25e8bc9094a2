"""Truth inference over task-disjoint shards: each holds its tasks' votes and posteriors, only counts travel.

One iteration is a map and a sum. The driver makes rates from the crowd's counts (W, K, S); each shard sweeps
its votes and returns its counts, state sizes and evidence; the driver adds them up in order. The answer is
that of one pass over all votes, to rounding. Where the shards live is an :class:`Executor`'s business: a pool
of threads here (the sweep runs without Python's lock), actors on a Ray cluster with :class:`RayExecutor`.
Needs the ``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from itertools import pairwise
from operator import add
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assay.errors import Invalid, Unsupported
from assay.quality.confusion import Prior, Shard, Sums, climb_crowd, crowd_skill
from assay.quality.dawid_skene import Smoothed
from assay.quality.hierarchical_dawid_skene import Crowd
from assay.quality.skill import ConfusionSkill
from assay.quality.votes import Floats, Votes

_PRIORS: Mapping[str, Callable[[int, int], Prior]] = MappingProxyType(
    {"dawid_skene": lambda n_workers, n_classes: Smoothed(0.01), "hierarchical_dawid_skene": Crowd}
)


class Executor(Protocol):
    """Where shards live and work."""

    def hold(self, shards: Iterable[Shard]) -> None:
        """Keep these shards from now on."""
        ...

    def each(self, method: str, *arguments: Any) -> list[Any]:
        """Call a method of every shard with the same arguments; the results in the shards' order."""
        ...


class ThreadExecutor:
    """Shards in this process, swept by a pool of threads. Close it, or use it in a ``with``."""

    def __init__(self, n_threads: int | None = None) -> None:
        """``n_threads`` defaults to the number of processors."""
        self._pool = ThreadPoolExecutor(n_threads, thread_name_prefix="shard")
        self._shards: list[Shard] = []

    def hold(self, shards: Iterable[Shard]) -> None:
        self._shards = list(shards)

    def each(self, method: str, *arguments: Any) -> list[Any]:
        return list(self._pool.map(lambda shard: getattr(shard, method)(*arguments), self._shards))

    def __enter__(self) -> ThreadExecutor:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()


class RayExecutor:
    """Shards as actors on a Ray cluster: the one that ``ray.init`` connected this process to.

    Raises ``Unsupported`` (``extra.missing``) where Ray is not installed.
    """

    def __init__(self) -> None:
        try:
            # Imported here because Ray is an extra, and heavy.
            self._ray: Any = import_module("ray")
        except ImportError as error:
            detail = "Shards on a cluster need Ray: pip install ray"
            raise Unsupported("extra.missing", detail) from error
        self._actors: list[Any] = []

    def hold(self, shards: Iterable[Shard]) -> None:
        actor = self._ray.remote(_Keeper)
        self._actors = [actor.remote(shard) for shard in shards]

    def each(self, method: str, *arguments: Any) -> list[Any]:
        # Put once, read by every actor; workers then see read-only arrays.
        shared = [self._ray.put(argument) for argument in arguments]
        found: list[Any] = self._ray.get([actor.call.remote(method, *shared) for actor in self._actors])
        return found


class _Keeper:
    """An actor's inside: one shard."""

    def __init__(self, shard: Shard) -> None:
        self.shard = shard
        # What came through Ray's store is read-only, and states are changed in place.
        shard.states = shard.states.copy()

    def call(self, method: str, *arguments: Any) -> Any:
        return getattr(self.shard, method)(*arguments)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShardedInference:
    """The truth by shards; see :class:`~assay.quality.inference.Inference` for the shared names."""

    model: str
    posteriors: tuple[Floats, ...]
    """Probability of each class for each task of each shard, (N, K) each."""
    class_prior: Floats
    skill: ConfusionSkill
    worker_accuracy: Floats
    converged: bool
    n_iterations: int
    bound_history: Floats


def split_votes(votes: Votes, n_shards: int) -> tuple[Votes, ...]:
    """At most ``n_shards`` runs of tasks with about as many votes each. Raises ``Invalid`` below 1."""
    if n_shards < 1:
        raise Invalid("field.invalid", "n_shards must be at least 1.", pointer="/n_shards", limit=1)
    aims = np.arange(1, n_shards) * votes.n_votes / n_shards
    edges = np.unique([0, *np.searchsorted(votes.starts, aims), votes.n_tasks]).tolist()
    return tuple(votes.run(first, last) for first, last in pairwise(edges))


def infer_sharded(
    shards: Sequence[Votes],
    *,
    gold: Sequence[NDArray[np.int64] | None] | None = None,
    prior: Sequence[Floats | None] | None = None,
    model: str = "dawid_skene",
    executor: Executor | None = None,
    max_iterations: int = 100,
    tol: float = 1e-6,
) -> ShardedInference:
    """Fit ``model`` to all shards' votes; they name the same workers and classes, and each its own tasks.

    ``gold`` and ``prior`` are one for each shard, as in :func:`~assay.quality.infer.infer_truth`. Without an
    ``executor`` a pool of threads is made and closed. Raises ``Invalid`` (``votes.invalid``,
    ``field.invalid``, ``gold.invalid``, ``prior.invalid``) and ``TooLarge``.
    """
    if model not in _PRIORS:
        raise Invalid("field.invalid", f"model must be one of {', '.join(_PRIORS)}.", pointer="/model")
    if len({(votes.n_workers, votes.n_classes) for votes in shards}) != 1:
        raise Invalid("votes.invalid", "There must be shards, all over the same workers and classes.")
    golds, priors = gold or [None] * len(shards), prior or [None] * len(shards)
    held = (
        Shard(votes, gold=known, item_prior=own)
        for votes, known, own in zip(shards, golds, priors, strict=True)
    )
    if executor is None:
        with ThreadExecutor() as pool:
            return _fit(shards, held, model, pool, max_iterations, tol)
    return _fit(shards, held, model, executor, max_iterations, tol)


def _fit(
    shards: Sequence[Votes],
    held: Iterable[Shard],
    model: str,
    executor: Executor,
    max_iterations: int,
    tol: float,
) -> ShardedInference:
    executor.hold(held)
    prior = _PRIORS[model](shards[0].n_workers, shards[0].n_classes)

    def sweep_all(table: Floats, log_frequencies: Floats) -> Sums:
        sums: Sums = reduce(add, executor.each("sweep", table, log_frequencies))
        return sums

    sums, went = climb_crowd(
        prior,
        reduce(add, executor.each("start")),
        sweep_all,
        n_votes=sum(votes.n_votes for votes in shards),
        max_iterations=max_iterations,
        tol=tol,
    )
    skill, frequencies = crowd_skill(prior, sums)
    return ShardedInference(
        model=model,
        posteriors=tuple(executor.each("posterior")),
        class_prior=frequencies,
        skill=skill,
        worker_accuracy=skill.accuracies(frequencies),
        converged=went.converged,
        n_iterations=len(went.bound_history),
        bound_history=went.bound_history,
    )
