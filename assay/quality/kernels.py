"""Compiled passes over the votes (numba; the ``quality`` extra). Imported only where used.

Every pass reads the votes once, in task order, and keeps nothing of size V: what is needed of a vote is
recomputed from its worker's table, which stays in cache.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from assay.quality.votes import Floats, Integers

LEAST = 1e-30
"""The smallest chance in a table: as decisive as zero, and no product of a few underflows."""

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """``function`` compiled on first use, kept on disk, with its Python type."""
    return cast(Function, njit(cache=True, nogil=True)(function))


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
    """Counting sort by task, then insertion sort of each task's few votes, dropping repeats in place."""
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
    kept = 0
    begin = 0
    for task in range(n_tasks):
        end = starts[task]
        starts[task] = kept
        kept = _sort_task(by_worker, by_label, begin, end, kept, keep_repeats)
        begin = end
    starts[n_tasks] = kept
    return kept


@compiled
def _sort_task(
    by_worker: Integers, by_label: Integers, begin: int, end: int, kept: int, keep_repeats: bool
) -> int:
    """Sort votes ``begin:end`` by worker and label and move them, less repeats, to ``kept`` on."""
    if end - begin > 64:
        order = np.argsort(by_worker[begin:end].astype(np.int64) * (1 << 32) + by_label[begin:end])
        by_worker[begin:end] = by_worker[begin:end][order]
        by_label[begin:end] = by_label[begin:end][order]
    for vote in range(begin + 1, end):
        worker, label = by_worker[vote], by_label[vote]
        place = vote
        while place > begin and (
            by_worker[place - 1] > worker or (by_worker[place - 1] == worker and by_label[place - 1] > label)
        ):
            by_worker[place] = by_worker[place - 1]
            by_label[place] = by_label[place - 1]
            place -= 1
        by_worker[place] = worker
        by_label[place] = label
    first = kept
    for vote in range(begin, end):
        repeat = (
            kept > first and by_worker[kept - 1] == by_worker[vote] and by_label[kept - 1] == by_label[vote]
        )
        if keep_repeats or not repeat:
            by_worker[kept] = by_worker[vote]
            by_label[kept] = by_label[vote]
            kept += 1
    return kept


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
    :func:`sweep`."""
    for task in range(len(starts) - 1):
        begin, end = starts[task], starts[task + 1]
        if end > begin or gold[task] >= 0:
            sizes += states[task]
        for vote in range(begin, end):
            count = counts[workers[vote], labels[vote]]
            for state in range(states.shape[1]):
                count[state] += states[task, state]


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
def sweep(
    starts: NDArray[np.int64],
    workers: Integers,
    labels: Integers,
    gold: NDArray[np.int64],
    prior: Floats,
    table: Floats,
    states: Floats,
    counts: Floats,
    sizes: Floats,
) -> float:
    """One E step and the counts of the next M step, in one pass.

    ``prior`` is (1, S) or (N, S) over S latent states, S a multiple of K with states of one class side by
    side; ``table`` is P(label | state) as (W, K, S); neither holds less than :data:`LEAST`. ``gold`` (N,) is
    -1 where unknown. ``states`` (N, S) is written, expected counts are added to ``counts`` (W, K, S) and
    ``sizes`` (S,), and the sum over tasks of the log evidence is returned. Tasks without votes or gold get
    their prior and count for nothing.

    Chances are multiplied, not their logarithms added: no exponentials. Four factors of :data:`LEAST` are far
    from underflow, so scale is looked after at every fourth vote.
    """
    n_classes, n_states = table.shape[1], table.shape[2]
    per_class = n_states // n_classes
    step = 1 if len(prior) > 1 else 0
    # Flat arrays and unsigned offsets spare the inner loops the test for negative indices.
    flat_table, flat_counts, flat_states = table.ravel(), counts.ravel(), states.ravel()
    chances, task_sizes = np.empty(n_states), np.zeros(n_states)
    evidence, product = 0.0, 1.0
    for task in range(len(starts) - 1):
        begin, end = np.uintp(starts[task]), np.uintp(starts[task + 1])
        for state in range(n_states):
            chances[state] = prior[task * step, state]
        if gold[task] >= 0:
            for state in range(n_states):
                if state // per_class != gold[task]:
                    chances[state] = 0.0
        for vote in range(begin, end):
            row = (np.uintp(workers[vote]) * np.uintp(n_classes) + np.uintp(labels[vote])) * np.uintp(
                n_states
            )
            for state in range(n_states):
                chances[state] *= flat_table[row + np.uintp(state)]
            if (vote - begin) & np.uintp(3) == np.uintp(3):
                top = chances[0]
                for state in range(1, n_states):
                    top = max(top, chances[state])
                if top < 1e-60:
                    evidence += log(top)
                    for state in range(n_states):
                        chances[state] /= top
        total = 0.0
        for state in range(n_states):
            total += chances[state]
        row = np.uintp(task) * np.uintp(n_states)
        for state in range(n_states):
            chances[state] /= total
            flat_states[row + np.uintp(state)] = chances[state]
        if end > begin or gold[task] >= 0:
            # One logarithm for many tasks: their evidence's product, as long as it is far from underflow.
            product *= total
            if product < 1e-80:
                evidence += log(product)
                product = 1.0
            for state in range(n_states):
                task_sizes[state] += chances[state]
        for vote in range(begin, end):
            row = (np.uintp(workers[vote]) * np.uintp(n_classes) + np.uintp(labels[vote])) * np.uintp(
                n_states
            )
            for state in range(n_states):
                flat_counts[row + np.uintp(state)] += chances[state]
    sizes += task_sizes
    return evidence + log(product)


NARROW = 4
"""How many states :func:`sweep_narrow` holds."""


@compiled
def sweep_narrow(
    starts: NDArray[np.int64],
    workers: Integers,
    labels: Integers,
    gold: NDArray[np.int64],
    prior: Floats,
    table: Floats,
    states: Floats,
    counts: Floats,
    sizes: Floats,
) -> float:
    """:func:`sweep` for at most four states, twice as fast: a task's chances stay in registers.

    ``prior`` (1 or N, 4), ``table`` (W, K, 4), ``counts`` (W, K, 4) and ``sizes`` (4,) are padded to four
    states, ``prior`` with 0; ``states`` (N, S) is not.
    """
    n_classes, n_states = table.shape[1], states.shape[1]
    per_class = n_states // n_classes
    step = 1 if len(prior) > 1 else 0
    flat_table, flat_counts = table.ravel(), counts.ravel()
    one, two, three, four = np.uintp(1), np.uintp(2), np.uintp(3), np.uintp(4)
    size_a = size_b = size_c = size_d = 0.0
    evidence, product = 0.0, 1.0
    for task in range(len(starts) - 1):
        begin, end = np.uintp(starts[task]), np.uintp(starts[task + 1])
        known = gold[task]
        line = task * step
        a, b, c, d = prior[line, 0], prior[line, 1], prior[line, 2], prior[line, 3]
        if known >= 0:
            a = a if known == 0 else 0.0
            b = b if known == 1 // per_class else 0.0
            c = c if known == 2 // per_class else 0.0
            d = d if known == 3 // per_class else 0.0
        for vote in range(begin, end):
            row = (np.uintp(workers[vote]) * np.uintp(n_classes) + np.uintp(labels[vote])) * four
            a *= flat_table[row]
            b *= flat_table[row + one]
            c *= flat_table[row + two]
            d *= flat_table[row + three]
            if (vote - begin) & three == three:
                top = max(max(a, b), max(c, d))
                if top < 1e-60:
                    evidence += log(top)
                    a, b, c, d = a / top, b / top, c / top, d / top
        total = (a + b) + (c + d)
        a, b, c, d = a / total, b / total, c / total, d / total
        states[task, 0] = a
        if n_states > 1:
            states[task, 1] = b
        if n_states > 2:
            states[task, 2] = c
        if n_states > 3:
            states[task, 3] = d
        if end > begin or known >= 0:
            product *= total
            if product < 1e-80:
                evidence += log(product)
                product = 1.0
            size_a += a
            size_b += b
            size_c += c
            size_d += d
        for vote in range(begin, end):
            row = (np.uintp(workers[vote]) * np.uintp(n_classes) + np.uintp(labels[vote])) * four
            flat_counts[row] += a
            flat_counts[row + one] += b
            flat_counts[row + two] += c
            flat_counts[row + three] += d
    sizes[0] += size_a
    sizes[1] += size_b
    sizes[2] += size_c
    sizes[3] += size_d
    return evidence + log(product)
