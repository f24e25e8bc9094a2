"""How honest stated confidences are: reliability curve and expected calibration error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from assay.errors import Invalid
from assay.quality.votes import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """B bins of equal mass, from least to most sure."""

    confidence: Floats
    """Mean stated confidence, (B,)."""
    accuracy: Floats
    """Share that is right, (B,)."""
    low: Floats
    high: Floats
    """Where the bin's true accuracy lies with 95 % confidence (Clopper & Pearson 1934), (B,) each."""
    sizes: NDArray[np.int64]
    """Answers in each bin, (B,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationError:
    """Expected calibration error, and how much of it chance alone would make."""

    error: float
    """Mean over answers of |confidence - accuracy| of their bins (Naeini et al. 2015, AAAI)."""
    by_chance: float
    """What perfectly honest confidences of the same size would show on average."""
    chance_spread: float
    """The standard deviation of what they would show: the error is not known better than that."""

    @property
    def excess(self) -> float:
        """The error less what chance explains: near 0 where confidences are honest; may be below 0."""
        return self.error - self.by_chance


def reliability_curve(confidence: ArrayLike, right: ArrayLike, *, n_bins: int = 10) -> Reliability:
    """Bin ``confidence`` (N,) and compare with ``right`` (N,), true or false. Raises ``Invalid``."""
    stated, hit = _checked(confidence, right)
    bins = _bins(stated, n_bins)
    sizes = np.bincount(bins)
    hits = np.bincount(bins, hit)
    low = np.where(hits > 0, betaincinv(np.maximum(hits, 1), sizes - hits + 1, 0.025), 0.0)
    high = np.where(hits < sizes, betaincinv(hits + 1, np.maximum(sizes - hits, 1), 0.975), 1.0)
    return Reliability(
        confidence=np.bincount(bins, stated) / sizes, accuracy=hits / sizes, low=low, high=high, sizes=sizes
    )


def calibration_error(
    confidence: ArrayLike, right: ArrayLike, *, n_bins: int = 10, n_resamples: int = 200, seed: int = 0
) -> CalibrationError:
    """Compare ``confidence`` (N,) with ``right`` (N,) in bins of equal mass.

    ``by_chance`` draws ``n_resamples`` outcomes that are right exactly as often as stated (Bröcker & Smith
    2007, "Increasing the reliability of reliability diagrams"). Raises ``Invalid`` (``votes.invalid``).
    """
    stated, hit = _checked(confidence, right)
    bins = _bins(stated, n_bins)
    random = np.random.default_rng(seed)
    honest = [_error(bins, stated, random.random(len(stated)) < stated) for _ in range(n_resamples)]
    return CalibrationError(
        error=_error(bins, stated, hit), by_chance=float(np.mean(honest)), chance_spread=float(np.std(honest))
    )


def _checked(confidence: ArrayLike, right: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    stated, hit = np.asarray(confidence, dtype=np.float64), np.asarray(right)
    if stated.ndim != 1 or stated.shape != hit.shape or len(stated) == 0 or hit.dtype.kind not in "biu":
        detail = "confidence and right must be two arrays of one length, at least 1; right is true or false."
        raise Invalid("votes.invalid", detail, pointer="/confidence")
    if not ((stated >= 0) & (stated <= 1 + 1e-9)).all():
        raise Invalid("votes.invalid", "confidence must lie in 0…1.", pointer="/confidence")
    return np.minimum(stated, 1.0), hit.astype(np.bool_)


def _bins(stated: Floats, n_bins: int) -> NDArray[np.int64]:
    """The bin of each answer, (N,): by rank, answers of equal confidence together."""
    order = np.argsort(stated, kind="stable")
    by_rank = np.empty(len(stated), dtype=np.int64)
    by_rank[order] = np.arange(len(stated)) * n_bins // len(stated)
    _, first, value = np.unique(stated[order], return_index=True, return_inverse=True)
    shared = np.empty(len(stated), dtype=np.int64)
    shared[order] = by_rank[order][first][value]
    return np.unique(shared, return_inverse=True)[1].astype(np.int64)


def _error(bins: NDArray[np.int64], stated: Floats, hit: NDArray[np.bool_]) -> float:
    return float(np.abs(np.bincount(bins, stated - hit)).sum() / len(stated))
