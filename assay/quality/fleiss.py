"""Fleiss' kappa: do many raters choose the same category more often than their habits alone would make them?

J. L. Fleiss (1971), "Measuring nominal scale agreement among many raters", Psychological Bulletin 76(5),
378-382. Units with fewer values than others are kept (Gwet, *Handbook of Inter-Rater Reliability*, 4th ed.
2014, ch. 2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.agreement import Agreement, category_shares, count_ratings, linearised, pairwise_agreement
from assay.quality.arrays import read_rate


def fleiss_kappa(tasks: ArrayLike, labels: ArrayLike, *, confidence: float = 0.95) -> Agreement:
    """Fleiss' kappa of V votes: ``tasks`` (V,) and ``labels`` (V,) whole numbers, any number of votes a task.

    Chance is the probability that two values drawn from the categories' mean shares agree. Raises
    ``Invalid``.
    """
    counts = count_ratings(tasks, labels)
    share = category_shares(counts)
    by_row = counts.count / counts.raters[counts.unit] * share[counts.category]
    expected_by_unit = np.asarray(np.bincount(counts.unit, by_row, len(counts.raters)), dtype=np.float64)
    return linearised(
        counts,
        pairwise_agreement(counts),
        expected_by_unit,
        float(np.square(share).sum()),
        read_rate(confidence, "confidence"),
    )
