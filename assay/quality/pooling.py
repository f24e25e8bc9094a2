"""Pooling a few answers to one question, given each labeler's accuracy: naive Bayes with the one-coin model.

A labeler with accuracy a gives the right one of K answers with probability a and each wrong one with
(1 − a) / (K − 1) (Dawid & Skene 1979, one parameter; Zhang et al. 2014 call it one-coin). Fitting accuracies
is the work of the truth models; here they are known.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

MIN_EDGE = 0.01
"""Every labeler counts as at least this much better than chance, as a share of the way from chance to
perfect: a vote is never evidence against its own answer, and votes of beginners still break ties."""

MAX_ACCURACY = 0.999
"""Nobody counts as surer than this: one vote must never end a question for good."""


def bounded_accuracy(accuracy: ArrayLike, n_answers: int) -> NDArray[np.float64]:
    """Accuracies, any shape, moved into what pooling can use with K = ``n_answers``."""
    chance = 1.0 / n_answers
    return np.clip(np.asarray(accuracy, dtype=np.float64), chance + MIN_EDGE * (1.0 - chance), MAX_ACCURACY)


def log_odds(accuracy: ArrayLike, n_answers: int) -> NDArray[np.float64]:
    """ln(a (K − 1) / (1 − a)): by how much a vote raises its answer's log-probability; always above 0."""
    a = bounded_accuracy(accuracy, n_answers)
    return np.asarray(np.log(a) - np.log1p(-a) + np.log(n_answers - 1))


def pool_votes(votes: ArrayLike, accuracy: ArrayLike, n_answers: int) -> NDArray[np.float64]:
    """Posterior ``(K,)`` over answers from votes ``(V,)`` (indices below K) and accuracies ``(V,)``, flat
    prior."""
    if n_answers == 1:
        return np.ones(1)
    score = np.bincount(
        np.asarray(votes, dtype=np.intp), weights=log_odds(accuracy, n_answers), minlength=n_answers
    )
    return _softmax(score.astype(np.float64))


def pool_similar(similarity: ArrayLike, accuracy: ArrayLike, n_answers: int) -> NDArray[np.float64]:
    """Posterior ``(C,)`` of candidates where an answer also speaks for those that resemble it.

    ``similarity`` is ``(C, V)``: how alike candidate and answer are, 0…1. A vote of weight w supports a
    candidate by w times their similarity; the ``n_answers`` − C answers that nobody gave have no support.
    With similarity 0 or 1 this is :func:`pool_votes`. What is missing to a sum of 1 belongs to “none of
    these”.
    """
    support = np.asarray(similarity, dtype=np.float64) @ log_odds(accuracy, n_answers)
    unseen = max(n_answers - len(support), 0)
    shift = max(float(support.max()), 0.0)
    weight = np.exp(support - shift)
    return np.asarray(weight / (weight.sum() + unseen * np.exp(-shift)))


def _softmax(score: NDArray[np.float64]) -> NDArray[np.float64]:
    weight = np.exp(score - score.max())
    return np.asarray(weight / weight.sum())
