"""Draws from rows of class probabilities."""

from __future__ import annotations

import numpy as np

from assay.quality.arrays import FloatArray, IntArray


def draw_classes(p: FloatArray, rng: np.random.Generator) -> IntArray:
    """One class for each row of ``p`` (n, K); rows sum to 1."""
    drawn = (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)
    return np.asarray(np.minimum(drawn, p.shape[1] - 1), dtype=np.int64)
