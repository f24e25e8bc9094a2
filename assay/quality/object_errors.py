"""Errors in single objects: one that was missed, badly placed, of the wrong class, or that should not be
there.

Labelled objects are matched one to one with a model's predictions. Each kind of error gets the probability
that the model's score implies, so that a queue may rank all of them together:

* missed: a prediction without a labelled object; its score;
* wrong class: a match of good overlap and another class; the prediction's score times the overlap;
* badly placed: a match of the same class whose overlap falls short; score times the shortfall;
* spurious: a labelled object that no prediction touches; the chance that the model would have seen it.

After U. Tkachenko, A. Thyagarajan, J. Mueller (2023), "ObjectLab: automated diagnosis of mislabeled images in
object detection data". Only similarities go in, so that boxes, polygons, cuboids and spans of text are all
the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from assay.quality.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    read_indices,
    read_matrix,
    read_rate,
    read_reals,
    refuse,
)


class ObjectError(IntEnum):
    """What may be wrong with an object."""

    MISSED = 0
    BADLY_PLACED = 1
    WRONG_CLASS = 2
    SPURIOUS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectErrors:
    """E suspicions about one item, the strongest first."""

    kind: IntArray
    """(E,) :class:`ObjectError`."""
    labelled: IntArray
    """(E,) index of the labelled object, -1 where one was missed."""
    predicted: IntArray
    """(E,) index of the prediction, -1 where none touches the labelled object."""
    strength: FloatArray
    """(E,) in [0, 1]; comparable between items."""

    @property
    def item_strength(self) -> float:
        """The chance that anything is wrong with the item, the suspicions taken as independent."""
        return float(1 - np.prod(1 - self.strength))


def object_errors(
    similarity: ArrayLike,
    labelled_classes: ArrayLike,
    predicted_classes: ArrayLike,
    scores: ArrayLike,
    *,
    touching: float = 0.1,
    well_placed: float = 0.75,
    recall: float = 0.8,
) -> ObjectErrors:
    """Suspicions about one item's L labelled objects from P predictions.

    ``similarity`` (L, P) in 0…1 (IoU), classes (L,) and (P,), calibrated ``scores`` (P,). Objects below
    ``touching`` never match; a match at ``well_placed`` or above is in place; ``recall`` is the share of true
    objects that the model sees, the strength of a spurious object. Raises ``Invalid``.
    """
    own = read_indices(labelled_classes, "labelled_classes")
    other = read_indices(predicted_classes, "predicted_classes")
    score = read_reals(scores, "scores", length=len(other), low=0, high=1)
    shape = (len(own), len(other))
    alike = read_matrix(
        np.reshape(similarity, shape) if 0 in shape else similarity, "similarity", shape=shape
    )
    if alike.size and (alike.min() < 0 or alike.max() > 1 + 1e-9):
        raise refuse("similarity", "must lie in [0, 1]", 1)
    read_rate(touching, "touching", high=read_rate(well_placed, "well_placed"))
    seen = read_rate(recall, "recall", high=1 + 1e-9)
    rows, columns = _match(alike, own[:, None] == other[None, :], touching)
    found = [(ObjectError.MISSED, -1, j, score[j]) for j in np.setdiff1d(np.arange(len(other)), columns)]
    found += [(ObjectError.SPURIOUS, i, -1, seen) for i in np.setdiff1d(np.arange(len(own)), rows)]
    for i, j in zip(rows, columns, strict=True):
        if own[i] != other[j]:
            found.append((ObjectError.WRONG_CLASS, i, j, score[j] * alike[i, j]))
        elif alike[i, j] < well_placed:
            found.append((ObjectError.BADLY_PLACED, i, j, score[j] * (1 - alike[i, j] / well_placed)))
    table = np.array(found, dtype=np.float64).reshape(-1, 4)
    table = table[np.argsort(-table[:, 3], kind="stable")]
    kind, labelled, predicted = table[:, :3].astype(np.int64).T
    return ObjectErrors(kind=kind, labelled=labelled, predicted=predicted, strength=table[:, 3])


def _match(alike: FloatArray, same: BoolArray, touching: float) -> tuple[IntArray, IntArray]:
    """Pairs (M,), (M,) of the matching with most similarity; the same class is preferred."""
    usable = alike >= touching
    rows, columns = linear_sum_assignment(np.where(usable, alike + 0.25 * same, 0.0), maximize=True)
    kept = usable[rows, columns]
    return rows[kept].astype(np.int64), columns[kept].astype(np.int64)
