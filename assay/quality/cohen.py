"""Cohen's kappa between two raters, plain or weighted by how far apart two categories are.

J. Cohen (1960), "A coefficient of agreement for nominal scales", Educational and Psychological Measurement
20, 37-46; J. Cohen (1968), "Weighted kappa", Psychological Bulletin 70, 213-220; standard error of J. L.
Fleiss, J. Cohen, B. S. Everitt (1969), Psychological Bulletin 72, 323-327.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from assay.quality.agreement import Agreement, undefined
from assay.quality.arrays import FloatArray, read_count, read_indices, read_matrix, read_rate, refuse

MAX_CLASSES = 10_000


def cohen_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    n_classes: int | None = None,
    disagreement: str | ArrayLike = "nominal",
    confidence: float = 0.95,
) -> Agreement:
    """Kappa of two raters' labels ``first`` (N,) and ``second`` (N,) of the same N items.

    ``disagreement`` is "nominal", "linear", "quadratic", or a (K, K) array of weights, zero on its diagonal
    (Cohen 1968). ``observed`` and ``expected`` are 1 less the weighted disagreement over the largest weight.
    Raises ``Invalid``, also above 10,000 classes: the table is dense.
    """
    a = read_indices(first, "first")
    b = read_indices(second, "second", length=len(a))
    if not len(a):
        raise refuse("first", "must hold at least one label", 1)
    if n_classes is None:
        n_classes = max(2, int(max(a.max(), b.max())) + 1)
    size = read_count(n_classes, "n_classes", at_least=2)
    if size > MAX_CLASSES:
        raise refuse("n_classes", f"must be at most {MAX_CLASSES}", MAX_CLASSES)
    read_indices(a, "first", below=size)
    read_indices(b, "second", below=size)
    table = np.bincount(a * size + b, minlength=size * size).reshape(size, size) / len(a)
    return _kappa(table, 1 - _weights(disagreement, size), len(a), read_rate(confidence, "confidence"))


def _weights(disagreement: str | ArrayLike, size: int) -> FloatArray:
    """Disagreement weights (K, K) scaled to [0, 1]."""
    position = np.arange(size, dtype=np.float64)
    gap = np.abs(position[:, None] - position[None, :])
    if isinstance(disagreement, str):
        known = {"nominal": np.minimum(gap, 1), "linear": gap, "quadratic": gap**2}
        if disagreement not in known:
            raise refuse("disagreement", "must be nominal, linear, quadratic or an array")
        weights = known[disagreement]
    else:
        weights = read_matrix(disagreement, "disagreement", shape=(size, size))
        if weights.min() < 0 or np.diag(weights).any() or not weights.any():
            raise refuse("disagreement", "must be positive off its diagonal and zero on it")
    return np.asarray(weights / weights.max())


def _kappa(table: FloatArray, agreement: FloatArray, n_items: int, confidence: float) -> Agreement:
    """Fleiss, Cohen, Everitt (1969), eqs. 8 and 9, in agreement weights ``agreement`` (K, K)."""
    row, column = table.sum(axis=1), table.sum(axis=0)
    observed, expected = float((agreement * table).sum()), float(row @ agreement @ column)
    if expected >= 1 - 1e-12:
        return undefined(observed, expected, n_items, confidence)
    value = (observed - expected) / (1 - expected)
    mean_weight = (agreement @ column)[:, None] + (row @ agreement)[None, :]
    spread = float((table * (agreement * (1 - expected) - mean_weight * (1 - observed)) ** 2).sum())
    spread -= (observed * expected - 2 * expected + observed) ** 2
    error = np.sqrt(max(spread, 0.0) / n_items) / (1 - expected) ** 2
    margin = float(stats.norm.ppf((1 + confidence) / 2) * error)
    return Agreement(
        value=value,
        low=max(-1.0, value - margin),
        high=min(1.0, value + margin),
        confidence=confidence,
        observed=observed,
        expected=expected,
        n_units=n_items,
        defined=True,
    )
