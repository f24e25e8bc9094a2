"""How a budget of labels is best spread over a project, and what each sum would buy.

Each item's gains from 1, 2, … further labels (:func:`~assay.quality.stopping.look_ahead`) are made concave
(two labels that only pay together are bought together) and the steps of all items are bought in order of
accuracy per cost, which is optimal for concave gains (B. Fox 1966, "Discrete optimization via marginal
analysis", Management Science 13). The plan fixes the number of labels before any answer is seen. Buying one
at a time and stopping early does better, so that the curve is a floor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, IntArray, read_count, read_probabilities, read_reals, refuse
from assay.quality.stopping import look_ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A plan for N items and the curve of what each sum buys."""

    labels: IntArray
    """(N,) further labels for each item."""
    cost: float
    """What the plan costs, at most the budget."""
    accuracy: float
    """Expected accuracy once the plan is carried out."""
    curve_cost: FloatArray
    """(C,) ascending sums, from 0."""
    curve_accuracy: FloatArray
    """(C,) expected accuracy at each sum, concave."""


def allocate(
    posterior: ArrayLike,
    confusion: ArrayLike,
    *,
    budget: float,
    cost: float = 1.0,
    horizon: int = 8,
    n_curve_points: int = 200,
) -> Allocation:
    """Spread ``budget`` over items of ``posterior`` (N, K), each label costing ``cost``.

    ``confusion`` (K, K), rows the truth, is that of the labelers to be expected; no item gets more than
    ``horizon`` labels. Raises ``Invalid``.
    """
    p = read_probabilities(posterior, "posterior")
    table = read_probabilities(confusion, "confusion", rows=p.shape[1], n_classes=p.shape[1])
    price = float(read_reals([cost], "cost", low=0)[0])
    if p.ndim != 2 or table.ndim != 2 or price == 0:
        raise refuse("cost", "must be positive, the posterior (N, K) and the confusion (K, K)")
    money = float(read_reals([budget], "budget", low=0)[0])
    n_items = max(len(p), 1)
    gains = look_ahead(p, table[None], read_count(horizon, "horizon"))[:, 0]
    item, steps, gain = _concave_steps(gains)
    order = np.argsort(-gain / steps, kind="stable")
    item, steps, gain = item[order], steps[order], gain[order]
    spent = np.cumsum(steps) * price
    # Buy in order; what is too dear for the rest of the budget is passed over only at the very end.
    bought = int(np.searchsorted(spent, money, side="right"))
    labels = np.bincount(item[:bought], steps[:bought], len(p)).astype(np.int64)
    start = float(p.max(axis=1).mean()) if len(p) else 0.0
    curve_cost = np.concatenate(([0.0], spent))
    curve_accuracy = np.minimum(start + np.concatenate(([0.0], np.cumsum(gain))) / n_items, 1.0)
    shown = np.unique(np.linspace(0, len(spent), min(n_curve_points, len(spent) + 1)).astype(np.int64))
    return Allocation(
        labels=labels,
        cost=float(curve_cost[bought]),
        accuracy=float(curve_accuracy[bought]),
        curve_cost=curve_cost[shown],
        curve_accuracy=curve_accuracy[shown],
    )


def _concave_steps(gains: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """The upper concave hull of each item's gains (N, H), as steps: item, labels in the step, gain of the
    step.
    """
    n_items, horizon = gains.shape
    total = np.concatenate([np.zeros((n_items, 1)), gains], axis=1)
    at = np.zeros(n_items, dtype=np.int64)
    items, steps, rises = [], [], []
    rows = np.arange(n_items)
    while True:
        ahead = np.arange(horizon + 1)[None, :] - at[:, None]
        slope = np.where(ahead > 0, (total - total[rows, at][:, None]) / np.maximum(ahead, 1), -np.inf)
        reach = slope.argmax(axis=1)
        moving = np.flatnonzero(slope[rows, reach] > 1e-12)
        if not len(moving):
            break
        items.append(moving)
        steps.append(reach[moving] - at[moving])
        rises.append(total[moving, reach[moving]] - total[moving, at[moving]])
        at[moving] = reach[moving]
    if not items:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    return np.concatenate(items), np.concatenate(steps), np.concatenate(rises)
