"""Compiled passes over the votes (numba; the ``quality`` extra). Imported only where used.

Every pass reads the votes once, in task order, and keeps nothing of size V: what is needed of a vote is
recomputed from its worker's table, which stays in cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from assay.quality.votes import Floats, Integers

_FEW = 16
"""Votes of one task up to which comparing all with all is the fastest sort."""

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """``function`` compiled on first use, kept on disk, with its Python type."""
    return cast(Function, njit(cache=True, nogil=True)(function))


def inlined(function: Function) -> Function:
    """``function`` pasted into the compiled one that calls it: parts of an inner loop, named."""
    return cast(Function, njit(inline="always", nogil=True)(function))


def sorted_votes(
    tasks: Integers,
    workers: Integers,
    labels: Integers,
    n_tasks: int,
    label_type: np.dtype[Any],
    keep_repeats: bool,
) -> tuple[NDArray[np.int64], Integers, Integers]:
    """Starts (N + 1,), workers and labels (V,) in the order of :class:`~assay.quality.votes.Votes`."""
    starts = np.zeros(n_tasks + 1, dtype=np.int64)
    by_worker = np.empty(len(tasks), dtype=np.int32)
    by_label = np.empty(len(tasks), dtype=label_type)
    kept = _sort(tasks, workers, labels, starts, by_worker, by_label, keep_repeats)
    return starts, by_worker[:kept], by_label[:kept]


@compiled
def _sort(
    tasks: Integers,
    workers: Integers,
    labels: Integers,
    starts: NDArray[np.int64],
    by_worker: Integers,
    by_label: Integers,
    keep_repeats: bool,
) -> int:
    """Counting sort by task, then each task's few votes by worker and label, dropping repeats in place."""
    n_tasks = len(starts) - 1
    for vote in range(len(tasks)):
        starts[np.uintp(tasks[vote]) + np.uintp(1)] += 1
    for task in range(n_tasks):
        starts[task + 1] += starts[task]
    for vote in range(len(tasks)):
        of = np.uintp(tasks[vote])
        place = np.uintp(starts[of])
        by_worker[place] = workers[vote]
        by_label[place] = labels[vote]
        starts[of] += 1
    # Each start has moved to its task's end, which is where the next task began.
    most = 0
    for task in range(n_tasks):
        most = max(most, starts[task] - (starts[task - 1] if task else 0))
    keys = np.empty(most, dtype=np.int64)
    # Unsigned offsets spare the inner loops the test for negative indices.
    kept: np.uintp = np.uintp(0)
    begin = np.uintp(0)
    for task in range(n_tasks):
        end = np.uintp(starts[task])
        starts[task] = kept
        kept = _sort_task(by_worker, by_label, begin, end, kept, keep_repeats, keys)
        begin = end
    starts[n_tasks] = kept
    return int(kept)


@inlined
def _sort_task(
    by_worker: Integers,
    by_label: Integers,
    begin: np.uintp,
    end: np.uintp,
    kept: np.uintp,
    keep_repeats: bool,
    keys: NDArray[np.int64],
) -> np.uintp:
    """Sort votes ``begin:end`` by worker and label and move them, less repeats, to ``kept`` on.

    A few votes are sorted by letting each new one sink past all before it with min and max: more comparisons
    than insertion needs, but no branch to guess.
    """
    size = end - begin
    if size > _FEW:
        _sort_many(by_worker, by_label, begin, size, keys)
    else:
        for vote in range(size):
            key = (np.int64(by_worker[begin + vote]) << 32) | np.int64(by_label[begin + vote])
            for before in range(vote):
                smaller = min(keys[before], key)
                key = max(keys[before], key)
                keys[before] = smaller
            keys[vote] = key
    last = np.int64(-1)
    for vote in range(size):
        key = keys[vote]
        by_worker[kept] = key >> 32
        by_label[kept] = key & 0xFFFFFFFF
        kept += np.uintp(keep_repeats | (key != last))
        last = key
    return kept


@compiled
def _sort_many(
    by_worker: Integers, by_label: Integers, begin: np.uintp, size: np.uintp, keys: NDArray[np.int64]
) -> None:
    """The keys of many votes, sorted; apart, because views would cost the short way its speed."""
    votes = slice(begin, begin + size)
    keys[:size] = np.sort((by_worker[votes].astype(np.int64) << 32) | by_label[votes])


@compiled
def spread_votes(
    starts: NDArray[np.int64], labels: Integers, gold: NDArray[np.int64], posterior: Floats
) -> None:
    """Write to ``posterior`` (N, K) each task's vote shares, one further vote being spread evenly; gold as
    1."""
    n_classes = posterior.shape[1]
    for task in range(len(starts) - 1):
        total = starts[task + 1] - starts[task] + 1.0
        for label in range(n_classes):
            posterior[task, label] = 0.0 if gold[task] >= 0 else 1.0 / n_classes / total
        if gold[task] >= 0:
            posterior[task, gold[task]] = 1.0
        else:
            for vote in range(starts[task], starts[task + 1]):
                posterior[task, labels[vote]] += 1.0 / total


@compiled
def tally(
    starts: NDArray[np.int64],
    workers: Integers,
    labels: Integers,
    gold: NDArray[np.int64],
    states: Floats,
    counts: Floats,
    sizes: Floats,
) -> None:
    """Add to ``counts`` (W, K, S) and ``sizes`` (S,) what ``states`` (N, S) make of the votes; as
    :func:`~assay.quality.sweeps.sweep`."""
    for task in range(len(starts) - 1):
        begin, end = starts[task], starts[task + 1]
        if end > begin or gold[task] >= 0:
            sizes += states[task]
        for vote in range(begin, end):
            count = counts[workers[vote], labels[vote]]
            for state in range(states.shape[1]):
                count[state] += states[task, state]


@compiled
def count_votes(workers: Integers, cast: NDArray[np.int64]) -> None:
    """Add to ``cast`` (W,) how many of ``workers`` (V,) each is."""
    for worker in workers:
        cast[np.uintp(worker)] += 1


@compiled
def add_agreement(
    starts: NDArray[np.int64],
    workers: Integers,
    labels: Integers,
    posterior: Floats,
    right: Floats,
    spread: Floats,
) -> None:
    """Add each vote's chance p of being right to its task (N,), and p(1-p) to its worker (W,)."""
    for task in range(len(starts) - 1):
        for vote in range(starts[task], starts[task + 1]):
            chance = posterior[task, labels[vote]]
            right[task] += chance
            spread[workers[vote]] += chance * (1.0 - chance)


@compiled
def best_classes(
    posterior: Floats, rounding: float, best: NDArray[np.int64], tied: NDArray[np.bool_]
) -> None:
    """Write each row's first class within ``rounding`` of the largest of ``posterior`` (N, K) to ``best``
    (N,), and to ``tied`` (N,) whether there are several."""
    for row in range(len(posterior)):
        least = posterior[row, 0]
        for label in range(1, posterior.shape[1]):
            least = max(least, posterior[row, label])
        least -= rounding
        found = 0
        for label in range(posterior.shape[1]):
            if posterior[row, label] >= least:
                if found == 0:
                    best[row] = label
                found += 1
        tied[row] = found > 1


@compiled
def shares(counts: Floats, smoothing: float, least: float, table: Floats) -> float:
    """Write to ``table`` (W, K, S) the shares over labels of ``counts`` + ``smoothing``, none below
    ``least``, and return the sum of their logarithms: one logarithm for many, of a product far from
    underflow."""
    surprise, product = 0.0, 1.0
    for worker in range(counts.shape[0]):
        for state in range(counts.shape[2]):
            total = 0.0
            for label in range(counts.shape[1]):
                total += counts[worker, label, state] + smoothing
            for label in range(counts.shape[1]):
                share = max((counts[worker, label, state] + smoothing) / total, least)
                table[worker, label, state] = share
                product *= share
                if product < 1e-200:
                    surprise += np.log(product)
                    product = 1.0
    return float(surprise + np.log(product))
