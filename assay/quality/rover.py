"""One transcript from many: words aligned into slots, each slot put to a vote.

Transcripts are aligned one after another into a network of slots, each slot holding every transcript's word
or its silence; the cheapest edit path decides, a word costing the share of the slot's weight that disagrees.
Each slot then goes to the word (or silence) with the most weight. J. G. Fiscus (1997), "A post-processing
system to yield reduced word error rates: Recognizer Output Voting Error Reduction (ROVER)", ASRU. Beyond it:
the transcript closest to all others goes first, so that the network does not inherit an outlier's order, and
labelers weigh by how well they agree with the result (:func:`rover_crowd`), re-estimated over all items
together.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, IntArray, read_count, read_indices, read_rate, read_reals, refuse
from assay.quality.medoid import edit_distance

Words = Sequence[Hashable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The words that won, with each one's share of the weight."""

    words: tuple[Hashable, ...]
    confidence: FloatArray
    """(L,) share of the weight behind each word, in (0, 1]."""


def rover(
    transcripts: Sequence[Words], weights: ArrayLike | None = None, *, silence: float = 0.5
) -> Transcript:
    """The voted transcript of V word sequences with ``weights`` (V,) > 0 (default: equal).

    ``silence`` is the share of a slot's weight that must be silent for the slot to stay empty; ties between
    words go to the transcript aligned first. Raises ``Invalid``.
    """
    if not transcripts:
        raise refuse("transcripts", "must hold at least one", 1)
    weight = read_reals(
        np.ones(len(transcripts)) if weights is None else weights, "weights", length=len(transcripts)
    )
    if weight.min() <= 0:
        raise refuse("weights", "must be positive", 0)
    read_rate(silence, "silence")
    distance = np.array([[edit_distance(a, b) for b in transcripts] for a in transcripts], dtype=np.float64)
    order = np.argsort(distance @ weight, kind="stable")
    slots: list[dict[Hashable, float]] = []
    spoken = 0.0
    for position in order:
        slots = _joined(slots, spoken, transcripts[position], float(weight[position]))
        spoken += float(weight[position])
    return _voted(slots, spoken, silence)


def _joined(
    slots: list[dict[Hashable, float]], spoken: float, words: Words, weight: float
) -> list[dict[Hashable, float]]:
    """The slots with one more transcript of ``weight`` aligned in; ``spoken`` is the weight before it."""
    if not slots:
        return [{word: weight} for word in words]
    cost = _costs(slots, spoken, words)
    i, j, path = len(slots), len(words), []
    while i or j:
        if (
            i
            and j
            and np.isclose(cost[i, j], cost[i - 1, j - 1] + _mismatch(slots[i - 1], words[j - 1], spoken))
        ):
            i, j = i - 1, j - 1
            path.append({**slots[i], words[j]: slots[i].get(words[j], 0.0) + weight})
        elif i and np.isclose(cost[i, j], cost[i - 1, j] + _loudness(slots[i - 1], spoken)):
            i -= 1
            path.append(slots[i])
        else:
            j -= 1
            path.append({words[j]: weight})
    return path[::-1]


def _mismatch(slot: dict[Hashable, float], word: Hashable, spoken: float) -> float:
    return 1 - slot.get(word, 0.0) / spoken


def _loudness(slot: dict[Hashable, float], spoken: float) -> float:
    """What it costs to be silent in a slot: the weight that is not."""
    return sum(slot.values()) / spoken


def _costs(slots: list[dict[Hashable, float]], spoken: float, words: Words) -> FloatArray:
    cost = np.zeros((len(slots) + 1, len(words) + 1))
    cost[:, 0] = np.concatenate(([0.0], np.cumsum([_loudness(slot, spoken) for slot in slots])))
    cost[0, :] = np.arange(len(words) + 1)
    for i, slot in enumerate(slots, start=1):
        loud = _loudness(slot, spoken)
        for j, word in enumerate(words, start=1):
            cost[i, j] = min(
                cost[i - 1, j - 1] + _mismatch(slot, word, spoken), cost[i - 1, j] + loud, cost[i, j - 1] + 1
            )
    return cost


def _voted(slots: list[dict[Hashable, float]], spoken: float, silence: float) -> Transcript:
    words, confidence = [], []
    for slot in slots:
        best = max(slot, key=lambda word: slot[word])  # the first of equals: dictionaries keep their order
        silent = spoken - sum(slot.values())
        if silent < silence * spoken or slot[best] > silent:
            words.append(best)
            confidence.append(slot[best] / spoken)
    return Transcript(words=tuple(words), confidence=np.minimum(np.array(confidence, dtype=np.float64), 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribedCrowd:
    """A transcript for each of N items and a weight for each of W labelers."""

    transcripts: tuple[Transcript, ...]
    """By item, in the order of the item numbers that occur."""
    items: IntArray
    """(N,) those numbers."""
    worker_error: FloatArray
    """(W,) word error rate of each labeler against the result, shrunk to the mean of all."""


def rover_crowd(
    tasks: ArrayLike,
    workers: ArrayLike,
    transcripts: Sequence[Words],
    *,
    n_rounds: int = 2,
    silence: float = 0.5,
) -> TranscribedCrowd:
    """Transcripts of all items and labelers' error rates in turn, from V answers.

    A labeler's weight is the log odds of being right, as for votes that err independently. Raises
    ``Invalid``.
    """
    task = read_indices(tasks, "tasks", length=len(transcripts))
    worker = read_indices(workers, "workers", length=len(transcripts))
    if not len(task):
        raise refuse("transcripts", "must hold at least one", 1)
    items, position = np.unique(task, return_inverse=True)
    groups = np.split(np.argsort(position, kind="stable"), np.cumsum(np.bincount(position))[:-1])
    error = np.full(int(worker.max()) + 1, 0.25)
    for _ in range(read_count(n_rounds, "n_rounds")):
        weight = np.log((1 - error) / error)
        found = [
            rover([transcripts[v] for v in group], weight[worker[group]], silence=silence) for group in groups
        ]
        error = _worker_error(worker, position, transcripts, found, len(error))
    return TranscribedCrowd(transcripts=tuple(found), items=items, worker_error=error)


def _worker_error(
    worker: IntArray, position: IntArray, transcripts: Sequence[Words], found: list[Transcript], size: int
) -> FloatArray:
    wrong = np.array(
        [edit_distance(words, found[i].words) for words, i in zip(transcripts, position, strict=True)]
    )
    length = np.array(
        [max(len(words), len(found[i].words)) for words, i in zip(transcripts, position, strict=True)]
    )
    mean = (wrong.sum() + 1) / (length.sum() + 4)
    prior = 20.0  # words that the crowd's mean counts for
    rate = (np.bincount(worker, wrong, size) + prior * mean) / (np.bincount(worker, length, size) + prior)
    return np.asarray(np.clip(rate, 0.01, 0.45))
