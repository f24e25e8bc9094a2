"""Gwet's AC1: agreement whose chance term does not explode when one category dominates.

K. L. Gwet (2008), "Computing inter-rater reliability and its variance in the presence of high agreement",
British Journal of Mathematical and Statistical Psychology 61, 29-48.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.agreement import Agreement, category_shares, count_ratings, linearised, pairwise_agreement
from assay.quality.arrays import read_count, read_indices, read_rate


def gwet_ac1(
    tasks: ArrayLike, labels: ArrayLike, *, n_classes: int | None = None, confidence: float = 0.95
) -> Agreement:
    """AC1 of V votes: ``tasks`` (V,), ``labels`` (V,) whole numbers below ``n_classes``.

    ``n_classes`` counts the categories that raters could choose, used or not (default: the highest label plus
    one, at least 2); chance is ``sum of share (1 - share) / (n_classes - 1)``. Raises ``Invalid``.
    """
    counts = count_ratings(tasks, labels)
    if n_classes is None:
        n_classes = max(2, int(np.max(np.asarray(labels))) + 1)
    read_indices(labels, "labels", below=read_count(n_classes, "n_classes", at_least=2))
    share = category_shares(counts)
    chance = float((share * (1 - share)).sum()) / (n_classes - 1)
    # One term a category, used or not: those that nobody uses have share 0 and drop out of both sums.
    by_row = counts.count / counts.raters[counts.unit] * share[counts.category]
    by_unit = (1.0 - np.bincount(counts.unit, by_row, len(counts.raters))) / (n_classes - 1)
    return linearised(
        counts, pairwise_agreement(counts), by_unit, chance, read_rate(confidence, "confidence")
    )
