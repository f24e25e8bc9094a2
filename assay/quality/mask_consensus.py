"""The mask that a handful of labelers agree on, without a model of their errors.

Each labeler weighs as much as their mask overlaps with what the others draw together (intersection over
union, the labeler left out); the weighted share of marks is smoothed by about a pixel, because the hand that
drew it trembles, and cut at one half. With seven labelers and one object there are too few pixels in dispute
for two rates a labeler; on two of the three sets that it was chosen on this does better than
:func:`~assay.quality.staple.staple` (``bench/masks.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from assay.quality.arrays import BoolArray, FloatArray, read_reals, refuse
from assay.quality.staple import read_masks

ROUNDS = 5
MIN_WEIGHT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskConsensus:
    """What W labelers agree on, H × D pixels."""

    mask: BoolArray
    """(H, D)"""
    share: FloatArray
    """(H, D) smoothed weighted share of marks, in [0, 1]."""
    agreement: FloatArray
    """(W,) overlap of each mask with the others' consensus; the mean of good ones foretells the result's
    quality.
    """


def mask_consensus(
    masks: ArrayLike, *, weights: ArrayLike | None = None, smoothing_px: float = 1.0
) -> MaskConsensus:
    """The consensus of ``masks`` (W, H, D), booleans. A lone mask stands as it is. Raises ``Invalid``.

    ``weights`` (W,), above 0 and equal by default, say what each labeler is known to be worth; what the masks
    themselves say of each other multiplies them.
    """
    drawn = read_masks(masks)
    known = read_reals(
        np.ones(len(drawn)) if weights is None else weights, "weights", length=len(drawn), low=MIN_WEIGHT
    )
    if not (np.isfinite(smoothing_px) and smoothing_px >= 0):
        raise refuse("smoothing_px", "must be zero or more", 0)
    marks = drawn.astype(np.float64)
    if len(marks) == 1:
        return MaskConsensus(mask=drawn[0], share=marks[0], agreement=np.ones(1))
    agreement = np.ones(len(marks))
    for _ in range(ROUNDS):
        weight = known * agreement
        total = np.tensordot(weight, marks, axes=1)
        left = weight.sum() - weight
        others = (total[None] - weight[:, None, None] * marks) / left[:, None, None] > 0.5
        agreement = np.maximum(_overlap(drawn, others), 1e-6)
    weight = known * agreement
    share = np.tensordot(weight / weight.sum(), marks, axes=1)
    smooth = ndimage.gaussian_filter(share, smoothing_px) if smoothing_px else share
    # An object of a pixel or two would be smoothed away; then the unsmoothed share decides.
    chosen = smooth if (smooth > 0.5).any() else share
    return MaskConsensus(mask=np.asarray(chosen > 0.5), share=np.asarray(chosen), agreement=agreement)


def _overlap(first: BoolArray, second: BoolArray) -> FloatArray:
    """Intersection over union of each pair of masks (W,); two empty ones agree."""
    shared = (first & second).sum(axis=(1, 2))
    joined = (first | second).sum(axis=(1, 2))
    return np.where(joined > 0, shared / np.maximum(joined, 1), 1.0)
