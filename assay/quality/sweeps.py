"""The fused pass of an iteration: one E step and the counts of the next M step (numba; ``quality`` extra).

Chances are multiplied, not their logarithms added: no exponentials. Eight factors of :data:`LEAST` and a
prior are above 1e-300, so scale is looked after at every eighth vote.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from assay.quality.kernels import compiled, inlined
from assay.quality.quad import add_quad
from assay.quality.votes import Floats, Integers

LEAST = 1e-30
"""The smallest chance in a table: as decisive as zero, and no product of a few underflows."""

NARROW = 4
"""How many states :func:`sweep_narrow` holds."""

Four = tuple[float, float, float, float]


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
    """
    n_classes, n_states = table.shape[1], table.shape[2]
    step = 1 if len(prior) > 1 else 0
    # Flat arrays and unsigned offsets spare the inner loops the test for negative indices.
    flat_table, flat_counts = table.ravel(), counts.ravel()
    chances, task_sizes = np.empty(n_states), np.zeros(n_states)
    evidence, product = 0.0, 1.0
    for task in range(len(starts) - 1):
        begin, end = np.uintp(starts[task]), np.uintp(starts[task + 1])
        _begin(chances, prior[task * step], gold[task], n_states // n_classes)
        evidence += _multiply(chances, flat_table, workers, labels, n_classes, begin, end)
        total = 0.0
        for state in range(n_states):
            total += chances[state]
        for state in range(n_states):
            chances[state] /= total
            states[task, state] = chances[state]
        if end > begin or gold[task] >= 0:
            # One logarithm for many tasks: their evidence's product, as long as it is far from underflow.
            product, lost = _joined(product, total)
            evidence += lost
            for state in range(n_states):
                task_sizes[state] += chances[state]
        _count(flat_counts, chances, workers, labels, n_classes, begin, end)
    sizes += task_sizes
    return evidence + log(product)


@inlined
def _joined(product: float, total: float) -> tuple[float, float]:
    """``product * total``, and the logarithm of what had to be taken out of it to stay above underflow."""
    if total < 1e-100:
        return product, log(total)
    product *= total
    if product < 1e-100:
        return 1.0, log(product)
    return product, 0.0


@inlined
def _begin(chances: Floats, prior: Floats, known: int, per_class: int) -> None:
    """The chances (S,) of a task before its votes; those of other classes than the known one are 0."""
    for state in range(len(chances)):
        ruled_out = known >= 0 and state // per_class != known
        chances[state] = 0.0 if ruled_out else prior[state]


@inlined
def _multiply(
    chances: Floats,
    flat_table: Floats,
    workers: Integers,
    labels: Integers,
    n_classes: int,
    begin: np.uintp,
    end: np.uintp,
) -> float:
    """Multiply ``chances`` (S,) by those of votes ``begin:end``; the log of what was divided out."""
    n_states, scale = len(chances), 0.0
    for vote in range(begin, end):
        row = (np.uintp(workers[vote]) * np.uintp(n_classes) + np.uintp(labels[vote])) * np.uintp(n_states)
        for state in range(n_states):
            chances[state] *= flat_table[row + np.uintp(state)]
        if (vote - begin) & np.uintp(7) == np.uintp(7):
            top = chances[0]
            for state in range(1, n_states):
                top = max(top, chances[state])
            if top < 1e-60:
                scale += log(top)
                for state in range(n_states):
                    chances[state] /= top
    return scale


@inlined
def _count(
    flat_counts: Floats,
    chances: Floats,
    workers: Integers,
    labels: Integers,
    n_classes: int,
    begin: np.uintp,
    end: np.uintp,
) -> None:
    """Add a task's ``chances`` (S,) to the counts of votes ``begin:end``."""
    n_states = len(chances)
    for vote in range(begin, end):
        row = (np.uintp(workers[vote]) * np.uintp(n_classes) + np.uintp(labels[vote])) * np.uintp(n_states)
        for state in range(n_states):
            flat_counts[row + np.uintp(state)] += chances[state]


@compiled
def vote_rows(workers: Integers, labels: Integers, n_classes: int, rows: NDArray[np.uint32]) -> None:
    """Write to ``rows`` (V,) where each vote's line begins in the flat ``cells`` of :func:`sweep_narrow`."""
    for vote in range(len(rows)):
        rows[vote] = (workers[vote] * n_classes + labels[vote]) * 2 * NARROW


@compiled
def sweep_narrow(
    starts: NDArray[np.int64],
    rows: NDArray[np.uint32],
    gold: NDArray[np.int64],
    prior: Floats,
    cells: Floats,
    states: Floats,
    sizes: Floats,
) -> float:
    """:func:`sweep` for at most four states, twice as fast: a task's chances stay in registers.

    ``cells`` (W, K, 8) holds P(label | state), padded to four states, and beside it the expected counts that
    are added to, so that a vote touches one line of cache. ``prior`` (1 or N, 4) is padded with 0, ``sizes``
    is (4,), ``states`` (N, S) is not padded; ``rows`` are those of :func:`vote_rows`.
    """
    per_class = states.shape[1] // cells.shape[1]
    step = 1 if len(prior) > 1 else 0
    flat = cells.ravel()
    size_a = size_b = size_c = size_d = 0.0
    evidence, product = 0.0, 1.0
    for task in range(len(starts) - 1):
        begin, end = np.uintp(starts[task]), np.uintp(starts[task + 1])
        known = gold[task]
        chances = _begin_narrow(prior, task * step, known, per_class)
        a, b, c, d, scale = _multiply_narrow(chances, flat, rows, begin, end)
        total = (a + b) + (c + d)
        share = 1.0 / total
        a, b, c, d = a * share, b * share, c * share, d * share
        _write_narrow(states, task, (a, b, c, d))
        if end > begin or known >= 0:
            product, lost = _joined(product, total)
            evidence += scale + lost
            size_a, size_b, size_c, size_d = size_a + a, size_b + b, size_c + c, size_d + d
        for vote in range(begin, end):
            add_quad(flat, np.uintp(rows[vote]) + np.uintp(NARROW), a, b, c, d)
    sizes[0] += size_a
    sizes[1] += size_b
    sizes[2] += size_c
    sizes[3] += size_d
    return evidence + log(product)


@inlined
def _begin_narrow(prior: Floats, line: int, known: int, per_class: int) -> Four:
    a, b, c, d = prior[line, 0], prior[line, 1], prior[line, 2], prior[line, 3]
    if known >= 0:
        a = a if known == 0 else 0.0
        b = b if known == 1 // per_class else 0.0
        c = c if known == 2 // per_class else 0.0
        d = d if known == 3 // per_class else 0.0
    return a, b, c, d


@inlined
def _multiply_narrow(
    chances: Four, flat: Floats, rows: NDArray[np.uint32], begin: np.uintp, end: np.uintp
) -> tuple[float, float, float, float, float]:
    """The four chances after votes ``begin:end``, and the log of what was divided out."""
    one, two, three, eight = np.uintp(1), np.uintp(2), np.uintp(3), np.uintp(8)
    a, b, c, d = chances
    scale, first = 0.0, begin
    while first < end:
        stop = end if end - first < eight else first + eight
        for vote in range(first, stop):
            row = np.uintp(rows[vote])
            a *= flat[row]
            b *= flat[row + one]
            c *= flat[row + two]
            d *= flat[row + three]
        first = stop
        if first < end:
            top = max(max(a, b), max(c, d))
            if top < 1e-60:
                scale += log(top)
                a, b, c, d = a / top, b / top, c / top, d / top
    return a, b, c, d, scale


@inlined
def _write_narrow(states: Floats, task: int, chances: Four) -> None:
    states[task, 0] = chances[0]
    if states.shape[1] > 1:
        states[task, 1] = chances[1]
    if states.shape[1] > 2:
        states[task, 2] = chances[2]
    if states.shape[1] > 3:
        states[task, 3] = chances[3]
