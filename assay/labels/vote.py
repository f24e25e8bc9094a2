"""Votes among finitely many answers: pooled at known accuracies, and the winner chosen."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from assay.labels.kind import Answer
from assay.quality.pooling import pool_votes

T = TypeVar("T", bound=Hashable)


def pool_answers(answers: Sequence[Answer], choices: Sequence[T]) -> dict[T, float]:
    """One-coin posterior over ``choices`` from answers whose values are among them."""
    index = {choice: i for i, choice in enumerate(choices)}
    # Sorted, because floating sums depend on their order and the result must not.
    votes = sorted((index[answer.value], answer.accuracy) for answer in answers)
    posterior = pool_votes([vote for vote, _ in votes], [accuracy for _, accuracy in votes], len(choices))
    return dict(zip(choices, posterior.tolist(), strict=True))


def elect_one(posterior: Mapping[T, float], order: Iterable[T]) -> tuple[T, float]:
    """The most probable answer and its probability; of equals the first in the question's ``order``.

    Answers the question no longer offers are passed over, unless there are no others.
    """
    known = [choice for choice in order if choice in posterior] or sorted(posterior, key=str)
    best = max(known, key=lambda choice: posterior[choice])
    return best, posterior[best]
