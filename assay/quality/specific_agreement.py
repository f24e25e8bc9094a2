"""Positive specific agreement: of what either rater marked, how much did both mark?

For spans and boxes there is no count of what both left out, so kappa cannot be formed; positive specific
agreement ``2a / (2a + b + c)`` needs none, equals the F1 of either rater against the other, and is what kappa
tends to as the number of true negatives grows. G. Hripcsak and A. S. Rothschild (2005), "Agreement, the
F-measure, and reliability in information retrieval", JAMIA 12(3), 296-298; D. V. Cicchetti and A. R.
Feinstein (1990), "High agreement but low kappa: II", Journal of Clinical Epidemiology 43(6), 551-558.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from assay.quality.agreement import Agreement, undefined
from assay.quality.arrays import read_rate, read_reals, refuse


def positive_specific_agreement(
    matched: ArrayLike, first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95
) -> Agreement:
    """Agreement over P comparisons (an item and a pair of raters each).

    ``matched`` (P,) objects that the two have in common; ``first`` and ``second`` (P,) objects that each
    marked. A comparison in which neither marked anything adds nothing. The interval takes comparisons as
    independent (delta method for a ratio of means, Student's t); pool pairs of one item first where that is
    too bold. Where nobody marked anything the value is undefined. Raises ``Invalid`` when more is matched
    than was marked.
    """
    a = read_reals(matched, "matched", low=0)
    b = read_reals(first, "first", low=0, length=len(a))
    c = read_reals(second, "second", low=0, length=len(a))
    if (a > np.minimum(b, c) + 1e-9).any():
        raise refuse("matched", "must not exceed what either rater marked")
    confidence = read_rate(confidence, "confidence")
    marked, used = float((b + c).sum()), int(((b + c) > 0).sum())
    if marked == 0:
        return undefined(0.0, 0.0, 0, confidence)
    value = 2 * float(a.sum()) / marked
    margin = 1.0
    if used > 1:
        residual = 2 * a - value * (b + c)
        error = float(np.sqrt((residual**2).sum() * used / (used - 1))) / marked
        margin = float(stats.t.ppf((1 + confidence) / 2, used - 1)) * error
    return Agreement(
        value=value,
        low=max(0.0, value - margin),
        high=min(1.0, value + margin),
        confidence=confidence,
        observed=value,
        expected=0.0,
        n_units=used,
        defined=True,
    )
