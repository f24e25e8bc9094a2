"""The passes of :mod:`assay.quality.sweeps` over votes with weights and sets (numba; ``quality`` extra).

A vote's chance is a sum over the classes that it leaves possible, raised to its weight; what it counts for is
shared among them as the rates have it. Logarithms are added, which is some ten times as slow as plain votes.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import NDArray

from assay.quality.kernels import compiled, inlined
from assay.quality.loose import Bools
from assay.quality.votes import Floats, Integers


@compiled
def sweep_loose(
    starts: NDArray[np.int64],
    workers: Integers,
    labels: Integers,
    weights: Floats,
    possible: Bools,
    gold: NDArray[np.int64],
    prior: Floats,
    table: Floats,
    states: Floats,
    counts: Floats,
    sizes: Floats,
) -> float:
    """As :func:`~assay.quality.sweeps.sweep`; ``weights`` are (V,), ``possible`` (V, K), or (0, K) where
    every vote names its label alone."""
    n_classes, n_states = table.shape[1], table.shape[2]
    per_class = n_states // n_classes
    step = 1 if len(prior) > 1 else 0
    scores, chances = np.empty(n_states), np.empty(n_states)
    evidence = 0.0
    for task in range(len(starts) - 1):
        begin, end, known = starts[task], starts[task + 1], gold[task]
        for state in range(n_states):
            ruled_out = known >= 0 and state // per_class != known
            scores[state] = -np.inf if ruled_out else log(prior[task * step, state])
        for vote in range(begin, end):
            rows = table[workers[vote]]
            _chances(rows, possible, vote, labels[vote], chances)
            for state in range(n_states):
                scores[state] += weights[vote] * log(chances[state])
        top = scores.max()
        total = 0.0
        for state in range(n_states):
            states[task, state] = exp(scores[state] - top)
            total += states[task, state]
        for state in range(n_states):
            states[task, state] /= total
        if end > begin or known >= 0:
            evidence += top + log(total)
            sizes += states[task]
        for vote in range(begin, end):
            rows, count = table[workers[vote]], counts[workers[vote]]
            _chances(rows, possible, vote, labels[vote], chances)
            for label in range(n_classes):
                if possible[vote, label] if len(possible) else label == labels[vote]:
                    for state in range(n_states):
                        share = rows[label, state] / chances[state]
                        count[label, state] += weights[vote] * states[task, state] * share
    return evidence


@inlined
def _chances(rows: Floats, possible: Bools, vote: int, label: int, chances: Floats) -> None:
    """P(vote | state), (S,), from the worker's ``rows`` (K, S)."""
    for state in range(len(chances)):
        chances[state] = rows[label, state]
    if len(possible):
        for other in range(label + 1, len(rows)):
            if possible[vote, other]:
                for state in range(len(chances)):
                    chances[state] += rows[other, state]


@compiled
def tally_loose(
    starts: NDArray[np.int64],
    workers: Integers,
    labels: Integers,
    weights: Floats,
    possible: Bools,
    gold: NDArray[np.int64],
    states: Floats,
    counts: Floats,
    sizes: Floats,
) -> None:
    """As :func:`~assay.quality.kernels.tally`: before rates are known, a set that holds a state's class says
    that class, and any other set each of its classes alike."""
    n_classes = counts.shape[1]
    per_class = states.shape[1] // n_classes
    for task in range(len(starts) - 1):
        begin, end = starts[task], starts[task + 1]
        if end > begin or gold[task] >= 0:
            sizes += states[task]
        for vote in range(begin, end):
            count = counts[workers[vote]]
            for state in range(states.shape[1]):
                gain = weights[vote] * states[task, state]
                truth = state // per_class
                if len(possible) == 0:
                    count[labels[vote], state] += gain
                elif possible[vote, truth]:
                    count[truth, state] += gain
                else:
                    named = possible[vote].sum()
                    for label in range(n_classes):
                        if possible[vote, label]:
                            count[label, state] += gain / named
