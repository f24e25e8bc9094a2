"""STAPLE: the true mask and each labeler's sensitivity and specificity, estimated together.

.. math:: w_i \\propto f_i \\prod_r p_r^{d_{ri}} (1 - p_r)^{1 - d_{ri}}, \\qquad
    p_r = \\frac{\\sum_i w_i d_{ri} + n p_0}{\\sum_i w_i + n}, \\quad
    q_r = \\frac{\\sum_i (1 - w_i)(1 - d_{ri}) + n q_0}{\\sum_i (1 - w_i) + n}

S. K. Warfield, K. H. Zou, W. M. Wells (2004), "Simultaneous truth and performance level estimation (STAPLE)",
IEEE TMI 23(7). Labelers may be biased (draw too large or too small), which is what p and q separate. Two
known weaknesses are mended: only pixels near a disagreement count, so that a large background does not make
everybody look perfect (T. Rohlfing et al. 2004; A. J. Asman, B. A. Landman 2011), and rates are shrunk to
those of all labelers, p0 and q0, with n pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from assay.quality.arrays import BoolArray, FloatArray, read_count, refuse

PRIOR_PIXELS = 50.0
RATE_LIMITS = (0.01, 0.99)
"""No labeler is ever certain, so that no single one decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskTruth:
    """The estimate from W masks of H × D pixels."""

    probability: FloatArray
    """(H, D) that a pixel belongs to the object."""
    sensitivity: FloatArray
    """(W,) share of the object that each labeler marks."""
    specificity: FloatArray
    """(W,) share of the surroundings that each leaves out; in the band around disagreements only."""
    converged: bool
    n_iterations: int

    @property
    def mask(self) -> BoolArray:
        """(H, D) pixels that are more probable than not."""
        return np.asarray(self.probability > 0.5)


def read_masks(masks: ArrayLike) -> BoolArray:
    """W masks (W, H, D) of booleans or 0 and 1. Raises ``Invalid``."""
    array: NDArray[np.generic] = np.asarray(masks)
    if array.ndim != 3 or 0 in array.shape:
        raise refuse("masks", "must have shape (W, H, D) with at least one mask and pixel", 1)
    if array.dtype != bool and not np.isin(array, (0, 1)).all():
        raise refuse("masks", "must hold booleans, or 0 and 1")
    return array.astype(bool)


def staple(
    masks: ArrayLike,
    *,
    smoothing_px: float = 1.0,
    band_px: int = 2,
    max_iterations: int = 100,
    tol: float = 1e-5,
) -> MaskTruth:
    """The truth behind ``masks`` (W, H, D).

    The spatial prior f is the share of labelers who marked a pixel, smoothed by a Gaussian of
    ``smoothing_px`` (0: the mean share everywhere in the band); pixels farther than ``band_px`` from any
    disagreement are as everybody says. Raises ``Invalid``.
    """
    drawn = read_masks(masks)
    if not (np.isfinite(smoothing_px) and smoothing_px >= 0):
        raise refuse("smoothing_px", "must be zero or more", 0)
    share = drawn.mean(axis=0)
    disputed = (share > 0) & (share < 1)
    if not disputed.any():
        ones = np.ones(len(drawn))
        return MaskTruth(
            probability=share, sensitivity=ones, specificity=ones, converged=True, n_iterations=0
        )
    band = ndimage.binary_dilation(disputed, iterations=read_count(band_px, "band_px"))
    marks = drawn[:, band].astype(np.float64)
    prior = (
        ndimage.gaussian_filter(share, smoothing_px)[band]
        if smoothing_px
        else np.full(marks.shape[1], marks.mean())
    )
    log_prior = np.log(np.clip(prior, 0.02, 0.98)) - np.log(1 - np.clip(prior, 0.02, 0.98))
    weight, steps, change = marks.mean(axis=0), 0, np.inf
    while change >= tol and steps < read_count(max_iterations, "max_iterations"):
        p, q = _rates(marks, weight)
        odds = log_prior + np.log(p / (1 - q)) @ marks + np.log((1 - p) / q) @ (1 - marks)
        updated = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
        change, weight, steps = float(np.abs(updated - weight).max()), updated, steps + 1
    p, q = _rates(marks, weight)
    probability = share.copy()
    probability[band] = weight
    return MaskTruth(
        probability=probability, sensitivity=p, specificity=q, converged=change < tol, n_iterations=steps
    )


def _rates(marks: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sensitivity and specificity (W,) against the weights (pixels,), shrunk to all labelers'."""
    inside, outside = float(weight.sum()), float((1 - weight).sum())
    hit, kept_out = marks @ weight, (1 - marks) @ (1 - weight)
    mean_p = (hit.mean() + 1) / (inside + 2)
    mean_q = (kept_out.mean() + 1) / (outside + 2)
    p = (hit + PRIOR_PIXELS * mean_p) / (inside + PRIOR_PIXELS)
    q = (kept_out + PRIOR_PIXELS * mean_q) / (outside + PRIOR_PIXELS)
    return np.clip(p, *RATE_LIMITS), np.clip(q, *RATE_LIMITS)
