"""Objects drawn by several labelers: which are the same, do they exist, of which class, and where.

Letters: N objects of all labelers together, V labelers, C clusters (one for each distinct object), D numbers
in a shape. Matching is greedy by overlap with at most one object of a labeler in a cluster, as in COCO's and
LabelMe's crowd merging; existence is a one-coin vote in which a labeler who looked and drew nothing votes no.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.quality.pooling import log_odds

MIN_OVERLAP = 0.4
"""Two drawings may be the same object from this IoU on: a 10 px box drawn 2 px off still has 0.47."""

OUTLIER = 2.0
"""Edges further from the weighted median than this many spreads count less, in proportion (Huber 1964)."""

MIN_SPREAD_SHARE = 0.01
"""Below 1 % of an object's side, differences between labelers are not called outliers."""

MAX_PAIRS = 2_000_000
"""More pairs than this are looked at best first, and the rest not at all: they come from hundreds of drawings
piled on one place, where no match means anything."""

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def cluster_objects(owner: Ints, class_index: Ints, pairs: Ints, overlap: Floats) -> Ints:
    """Cluster numbers ``(N,)``, counted in the order of each cluster's first object.

    ``owner`` and ``class_index`` are ``(N,)``, owners in ascending order; ``pairs`` ``(P, 2)`` are candidate
    pairs with their ``overlap`` ``(P,)``. Pairs of one class join first, then the larger overlap, then the
    lower indices, so that the result depends on nothing but the values.
    """
    usable = (overlap >= MIN_OVERLAP) & (owner[pairs[:, 0]] != owner[pairs[:, 1]])
    pairs, overlap = _best_pairs(pairs[usable], overlap[usable])
    first, second = pairs[:, 0], pairs[:, 1]
    order = np.lexsort((second, first, -overlap, class_index[first] != class_index[second]))
    cluster = np.arange(len(owner))
    members = {i: [i] for i in range(len(owner))}
    owners = {i: {int(owner[i])} for i in range(len(owner))}
    for a, b in zip(first[order].tolist(), second[order].tolist(), strict=True):
        keep, drop = sorted((int(cluster[a]), int(cluster[b])))
        if keep == drop or owners[keep] & owners[drop]:
            continue
        cluster[members[drop]] = keep
        members[keep] += members.pop(drop)
        owners[keep] |= owners.pop(drop)
    return np.unique(cluster, return_inverse=True)[1].astype(np.intp)


def matched_overlap(pairs: Ints, overlap: Floats, left_rank: Ints, right_rank: Ints) -> float:
    """The summed overlap of objects matched one to one, the largest first.

    ``pairs`` ``(P, 2)`` of N and M objects overlap by ``overlap`` ``(P,)``. ``left_rank`` ``(N,)`` and
    ``right_rank`` ``(M,)`` say which objects are equal and in what order they stand; by them ties are
    broken, so that exchanging the two sides changes nothing.
    """
    pairs, overlap = _best_pairs(pairs, overlap)
    a, b = left_rank[pairs[:, 0]], right_rank[pairs[:, 1]]
    order = np.lexsort((np.maximum(a, b), np.minimum(a, b), -overlap))
    used_left: set[int] = set()
    used_right: set[int] = set()
    total = 0.0
    for (i, j), weight in zip(pairs[order].tolist(), overlap[order].tolist(), strict=True):
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            total += weight
    return total


def split_accuracy(accuracy: ArrayLike, n_classes: int) -> Floats:
    """The accuracy ``(V,)`` of finding an object, and equally that of naming it, so that both together give
    the labeler's accuracy for a whole object. With one class there is nothing to name and all of it is
    finding."""
    known = np.clip(np.asarray(accuracy, dtype=np.float64), 0.0, 1.0)
    return known if n_classes == 1 else np.sqrt(known)


def existence(drawn: NDArray[np.bool_], accuracy: ArrayLike) -> Floats:
    """Probability ``(C,)`` that each object is there, from who drew it, ``(C, V)``, and accuracies ``(V,)``.

    One-coin with a prior of 1/2: a labeler draws an object that is there with probability a, and one that is
    not with 1 − a. One drawing among three equal labelers is therefore less likely than not.
    """
    votes = np.where(drawn, 1.0, -1.0) @ log_odds(accuracy, 2)
    return np.asarray(1.0 / (1.0 + np.exp(-votes)))


def robust_centre(values: ArrayLike, weights: ArrayLike) -> Floats:
    """The centre ``(D,)`` of ``(M, D)`` drawings of one object with weights ``(M,)`` above 0.

    A weighted mean in which a drawing that lies outside by more than ``OUTLIER`` spreads, in any of its D
    numbers, counts less: one weight a drawing, so the centre of boxes inside the image is a box inside the
    image.
    """
    drawn, weight = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if np.all(drawn == drawn[0]):
        return np.asarray(drawn[0])
    middle = np.array([weighted_median(column, weight) for column in drawn.T])
    off = np.abs(drawn - middle)
    side = np.ptp(middle)
    spread = np.maximum(
        1.4826 * np.array([weighted_median(column, weight) for column in off.T]),
        MIN_SPREAD_SHARE * side + 1e-9,
    )
    trusted = weight / np.maximum(1.0, (off / (OUTLIER * spread)).max(axis=1))
    return np.asarray((trusted / trusted.sum()) @ drawn)


def weighted_median(values: ArrayLike, weights: ArrayLike) -> float:
    """The middle of ``(M,)`` values by weight; halfway between two where the weight splits evenly."""
    numbers, weight = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    order = np.argsort(numbers, kind="stable")
    numbers, below = numbers[order], np.cumsum(weight[order])
    half = below[-1] / 2.0
    at = int(np.searchsorted(below, half * (1.0 - 1e-12)))
    if abs(below[at] - half) <= 1e-12 * below[-1] and at + 1 < len(numbers):
        return float((numbers[at] + numbers[at + 1]) / 2.0)
    return float(numbers[at])


def weighted_middle(overlap: ArrayLike, weights: ArrayLike) -> int:
    """The index of the drawing that overlaps the others most, ``(M, M)`` IoU by weight ``(M,)``; of equals
    the better labeler's, then the first. For shapes that cannot be averaged."""
    weight = np.asarray(weights, dtype=np.float64)
    support = np.round(np.asarray(overlap, dtype=np.float64) @ weight, 9)
    return int(np.lexsort((np.arange(len(weight)), -weight, -support))[0])


def _best_pairs(pairs: Ints, overlap: Floats) -> tuple[Ints, Floats]:
    if len(overlap) <= MAX_PAIRS:
        return pairs, overlap
    best = np.sort(np.argpartition(-overlap, MAX_PAIRS)[:MAX_PAIRS])
    return pairs[best], overlap[best]
