"""The answer most like all others, for answers that can be compared but not averaged: texts, orders.

Weighted generalised median restricted to the answers given (Kohonen 1985, “Median strings”).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.pooling import pool_similar

OPEN_ANSWERS = 1000
"""K for questions with endless answers: agreement by chance is rare, yet not impossible."""


def weighted_medoid(
    similarity: ArrayLike, given: Sequence[int], accuracy: Sequence[float], n_answers: int = OPEN_ANSWERS
) -> tuple[int, float]:
    """The index of the best of C distinct candidates, and the chance that it is right.

    ``similarity`` is ``(C, C)``, 0…1 with ones on the diagonal; ``given`` ``(V,)`` is the candidate each
    labeler gave and ``accuracy`` ``(V,)`` theirs. The probability is the candidate's expected similarity to
    the right answer, which counts a near copy as nearly right. Of equals the lowest index wins.
    """
    alike = np.asarray(similarity, dtype=np.float64)
    posterior = pool_similar(alike[:, list(given)], accuracy, max(n_answers, len(alike) + 1))
    # Rounded, so that a tie is a tie whatever order the sum was taken in.
    best = int(np.argmax(np.round(posterior, 12)))
    return best, float(min(alike[best] @ posterior, 1.0))


def edit_distance(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """Levenshtein distance: the fewest insertions, deletions and substitutions that make them equal.

    Bit-parallel (Myers 1999, in Hyyrö's 2003 form) over Python's long integers: one step for each symbol of
    the shorter, whatever the length of the longer up to a machine's word count.
    """
    if len(left) < len(right):
        left, right = right, left
    if not right:
        return len(left)
    positions: dict[Hashable, int] = {}
    for index, symbol in enumerate(left):
        positions[symbol] = positions.get(symbol, 0) | 1 << index
    full, last = (1 << len(left)) - 1, 1 << (len(left) - 1)
    plus, minus, distance = full, 0, len(left)
    for symbol in right:
        match = positions.get(symbol, 0)
        diagonal = (((match & plus) + plus) ^ plus) | match | minus
        up, down = minus | ~(diagonal | plus) & full, plus & diagonal
        distance += bool(up & last) - bool(down & last)
        up, down = (up << 1 | 1) & full, (down << 1) & full
        plus, minus = down | ~(diagonal | up) & full, up & diagonal
    return distance
