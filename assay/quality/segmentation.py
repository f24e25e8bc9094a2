"""Spans of a text from several workers: which are there, and the chance that each is exactly right.

The truth is a chain of hidden tags, outside (O), begin (B) and inside (I) of each class, in which I follows
only B or I of its class. What a worker says of a token depends on the true tag and on whether the worker is
within a span, by habits of the worker's own: how often a span is missed, invented, begun late, ended early or
given a wrong class, the same for all classes, so that a class of which few spans exist is not learned as a
class that nobody sees. A. T. Nguyen et al. (2017), "Aggregating and predicting sequence labels from crowd
annotations", ACL (HMM-Crowd); E. Simpson, I. Gurevych (2019), "A Bayesian approach for sequence tagging with
crowds", EMNLP (workers who remember their last tag: a long slip is not many). A worker's habits are drawn
towards the crowd's. The fit is expectation–maximisation from the vote shares. What one worker in several
marks may be an invention or what the others missed; where workers miss half and invent much, no votes can
tell, and probabilities are too high.

Letters: N texts, W workers, K classes, T tokens, A answers, S = 2 K + 1 tags: 0 is O, 1 + 2 k is B and
2 + 2 k is I of class k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.quality.arrays import FloatArray, IntArray, read_count, read_indices, refuse

CROWD_TAGS = 20.0
"""The crowd's habits count for this many of a worker's own tags in each situation."""

USUAL = 10.0 * np.array(
    [
        [[0.90, 0.10, 0.00, 0.00], [0.20, 0.70, 0.10, 0.00], [0.70, 0.20, 0.10, 0.00]],
        [[0.80, 0.10, 0.00, 0.10], [0.20, 0.50, 0.10, 0.20], [0.10, 0.05, 0.05, 0.80]],
    ]
)
"""Ten tags of the crowd in each situation before anything is known: outside and within a span of the worker's
own, by true O, B and I: how many are told as O, as B of the right class (of any, where truth is O), as B of
another, and as I."""

UNSEEN = 1.0
"""Added to the count of each possible pair of neighbouring tags."""

LEAST = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segmentation:
    """P distinct spans: all that anyone marked; all values are finite.

    Spans of one text that share tokens have probabilities that sum to at most 1, so that those above one
    half never overlap.
    """

    text: IntArray
    """(P,)"""
    start: IntArray
    """(P,) the first token."""
    end: IntArray
    """(P,) the token after the last."""
    class_index: IntArray
    """(P,)"""
    probability: FloatArray
    """(P,) that the span is there with exactly these ends and this class."""
    worker_habits: FloatArray
    """(W, 2, 3, 4): how often each worker, outside and within a span of the worker's own, tells true O, B and
    I as O, as B of the right class (of any, where truth is O), as B of another, and as I."""
    converged: bool
    n_iterations: int


def infer_spans(
    texts: ArrayLike,
    workers: ArrayLike,
    tags: Sequence[ArrayLike],
    n_classes: int,
    *,
    max_iterations: int = 100,
    tol: float = 1e-4,
) -> Segmentation:
    """The spans of N texts from A answers.

    ``texts`` and ``workers`` (A,) are indices, ``tags`` A sequences of tags, one for each token of the text,
    all of a text's equally long. The fit stops when no token's chance moves by ``tol``. Raises ``Invalid``,
    also for an I that follows neither B nor I of its class.
    """
    crowd = _read(texts, workers, tags, read_count(n_classes, "n_classes"))
    posterior, done, step = _vote_shares(crowd), False, 0
    pairs = _pairs_of(posterior, crowd)
    while not done and step < read_count(max_iterations, "max_iterations"):
        habits, follows = _habits(posterior, crowd), _follows(pairs, posterior, crowd)
        before, (posterior, pairs, chain) = (
            posterior,
            _smooth(_expanded(habits, crowd.n_tags), follows, crowd),
        )
        step += 1
        done = float(np.abs(posterior - before).max()) < tol
    spans = _marked(crowd)
    return Segmentation(
        text=spans[:, 0],
        start=spans[:, 1],
        end=spans[:, 2],
        class_index=spans[:, 3],
        probability=np.array([_chance(span, posterior, chain, crowd) for span in spans.tolist()]),
        worker_habits=habits,
        converged=done,
        n_iterations=step,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Crowd:
    """Answers laid out in a table of N texts by the longest text's L tokens."""

    lengths: IntArray
    """(N,)"""
    cell: IntArray
    """(V,) the token, as text · L + place, that each vote is for."""
    worker: IntArray
    within: IntArray
    """(V,) 1 where the worker's last tag was not O."""
    tag: IntArray
    n_workers: int
    n_tags: int

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.lengths), int(self.lengths.max()), self.n_tags

    @property
    def there(self) -> NDArray[np.bool_]:
        """(N, L) where a text has a token."""
        return np.asarray(np.arange(self.shape[1]) < self.lengths[:, None])


def _read(texts: ArrayLike, workers: ArrayLike, tags: Sequence[ArrayLike], n_classes: int) -> _Crowd:
    text_of = read_indices(texts, "texts", length=len(tags))
    worker_of = read_indices(workers, "workers", length=len(tags))
    n_tags = 2 * n_classes + 1
    told = [read_indices(answer, "tags", below=n_tags) for answer in tags]
    if not told or min(map(len, told)) == 0:
        raise refuse("tags", "must hold at least one answer, and each at least one token", 1)
    lengths = np.full(int(text_of.max()) + 1, 0)
    for text, answer in zip(text_of.tolist(), told, strict=True):
        if lengths[text] not in (0, len(answer)):
            raise refuse("tags", "must be equally many in all answers to one text", int(lengths[text]))
        lengths[text] = len(answer)
        before = np.concatenate([[0], answer[:-1]])
        inside = (answer > 0) & (answer % 2 == 0)
        if (inside & (before != answer) & (before != answer - 1)).any():
            raise refuse("tags", "must begin a span before they are inside it")
    if (lengths == 0).any():
        raise refuse("texts", "must name every text at least once", 1)
    sizes = np.array([len(answer) for answer in told])
    place = np.concatenate([np.arange(size) for size in sizes.tolist()])
    return _Crowd(
        lengths=lengths,
        cell=np.repeat(text_of, sizes) * int(lengths.max()) + place,
        worker=np.repeat(worker_of, sizes),
        within=np.concatenate([np.concatenate([[0], answer[:-1] > 0]) for answer in told]).astype(np.int64),
        tag=np.concatenate(told),
        n_workers=int(worker_of.max()) + 1,
        n_tags=n_tags,
    )


def _vote_shares(crowd: _Crowd) -> FloatArray:
    n, length, s = crowd.shape
    votes = np.bincount(crowd.cell * s + crowd.tag, minlength=n * length * s).reshape(n, length, s)
    return np.asarray(votes / np.maximum(votes.sum(axis=2, keepdims=True), 1))


def _pairs_of(posterior: FloatArray, crowd: _Crowd) -> FloatArray:
    both = crowd.there[:, 1:, None]
    return np.asarray(np.einsum("nta,ntb->ab", posterior[:, :-1] * both, posterior[:, 1:] * both))


def _habits(posterior: FloatArray, crowd: _Crowd) -> FloatArray:
    """(W, 2, 3, 4) from expected counts, each worker's drawn towards the crowd's."""
    s, belief = crowd.n_tags, posterior.reshape(-1, crowd.n_tags)[crowd.cell]
    told = (2 * crowd.worker + crowd.within) * s + crowd.tag
    n_told = 2 * crowd.n_workers * s
    counts = np.stack([np.bincount(told, column, n_told).reshape(-1, s) for column in belief.T], axis=1)
    true, outcome, _ = _outcomes(s)
    places = [counts[:, (true[:, None] * 4 + outcome) == place].sum(axis=1) for place in range(12)]
    habits = np.stack(places, axis=1).reshape(-1, 2, 3, 4)
    pooled = habits.sum(axis=0) + USUAL
    habits = habits + CROWD_TAGS * pooled / pooled.sum(axis=2, keepdims=True)
    return np.asarray(habits / habits.sum(axis=3, keepdims=True))


def _outcomes(n_tags: int) -> tuple[IntArray, IntArray, FloatArray]:
    """The kind of each true tag (S,): O, B, I; what each told tag is to it (S, S); and among how many tags
    that outcome is shared (S, S)."""
    tag = np.arange(n_tags)
    true = np.where(tag == 0, 0, 2 - tag % 2)
    n_classes, same = n_tags // 2, (tag[:, None] + 1) // 2 == (tag[None, :] + 1) // 2
    begins = np.where(same | (tag[:, None] == 0), 1, 2)
    outcome = np.where(true[None, :] == 0, 0, np.where(true[None, :] == 1, begins, 3))
    among = np.where(
        outcome == 2, n_classes - 1, np.where((outcome == 1) & (true[:, None] == 0), n_classes, 1)
    )
    return true.astype(np.int64), outcome.astype(np.int64), among.astype(np.float64)


def _expanded(habits: FloatArray, n_tags: int) -> FloatArray:
    """Habits as P(told tag | true tag), (W, 2, S, S)."""
    true, outcome, among = _outcomes(n_tags)
    return np.asarray(np.maximum(habits[:, :, true[:, None], outcome] / among, LEAST))


def _follows(pairs: FloatArray, posterior: FloatArray, crowd: _Crowd) -> FloatArray:
    """(S + 1, S): the chance of each tag after each other, and in the last row as the first of a text."""
    s = crowd.n_tags
    inside = (np.arange(s) > 0) & (np.arange(s) % 2 == 0)
    own = np.abs(np.arange(s + 1)[:, None] * 2 - 2 * np.arange(s) + 1) == 1
    counts = np.vstack([pairs, posterior[:, 0].sum(axis=0)]) + UNSEEN
    counts[:, inside] *= own[:, inside]
    counts[s, inside] = 0.0
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chain:
    follows: FloatArray
    ahead: FloatArray
    """(N, L, S): how well a tag explains its own votes and, through the chain, all later ones."""


def _smooth(
    confusion: FloatArray, follows: FloatArray, crowd: _Crowd
) -> tuple[FloatArray, FloatArray, _Chain]:
    """Each token's chances (N, L, S), expected pairs of neighbours (S, S), and what spans need."""
    n, length, s = crowd.shape
    by_vote = np.log(confusion[crowd.worker, crowd.within, :, crowd.tag])
    log_seen = np.stack([np.bincount(crowd.cell, column, n * length) for column in by_vote.T], axis=1)
    seen = np.exp(log_seen - log_seen.max(axis=1, keepdims=True)).reshape(n, length, s)
    step, there = follows[:s], crowd.there[:, :, None]
    forward, ahead = np.empty((n, length, s)), np.where(there, seen, 1.0)
    forward[:, 0] = _scaled(follows[s] * seen[:, 0])
    for t in range(1, length):
        moved = _scaled((forward[:, t - 1] @ step) * seen[:, t])
        forward[:, t] = np.where(there[:, t], moved, forward[:, t - 1])
    for t in range(length - 2, -1, -1):
        behind = np.where(there[:, t + 1], ahead[:, t + 1] @ step.T, 1.0)
        ahead[:, t] = _scaled(seen[:, t] * behind)
    later = np.ones((n, length, s))
    later[:, :-1] = np.where(there[:, 1:], ahead[:, 1:] @ step.T, 1.0)
    posterior = np.where(there, _scaled(forward * later), 0.0)
    joint = forward[:, :-1, :, None] * step * ahead[:, 1:, None, :]
    joint /= np.maximum(joint.sum(axis=(2, 3), keepdims=True), LEAST)
    pairs = (joint * there[:, 1:, :, None]).sum(axis=(0, 1))
    return posterior, pairs, _Chain(follows=step, ahead=ahead)


def _scaled(values: FloatArray) -> FloatArray:
    return np.asarray(values / np.maximum(values.sum(axis=-1, keepdims=True), LEAST))


def _marked(crowd: _Crowd) -> IntArray:
    """(P, 4): text, start, end and class of each distinct span that anyone marked."""
    length = crowd.shape[1]
    found: set[tuple[int, int, int, int]] = set()
    begins = np.flatnonzero(crowd.tag % 2 == 1)
    for vote in begins.tolist():
        tag, end = int(crowd.tag[vote]), vote + 1
        # The answer's next votes lie side by side; a new answer starts at a text's first token.
        while (
            end < len(crowd.tag) and crowd.tag[end] == tag + 1 and crowd.cell[end] == crowd.cell[end - 1] + 1
        ):
            end += 1
        text, start = divmod(int(crowd.cell[vote]), length)
        found.add((text, start, start + end - vote, tag // 2))
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 4)


def _chance(span: list[int], posterior: FloatArray, chain: _Chain, crowd: _Crowd) -> float:
    """That the tags are B, then I up to the end, and no I after it."""
    text, start, end, class_index = span
    begin, inside = 1 + 2 * class_index, 2 + 2 * class_index
    chance, tag = float(posterior[text, start, begin]), begin
    for place in range(start + 1, min(end + 1, int(crowd.lengths[text]))):
        weight = chain.follows[tag] * chain.ahead[text, place]
        goes_on = float(weight[inside] / max(float(weight.sum()), LEAST))
        chance *= goes_on if place < end else 1.0 - goes_on
        tag = inside
    return chance
