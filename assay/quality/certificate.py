"""How right is this snapshot? An accuracy with a bound that holds however often one looks.

Each item has a predicted chance of error ``e_i`` (from its posterior). An audit draws items one after another
without replacement, item i with probability ``q_t(i) = w_i / sum of w over those left``: more where errors
are likely, never little enough for a wrong prediction to hide one. An expert says whether the item is wrong,
``f_i``. Then

.. math:: Z_t = \\frac1N \\Big( \\sum_{j < t} f_j + \\beta \\sum_{i \\in R_t} e_i + \\frac{f_t - \\beta
e_t}{q_t} \\Big)

has the share of errors ``theta`` as its mean given the past, whether the predictions are good (``beta = 1``
is prediction-powered inference) or not (``beta = 0``). For every ``m`` a gambler who bets against ``theta >=
m`` keeps fair capital ``prod (1 + lambda_t (m - Z_t))``, and half the money bets with the predictions, half
without. Where the capital ever exceeds ``1 / alpha``, ``m`` is out (Ville's inequality), so that the bound
holds at all times at once and needs no model to be right.

S. Shekhar, Z. Xu, Z. Lipton, P. Liang, A. Ramdas (2023), "Risk-limiting financial audits via weighted
sampling without replacement", UAI; I. Waudby-Smith, A. Ramdas (2024), "Estimating means of bounded random
variables by betting", JRSS-B 86; A. N. Angelopoulos et al. (2023), "Prediction-powered inference", Science
382.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import BoolArray, FloatArray, IntArray, read_indices, read_rate, read_reals, refuse

GRID = np.linspace(0.0, 1.0, 501) ** 2
"""Shares of errors that are tested; denser near zero, where snapshots are."""

CAUTION = 0.75
"""The largest stake, as a share of what could be lost."""

PRIOR_DRAWS = 10.0
"""How many draws the predicted mean and variance of Z weigh against those seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlan:
    """In which order to look. Any prefix is a valid audit."""

    order: IntArray
    """(N,) items in the order to audit them."""
    weight: FloatArray
    """(N,) draw weight of each item, by item."""
    predicted_error: FloatArray
    """(N,) by item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Accuracy of N items after n audits.

    ``low`` holds with ``confidence`` at all n at once, and so, on its own, does ``high``.
    """

    accuracy: float
    """Estimate: importance-weighted, with the predictions where they have helped."""
    low: float
    high: float
    confidence: float
    n_items: int
    n_audited: int
    n_wrong: int
    low_without_model: float
    """The bound had the predictions not been used beyond the choice of items; the gain is ``low`` less this.
    """


def plan_audit(
    predicted_error: ArrayLike,
    *,
    rng: np.random.Generator,
    floor: float = 0.7,
    n_strata: int = 20,
    drawn: ArrayLike = (),
) -> AuditPlan:
    """Draw the order of an audit of N items whose chance of error is ``predicted_error`` (N,).

    Items are grouped into at most ``n_strata`` strata of equal predicted-error quantiles; a stratum's draw
    weight is the root of its mean error (Neyman), mixed with equal weights: ``floor`` is the share of the
    latter, so that no item's chance is ever less than ``floor / N`` of a draw however wrong the predictions.
    ``drawn`` (D,) are items that an earlier plan of the same predictions drew, in its order: they come first,
    and the others are drawn anew, which is the same in distribution as having gone on. Raises ``Invalid``.
    """
    error = read_reals(predicted_error, "predicted_error", low=0, high=1)
    if not len(error):
        raise refuse("predicted_error", "must hold at least one item", 1)
    share = read_rate(floor, "floor", high=1 + 1e-9)
    first = read_indices(drawn, "drawn", below=len(error))
    if len(np.unique(first)) < len(first):
        raise refuse("drawn", "must not name an item twice")
    stratum = strata_of(error, n_strata)
    mean = np.bincount(stratum, error) / np.maximum(np.bincount(stratum), 1)
    root = np.sqrt(mean * (1 - mean))[stratum]
    even = np.full(len(error), 1 / len(error))
    weight = share * even + (1 - share) * (root / root.sum() if root.sum() > 0 else even)
    # Exponential races: the order of arrival is sampling without replacement in proportion to weight.
    arrival = rng.exponential(size=len(error)) / weight
    arrival[first] = -np.arange(len(first), 0, -1)
    return AuditPlan(order=np.argsort(arrival, kind="stable"), weight=weight, predicted_error=error)


def strata_of(predicted_error: FloatArray, n_strata: int) -> IntArray:
    """The stratum (N,) of each item, from 0 upwards with its predicted error; the same error is one
    stratum.
    """
    edges = np.quantile(predicted_error, np.linspace(0, 1, n_strata + 1)[1:-1])
    return np.asarray(np.searchsorted(edges, predicted_error, side="right"), dtype=np.int64)


def narrow(plan: AuditPlan, members: ArrayLike) -> AuditPlan:
    """The plan of a slice: those of N items for which ``members`` (N,) is true, renumbered from 0.

    Restricted to a part of the items, draws in proportion to weight are draws of the part in proportion to
    weight: audits of the whole are audits of every slice. Raises ``Invalid``.
    """
    inside = np.asarray(members)
    if inside.shape != plan.weight.shape or inside.dtype != bool or not inside.any():
        raise refuse("members", f"must be {len(plan.weight)} booleans, one of them true")
    number = np.cumsum(inside) - 1
    return AuditPlan(
        order=number[plan.order[inside[plan.order]]],
        weight=plan.weight[inside],
        predicted_error=plan.predicted_error[inside],
    )


def certify(plan: AuditPlan, wrong: ArrayLike, *, confidence: float = 0.95) -> Certificate:
    """The certificate after auditing the first n items of ``plan.order``: ``wrong`` (n,) is 1 where the label
    was wrong.

    May be called after every audit; the latest is the best. Raises ``Invalid``.
    """
    n_items = len(plan.order)
    f = _read_audit(plan, wrong)
    alpha = 1 - read_rate(confidence, "confidence")
    plain, powered = _game(plan, f, 0.0), _game(plan, f, 1.0)
    (low_error,), (high_error,) = _bounds((plain, powered), alpha, f, n_items, slice(-1, None))
    _, (high_alone,) = _bounds((plain,), alpha, f, n_items, slice(-1, None))
    estimate = powered.estimate if powered.spread < plain.spread else plain.estimate
    return Certificate(
        accuracy=1 - min(max(estimate, float(low_error)), float(high_error)),
        low=1 - float(high_error),
        high=1 - float(low_error),
        confidence=confidence,
        n_items=n_items,
        n_audited=len(f),
        n_wrong=int(f.sum()),
        low_without_model=1 - float(high_alone),
    )


def certified_so_far(
    plan: AuditPlan, wrong: ArrayLike, *, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """:attr:`Certificate.low` and ``high`` as they stood after each of n audits, (n,) and (n,). Raises
    ``Invalid``.
    """
    f = _read_audit(plan, wrong)
    games = (_game(plan, f, 0.0), _game(plan, f, 1.0))
    alpha = 1 - read_rate(confidence, "confidence")
    low_error, high_error = _bounds(games, alpha, f, len(plan.order), slice(1, None))
    return 1 - high_error, 1 - low_error


def _read_audit(plan: AuditPlan, wrong: ArrayLike) -> FloatArray:
    f = read_indices(wrong, "wrong", below=2).astype(np.float64)
    if len(f) > len(plan.order):
        raise refuse("wrong", f"must have at most {len(plan.order)} entries", len(plan.order))
    return f


@dataclass(frozen=True, slots=True)
class _Game:
    """One gambler's draws."""

    z: FloatArray
    """(n,) each with mean theta given the past."""
    least: FloatArray
    """(n,) the smallest value each could have had."""
    most: FloatArray
    estimate: float
    spread: float
    mean_before: FloatArray
    """(n,) forecast of z from the draws before it and the predictions."""
    variance_before: FloatArray


def _game(plan: AuditPlan, f: FloatArray, beta: float) -> _Game:
    n_items, n = len(plan.order), len(f)
    weight, error = plan.weight[plan.order], beta * plan.predicted_error[plan.order]
    left_weight = np.cumsum(weight[::-1])[::-1][:n]
    left_error = np.cumsum(error[::-1])[::-1][:n]
    known = np.cumsum(f) - f + left_error
    most_up = np.maximum.accumulate(((1 - error) / weight)[::-1])[::-1][:n]
    most_down = np.maximum.accumulate((error / weight)[::-1])[::-1][:n]
    z = (known + (f - error[:n]) * left_weight / weight[:n]) / n_items
    mean, variance = _foreseen(plan, beta)
    count = PRIOR_DRAWS + np.arange(n)
    mean_before = (PRIOR_DRAWS * mean + np.cumsum(z) - z) / count
    squares = (z - mean_before) ** 2
    variance_before = (PRIOR_DRAWS * variance + np.cumsum(squares) - squares) / count
    return _Game(
        z=z,
        least=(known - left_weight * most_down) / n_items,
        most=(known + left_weight * most_up) / n_items,
        estimate=float((PRIOR_DRAWS * mean + z.sum()) / (PRIOR_DRAWS + n)),
        spread=float((PRIOR_DRAWS * variance + squares.sum()) / (PRIOR_DRAWS + n)),
        mean_before=mean_before,
        variance_before=variance_before,
    )


def _foreseen(plan: AuditPlan, beta: float) -> tuple[float, float]:
    """Mean and variance of the first draw if the predictions are right."""
    error, n_items = plan.predicted_error, len(plan.order)
    q = plan.weight / plan.weight.sum()
    second = error * (1 - beta * error) ** 2 + (1 - error) * (beta * error) ** 2
    mean = float(error.mean())
    variance = float((second / q).sum()) / n_items**2 - ((1 - beta) * mean) ** 2
    return mean, max(variance, 1e-12)


def _bounds(
    games: tuple[_Game, ...], alpha: float, f: FloatArray, n_items: int, looks: slice
) -> tuple[FloatArray, FloatArray]:
    """Least and most share of errors not ruled out, each at ``alpha``, at the ``looks`` of the times 0…n."""
    errors = np.concatenate(([0.0], np.cumsum(f)))[looks]
    left = (n_items - np.arange(len(f) + 1))[looks]
    too_many, too_few = _ruled_out(games, +1, alpha, looks), _ruled_out(games, -1, alpha, looks)
    last = len(GRID) - 1
    # The next tested share outwards, since shares between two tested ones were not tested themselves.
    highest = GRID[np.minimum(last - (~too_many[:, ::-1]).argmax(axis=1) + 1, last)]
    lowest = GRID[np.maximum((~too_few).argmax(axis=1) - 1, 0)]
    # Errors found are certain, and no more can be wrong than those and what is left.
    high = np.clip(np.where(too_many.all(axis=1), 0.0, highest), errors / n_items, (errors + left) / n_items)
    low = np.clip(np.where(too_few.all(axis=1), 1.0, lowest), errors / n_items, high)
    return low, high


def _log_capital(game: _Game, side: int) -> FloatArray:
    """Log capital (n, G) of betting that theta is below (+1) or above (-1) each tested share."""
    edge = side * (GRID[None, :] - game.mean_before[:, None])
    stake = np.maximum(edge, 0) / (game.variance_before[:, None] + edge**2)
    loss = (game.most if side > 0 else game.least)[:, None]
    risk = side * (loss - GRID[None, :])
    # A share that the draw cannot exceed cannot lose; then the stake needs no limit but must stay finite.
    stake = np.minimum(stake, CAUTION / np.maximum(risk, 1e-9))
    growth = 1 + stake * side * (GRID[None, :] - game.z[:, None])
    return np.asarray(np.cumsum(np.log(np.maximum(growth, 1e-300)), axis=0))


def _ruled_out(games: tuple[_Game, ...], side: int, alpha: float, looks: slice) -> BoolArray:
    """Shares (looks, G) against which the gamblers together, equally funded, had ever held ``1 / alpha``."""
    together = np.logaddexp.reduce([_log_capital(game, side) for game in games], axis=0) - np.log(len(games))
    history = np.concatenate([np.zeros((1, len(GRID))), np.maximum.accumulate(together, axis=0)])
    return np.asarray(history[looks] >= -np.log(alpha))
