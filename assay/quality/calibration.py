"""Posteriors made honest: among answers given with 90 %, nine in ten should be right.

Models that take errors for independent are too sure where workers err together. Known answers show by how
much. Three maps are tried. Beta stands unless another's cross-validated log score, a proper score, is better
by two standard errors: with few answers the best of three is mostly the luckiest.

- temperature, :math:`p'_k \\propto p_k^{1/T}` (Guo et al. 2017, ICML, section 4.2); - beta,
:math:`\\mathrm{logit}\\, c' = a \\ln c - b \\ln(1 - c) + m` on the confidence c of the best class (Kull,
Silva
  Filho & Flach 2017, AISTATS, equation 9);
- isotonic, a monotone step function of c (Zadrozny & Elkan 2002, KDD).

Temperature and beta have priors around the identity, so few answers change little. No map changes which class
is best. Needs the ``quality`` extra.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression, minimize, minimize_scalar
from scipy.special import expit

from assay.errors import Invalid
from assay.quality.votes import Floats

_FOLDS = 5
_LEAST = 1e-6
"""Confidences are kept this far from 0 and 1: one error at probability 0 would cost infinitely much."""


class Calibration(Protocol):
    """A map from stated to honest probabilities."""

    method: ClassVar[str]

    def apply(self, posterior: Floats) -> Floats:
        """Honest probabilities for ``posterior`` (N, K); the best class stays the best."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Probabilities as they are."""

    method: ClassVar[str] = "identity"

    def apply(self, posterior: Floats) -> Floats:
        return posterior


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature:
    """Log probabilities divided by ``temperature``; above 1 is less sure."""

    method: ClassVar[str] = "temperature"
    temperature: float

    def apply(self, posterior: Floats) -> Floats:
        scores = np.log(np.maximum(posterior, 1e-300)) / self.temperature
        cooled = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(cooled / cooled.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Beta:
    """The best class's confidence on a curve with three parameters."""

    method: ClassVar[str] = "beta"
    a: float
    b: float
    m: float

    def apply(self, posterior: Floats) -> Floats:
        return _with_confidence(posterior, self.curve(_confidence(posterior)))

    def curve(self, confidence: Floats) -> Floats:
        """Honest confidence (N,) for stated ``confidence`` (N,)."""
        return np.asarray(expit(self.a * np.log(confidence) - self.b * np.log1p(-confidence) + self.m))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Isotonic:
    """The best class's confidence on a monotone curve through ``knots`` (B,) at ``levels`` (B,)."""

    method: ClassVar[str] = "isotonic"
    knots: Floats
    levels: Floats

    def apply(self, posterior: Floats) -> Floats:
        return _with_confidence(posterior, np.interp(_confidence(posterior), self.knots, self.levels))


def fit_calibration(posterior: ArrayLike, truth: ArrayLike, *, seed: int = 0) -> Calibration:
    """The best map for stated probabilities ``posterior`` (G, K) of G tasks whose ``truth`` (G,) is known.

    The posteriors must not have been told the truth: hold it out. With fewer than 2 answers nothing can be
    compared and the identity is returned. Raises ``Invalid`` (``prior.invalid``, ``gold.invalid``).
    """
    stated, known = _checked(posterior, truth)
    if len(known) < 2:
        return Identity()
    fold = np.random.default_rng(seed).permutation(len(known)) % min(_FOLDS, len(known))
    scores = [np.log(_held_out(fit, stated, known, fold)) for fit in _FITS]
    best = 0
    for other in range(1, len(_FITS)):
        gain = scores[other] - scores[best]
        if gain.mean() > 2.0 * gain.std(ddof=1) / np.sqrt(len(gain)):
            best = other
    return _FITS[best](stated, known)


def fit_temperature(posterior: ArrayLike, truth: ArrayLike) -> Temperature:
    """The temperature with the best log score under a log-normal prior around 1 (σ = 1)."""
    stated, known = _checked(posterior, truth)

    def cost(log_temperature: float) -> float:
        cooled = Temperature(temperature=np.exp(log_temperature)).apply(stated)
        return _log_loss(cooled, known) * len(known) + 0.5 * log_temperature**2

    return Temperature(temperature=float(np.exp(minimize_scalar(cost, bounds=(-3, 5), method="bounded").x)))


def fit_beta(posterior: ArrayLike, truth: ArrayLike) -> Beta:
    """The beta curve with the best log score, a and b not negative, under N(identity, 1) priors."""
    stated, known = _checked(posterior, truth)
    confidence, right = _confidence(stated), _right(stated, known)

    def cost(at: Floats) -> float:
        honest = np.clip(Beta(a=at[0], b=at[1], m=at[2]).curve(confidence), _LEAST, 1 - _LEAST)
        likelihood = np.log(np.where(right, honest, 1 - honest)).sum()
        return float(0.5 * ((at - (1.0, 1.0, 0.0)) ** 2).sum() - likelihood)

    a, b, m = minimize(cost, (1.0, 1.0, 0.0), bounds=[(0, None), (0, None), (None, None)]).x
    return Beta(a=float(a), b=float(b), m=float(m))


def fit_isotonic(posterior: ArrayLike, truth: ArrayLike) -> Isotonic:
    """The monotone curve with the least squared error; each level is shrunk by one answer at the overall
    rate."""
    stated, known = _checked(posterior, truth)
    confidence, right = _confidence(stated), _right(stated, known).astype(np.float64)
    order = np.argsort(confidence, kind="stable")
    levels = isotonic_regression(right[order]).x
    _, block, sizes = np.unique(levels, return_inverse=True, return_counts=True)
    shrunk = (levels * sizes[block] + right.mean()) / (sizes[block] + 1)
    return Isotonic(knots=confidence[order], levels=np.maximum.accumulate(shrunk))


_FITS: tuple[Callable[[ArrayLike, ArrayLike], Calibration], ...] = (
    fit_beta,
    fit_temperature,
    fit_isotonic,
)


def _held_out(
    fit: Callable[[ArrayLike, ArrayLike], Calibration],
    stated: Floats,
    known: NDArray[np.int64],
    fold: NDArray[np.int64],
) -> Floats:
    """The chance given to each known answer by a map fitted to the other folds, (G,)."""
    chances = np.empty(len(known))
    for part in np.unique(fold):
        here = fold == part
        honest = fit(stated[~here], known[~here]).apply(stated[here])
        chances[here] = honest[np.arange(here.sum()), known[here]]
    return np.maximum(chances, _LEAST)


def _checked(posterior: ArrayLike, truth: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    stated, known = np.asarray(posterior, dtype=np.float64), np.asarray(truth)
    if stated.ndim != 2 or not np.isfinite(stated).all() or (stated < 0).any():
        raise Invalid(
            "prior.invalid", "posterior must be finite, not negative and (G, K).", pointer="/posterior"
        )
    inside = known.shape == stated.shape[:1] and known.dtype.kind in "iu"
    if not inside or (len(known) and (known.min() < 0 or known.max() >= stated.shape[1])):
        raise Invalid(
            "gold.invalid", "truth must name one class for each row of posterior.", pointer="/truth"
        )
    return stated, known.astype(np.int64)


def _confidence(posterior: Floats) -> Floats:
    return np.asarray(np.clip(posterior.max(axis=1), _LEAST, 1 - _LEAST))


def _right(posterior: Floats, truth: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the best class is right, (G,)."""
    return np.asarray(posterior.argmax(axis=1) == truth)


def _log_loss(posterior: Floats, truth: NDArray[np.int64]) -> float:
    return float(-np.log(np.maximum(posterior[np.arange(len(truth)), truth], _LEAST)).mean())


def _with_confidence(posterior: Floats, confidence: Floats) -> Floats:
    """``posterior`` (N, K) with the best class at ``confidence`` (N,) or as low as leaves it the best."""
    n_tasks, n_classes = posterior.shape
    if n_classes == 1:
        return posterior
    best = posterior.argmax(axis=1)
    others = posterior + 0.0
    others[np.arange(n_tasks), best] = 0.0
    total = others.sum(axis=1, keepdims=True)
    others = np.where(total > 0, others / np.where(total > 0, total, 1.0), 1.0 / (n_classes - 1))
    others[np.arange(n_tasks), best] = 0.0
    next_best = others.max(axis=1)
    confidence = np.maximum(confidence, next_best / (1.0 + next_best))
    honest = others * (1.0 - confidence)[:, None]
    honest[np.arange(n_tasks), best] = confidence
    return np.asarray(honest)
