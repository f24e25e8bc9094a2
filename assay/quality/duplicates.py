"""Near-duplicates, and those whose labels differ: two copies of one item cannot both be right.

Items whose embeddings have a cosine similarity at or above a threshold are linked; linked items form groups.
All pairs are compared block by block, exactly: N² D multiplications, a few seconds for 50,000 items, and
memory for one block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from assay.quality.arrays import (
    FloatArray,
    IntArray,
    read_count,
    read_matrix,
    read_probabilities,
    read_rate,
    refuse,
)

MAX_PAIRS = 20_000_000
"""Linked pairs that are kept; more means that the threshold is far too low."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Links among N items."""

    group: IntArray
    """(N,) number of each item's group; an item without duplicate is alone in its own."""
    n_groups: int
    pairs: IntArray
    """(P, 2) linked items, lower index first."""
    similarity: FloatArray
    """(P,) cosine similarity."""


def find_duplicates(embeddings: ArrayLike, *, threshold: float = 0.95, block: int = 2048) -> Duplicates:
    """Links of ``embeddings`` (N, D), any length but zero. Raises ``Invalid``."""
    given = read_matrix(embeddings, "embeddings")
    if given.size and np.abs(given).max() > 1e150:
        raise refuse("embeddings", "must not hold numbers beyond 1e150", 1e150)
    length = np.linalg.norm(given, axis=1, keepdims=True)
    if len(given) and length.min() == 0:
        raise refuse("embeddings", "must not hold a zero vector")
    vectors = (given / length).astype(np.float32)
    least = read_rate(threshold, "threshold", high=1 + 1e-9)
    rows = read_count(block, "block")
    pairs, similar, total = [np.zeros((0, 2), dtype=np.int64)], [np.zeros(0)], 0
    for start in range(0, len(vectors), rows):
        # Only pairs with a later item, so that each is found once; 1e-6 is float32's rounding.
        alike = vectors[start : start + rows] @ vectors[start:].T
        first, second = np.nonzero(alike >= least - 1e-6)
        later = second > first
        first, second = first[later], second[later]
        total += len(first)
        if total > MAX_PAIRS:
            raise refuse("threshold", f"links more than {MAX_PAIRS} pairs; raise it", MAX_PAIRS)
        pairs.append(np.column_stack([first, second]) + start)
        similar.append(np.minimum(alike[first, second], 1.0).astype(np.float64))
    links = np.concatenate(pairs)
    graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(len(vectors), len(vectors)))
    n_groups, group = connected_components(graph, directed=False) if len(vectors) else (0, np.zeros(0))
    return Duplicates(
        group=group.astype(np.int64), n_groups=int(n_groups), pairs=links, similarity=np.concatenate(similar)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradictions:
    """Linked items whose labels differ, the surest contradiction first."""

    pairs: IntArray
    """(C, 2)"""
    probability: FloatArray
    """(C,) that the two truly have different labels, by their posteriors; if they are copies, one is wrong.
    """


def contradictions(duplicates: Duplicates, posterior: ArrayLike) -> Contradictions:
    """Pairs whose best classes differ by ``posterior`` (N, K). Raises ``Invalid``."""
    p = read_probabilities(posterior, "posterior", rows=len(duplicates.group))
    first, second = duplicates.pairs.T
    differ = p[first].argmax(axis=1) != p[second].argmax(axis=1)
    pairs = duplicates.pairs[differ]
    chance = 1 - (p[pairs[:, 0]] * p[pairs[:, 1]]).sum(axis=1)
    order = np.argsort(-(chance * duplicates.similarity[differ]), kind="stable")
    return Contradictions(pairs=pairs[order], probability=chance[order])
