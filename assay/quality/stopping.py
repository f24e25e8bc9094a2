"""What is one more label worth, and when is an item done?

The value of ``m`` further labels on an item is the rise in the probability that its best answer is right,

.. math:: g_m = \\sum_{y_1 \\ldots y_m} \\max_k p_k \\prod_j C_{k y_j} - \\max_k p_k,

and a label's worth is the best of ``g_m / (m c)`` over ``m`` up to a horizon, ``c`` being the cost of one
label. One label alone often cannot change the answer (``g_1 = 0``) where two can; looking ahead keeps such
items alive. For one label the sum is exact; further ahead it keeps the two best classes and pools all other
answers, so that it is a sum over trinomial counts. It grew from H. S. Sheng, F. Provost, P. G. Ipeirotis
(2008), "Get another label?", KDD, and the value of information of E. Kamar, S. Hacker, E. Horvitz (2012),
AAMAS.

An item stops at its *bar*: a posterior that, if all items reached theirs, would put the project's accuracy at
the target with the stated risk. It leaves for adjudication when its answers fit no single class, or nobody
available is worth asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from assay.quality.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    read_count,
    read_indices,
    read_probabilities,
    read_rate,
    read_reals,
    refuse,
)

MAX_CHUNK = 2_000_000
"""Numbers held at once while outcomes are summed."""


class Action(IntEnum):
    """What to do with an item next."""

    STOP = 0
    ASK = 1
    ADJUDICATE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelValue:
    """The worth of asking each of W labelers about each of N items."""

    rate: FloatArray
    """(N, W) rise in the item's chance of being right for each unit of cost."""
    gain: FloatArray
    """(N, W) the rise from the whole look-ahead of ``steps`` labels, in [0, 1]."""
    steps: IntArray
    """(N, W) how many labels of this skill the look-ahead counts, 1…horizon."""


def label_value(
    posterior: ArrayLike, confusion: ArrayLike, *, cost: ArrayLike | None = None, horizon: int = 10
) -> LabelValue:
    """Worth of a label by ``confusion`` (W, K, K), rows the truth, on items of ``posterior`` (N, K).

    ``cost`` (W,) is each labeler's price of one label (default 1). Raises ``Invalid``.
    """
    p = read_probabilities(posterior, "posterior")
    table = read_probabilities(confusion, "confusion", n_classes=p.shape[1])
    if p.ndim != 2 or table.ndim != 3 or table.shape[1] != p.shape[1]:
        raise refuse("confusion", "must have shape (W, K, K) for a posterior of shape (N, K)")
    price = read_reals(np.ones(len(table)) if cost is None else cost, "cost", length=len(table))
    if len(price) and price.min() <= 0:
        raise refuse("cost", "must be positive", 0)
    gain = look_ahead(p, table, read_count(horizon, "horizon"))
    steps = (gain / np.arange(1, horizon + 1)).argmax(axis=2) + 1
    chosen = np.take_along_axis(gain, steps[:, :, None] - 1, axis=2)[:, :, 0]
    return LabelValue(rate=chosen / (steps * price), gain=chosen, steps=steps)


def look_ahead(p: FloatArray, table: FloatArray, horizon: int) -> FloatArray:
    """Gains (N, W, horizon) of 1…horizon labels on items ``p`` (N, K), by each of ``table`` (W, K, K).

    For callers whose arrays are checked already.
    """
    outcomes = _outcomes(horizon)
    gain = np.zeros((len(p), len(table), horizon))
    rows = max(1, MAX_CHUNK // max(1, len(table) * max(len(outcomes[-1][0]), p.shape[1] ** 2)))
    for start in range(0, len(p), rows):
        gain[start : start + rows] = _gains(p[start : start + rows], table, outcomes)
    return gain


def remaining_gain(
    posterior: ArrayLike, confusion: ArrayLike, left: ArrayLike, *, horizon: int = 10
) -> FloatArray:
    """What an item's remaining labels would gain it together, (N,): the loss of accuracy if it stops now.

    ``posterior`` (N, K); ``confusion`` (K, K) of the labelers to come, rows the truth; ``left`` (N,) how many
    labels each item has left, more than ``horizon`` counting as that many. Raises ``Invalid``.
    """
    p = read_probabilities(posterior, "posterior")
    table = read_probabilities(confusion, "confusion", n_classes=p.shape[1])
    count = read_indices(left, "left", length=len(p))
    if p.ndim != 2 or table.shape != (p.shape[1], p.shape[1]):
        raise refuse("confusion", "must have shape (K, K) for a posterior of shape (N, K)")
    gain = look_ahead(p, table[None], read_count(horizon, "horizon"))[:, 0]
    steps = np.clip(count, 1, horizon) - 1
    return np.where(count > 0, gain[np.arange(len(p)), steps], 0.0)


def gain_factor(expected: ArrayLike, seen: ArrayLike) -> float:
    """By how much labels were worth more than expected, 1 or more: what skills did not know of themselves.

    ``expected`` (M,) are gains of one label before it came, ``seen`` (M,) how much better the then best
    answer was afterwards than the former one, by the posterior that had it and learned from all others. A
    certainty's worth is added to both, so that few say little. Raises ``Invalid``.
    """
    hoped = read_reals(expected, "expected", low=0, high=1)
    came = read_reals(seen, "seen", length=len(hoped), low=0, high=1)
    return float(max(1.0, (came.sum() + 1.0) / (hoped.sum() + 1.0)))


Outcomes = list[tuple[FloatArray, FloatArray]]


def _outcomes(horizon: int) -> Outcomes:
    """For m = 1…horizon: counts (S, 3) of answers [best, second, other] and multinomial coefficients (S,)."""
    found = []
    log_factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, horizon + 1)))))
    for m in range(1, horizon + 1):
        counts = np.array([(a, b, m - a - b) for a in range(m + 1) for b in range(m + 1 - a)])
        coefficient = np.exp(log_factorial[m] - log_factorial[counts].sum(axis=1))
        found.append((counts.astype(np.float64), coefficient))
    return found


def _gains(p: FloatArray, table: FloatArray, outcomes: Outcomes) -> FloatArray:
    """Gains (n, W, H); a certain item has none, whatever rounding says."""
    top = p.max(axis=1)
    exact = np.einsum("nk,wky->nwky", p, table).max(axis=2).sum(axis=2) - top[:, None]
    gains = [exact] + [np.zeros_like(exact)] * (len(outcomes) - 1)
    if p.shape[1] > 1:
        best, second = np.argsort(-p, axis=1, kind="stable")[:, :2].T
        log_best, log_second = (
            _log_answers(table, best, best, second),
            _log_answers(table, second, best, second),
        )
        p_best, p_second = p[np.arange(len(p)), best], p[np.arange(len(p)), second]
        for m, (counts, coefficient) in enumerate(outcomes[1:], start=1):
            if_best = p_best[:, None, None] * np.exp(log_best @ counts.T)
            if_second = p_second[:, None, None] * np.exp(log_second @ counts.T)
            # More labels never hurt, which the pooling of rare answers would otherwise forget.
            ahead = (np.maximum(if_best, if_second) * coefficient).sum(axis=2) - top[:, None]
            gains[m] = np.maximum(ahead, gains[m - 1])
    found = np.stack(gains, axis=2)
    return np.where(found > 1e-12, found, 0.0)


def _log_answers(table: FloatArray, truth: IntArray, best: IntArray, second: IntArray) -> FloatArray:
    """Log chance (n, W, 3) of the answers best, second and any other, where ``truth`` (n,) holds."""
    a, b = table[:, truth, best].T, table[:, truth, second].T
    return np.log(np.maximum(np.stack([a, b, 1 - a - b], axis=2), 1e-300))


def project_bar(posterior: ArrayLike, *, target: float, risk: float = 0.05) -> float:
    """The lowest posterior at which items may stop so that the project's accuracy reaches ``target``.

    ``posterior`` (N, K) must be calibrated. Were every item below the bar brought exactly to it, errors would
    be a Poisson-binomial count whose upper ``risk`` quantile (normal approximation) is at most N (1 -
    target). Items far above the target leave room, so that the bar may lie below it; it is never above 1 - (1
    - target) / 100, so that small projects still end. Raises ``Invalid``.
    """
    top = read_probabilities(posterior, "posterior").max(axis=1)
    allowed = len(top) * (1 - read_rate(target, "target"))
    z = float(stats.norm.ppf(1 - read_rate(risk, "risk")))
    low, high = 0.0, 1 - (1 - target) / 100
    for _ in range(40):
        middle = (low + high) / 2
        error = 1 - np.maximum(top, middle)
        if float(error.sum()) + z * float(np.sqrt((error * (1 - error)).sum())) > allowed:
            low = middle
        else:
            high = middle
    return high


def misfit(agreeing: ArrayLike, n_labels: ArrayLike, accuracy: ArrayLike) -> FloatArray:
    """How surprising it is that so few labels agree with the item's best answer, as a tail probability (N,).

    ``agreeing`` (N,) labels equal the answer, of ``n_labels`` (N,), from labelers of mean ``accuracy`` (N,)
    on that answer: ``P(Binomial(n, accuracy) <= agreeing)``. Near zero the labels fit no single class,
    however sure the posterior looks: the item is ambiguous. The binomial with the mean is a little wider than
    the exact Poisson-binomial (Hoeffding 1956), so that the test errs on the quiet side. Raises ``Invalid``.
    """
    total = read_indices(n_labels, "n_labels")
    right = read_indices(agreeing, "agreeing", length=len(total))
    rate = read_reals(accuracy, "accuracy", length=len(total), low=0, high=1)
    if (right > total).any():
        raise refuse("agreeing", "must not exceed n_labels")
    return np.asarray(stats.binom.cdf(right, total, rate), dtype=np.float64)


def decide(
    posterior: ArrayLike,
    n_labels: ArrayLike,
    best_rate: ArrayLike,
    *,
    bar: float,
    worth: float = 0.0,
    surprise: ArrayLike | None = None,
    surprise_level: float = 0.001,
    min_labels: int = 1,
    max_labels: int = 100,
) -> IntArray:
    """An :class:`Action` for each of N items.

    ``best_rate`` (N,) is the largest :attr:`LabelValue.rate` among those who may be asked (0: nobody),
    ``worth`` the rate below which a label does not pay, ``surprise`` (N,) the tail of :func:`misfit`. In
    order: under ``min_labels`` ask; labels that fit no class go to adjudication; at the bar stop; at
    ``max_labels``, or where no label pays, adjudicate; otherwise ask. Raises ``Invalid``.
    """
    top = read_probabilities(posterior, "posterior").max(axis=1)
    count = read_indices(n_labels, "n_labels", length=len(top))
    rate = read_reals(best_rate, "best_rate", length=len(top), low=0)
    unsurprising = np.ones(len(top)) if surprise is None else surprise
    tail = read_reals(unsurprising, "surprise", length=len(top), low=0, high=1)
    if not 0 < min_labels <= max_labels:
        raise refuse("max_labels", "must be at least min_labels, and that at least 1", min_labels)
    too_few: BoolArray = count < min_labels
    exhausted: BoolArray = (count >= max_labels) | (rate <= worth)
    action = np.select(
        [too_few & (rate > 0), tail < surprise_level, top >= bar, exhausted],
        [Action.ASK, Action.ADJUDICATE, Action.STOP, Action.ADJUDICATE],
        Action.ASK,
    )
    return np.asarray(action, dtype=np.int64)
