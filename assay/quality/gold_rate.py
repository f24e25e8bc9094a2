"""How often should each labeler meet gold, and which gold is itself doubtful?

Gold is spent where skill is uncertain: the rate is what brings the posterior interval of a labeler's accuracy
to the tolerance within the next labels. Gold whose answer good labelers contradict is weighed against them:
with accuracies ``a_w`` learnt from all *other* gold, the answer ``k`` of item i has

.. math:: P(k) \\propto \\pi_k \\prod_w a_w^{[l = k]} \\Big(\\frac{1 - a_w}{K - 1}\\Big)^{[l \\ne k]},

``pi`` giving the stated answer ``prior_right`` and the rest evenly to the others (P. G. Ipeirotis, F.
Provost, J. Wang 2010, "Quality management on Amazon Mechanical Turk", turned on the gold).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from assay.quality.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    read_count,
    read_indices,
    read_rate,
    read_reals,
    refuse,
)


def gold_rate(
    right: ArrayLike,
    wrong: ArrayLike,
    *,
    tolerance: float = 0.05,
    within: int = 200,
    lowest: float = 0.02,
    highest: float = 0.25,
    confidence: float = 0.95,
) -> FloatArray:
    """The share (W,) of each labeler's next tasks that should be gold.

    ``right`` and ``wrong`` (W,) are the pseudo-counts of each labeler's accuracy, prior included (both > 0);
    ``tolerance`` is the half-width wanted of its interval, ``within`` the number of labels in which to get
    there. Never under ``lowest`` (people change) nor above ``highest`` (gold wears out). Raises ``Invalid``.
    """
    good = read_reals(right, "right", low=1e-9)
    bad = read_reals(wrong, "wrong", length=len(good), low=1e-9)
    if not 0 <= lowest <= highest <= 1:
        raise refuse("highest", "must be at least lowest, both in [0, 1]", lowest)
    z = float(stats.norm.ppf((1 + read_rate(confidence, "confidence")) / 2))
    mean = good / (good + bad)
    needed = mean * (1 - mean) * (z / read_rate(tolerance, "tolerance")) ** 2 - (good + bad)
    return np.asarray(np.clip(needed / read_count(within, "within"), lowest, highest))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulGold:
    """Gold items in order of doubt."""

    task: IntArray
    """(G,) tasks with gold and at least one vote, most doubtful first."""
    probability_wrong: FloatArray
    """(G,) that the stated answer is wrong."""
    suggestion: IntArray
    """(G,) the likeliest answer by the votes and the stated answer together."""


def doubtful_gold(
    tasks: ArrayLike,
    workers: ArrayLike,
    labels: ArrayLike,
    gold: ArrayLike,
    *,
    n_classes: int,
    prior_right: float = 0.98,
) -> DoubtfulGold:
    """Weigh V votes ``tasks``, ``workers``, ``labels`` (V,) against ``gold`` (N,), which is -1 where unknown.

    ``prior_right`` is how much a stated answer is trusted before any vote. Raises ``Invalid``.
    """
    size = read_count(n_classes, "n_classes", at_least=2)
    stated = read_indices(np.asarray(gold) + 1, "gold", below=size + 1) - 1
    task = read_indices(tasks, "tasks", below=len(stated))
    worker = read_indices(workers, "workers", length=len(task))
    label = read_indices(labels, "labels", below=size, length=len(task))
    prior = read_rate(prior_right, "prior_right")
    known = stated[task] >= 0
    task, worker, label = task[known], worker[known], label[known]
    found, position = np.unique(task, return_inverse=True)
    if not len(found):
        return DoubtfulGold(task=found, probability_wrong=np.zeros(0), suggestion=found)
    believed = np.full((len(found), size), np.log((1 - prior) / (size - 1)))
    believed[np.arange(len(found)), stated[found]] = np.log(prior)
    trust = np.ones(len(found))
    # Twice: the second time, wrong gold no longer tells against those who saw through it.
    for _ in range(2):
        log_ratio = _log_ratio(worker, label == stated[task], position, trust, size)
        score = believed + np.bincount(position * size + label, log_ratio, believed.size).reshape(-1, size)
        score = np.exp(score - score.max(axis=1, keepdims=True))
        score /= score.sum(axis=1, keepdims=True)
        trust = score[np.arange(len(found)), stated[found]]
    order = np.argsort(trust, kind="stable")
    return DoubtfulGold(
        task=found[order],
        probability_wrong=1 - trust[order],
        suggestion=score.argmax(axis=1)[order].astype(np.int64),
    )


def _log_ratio(
    worker: IntArray, right: BoolArray, position: IntArray, trust: FloatArray, size: int
) -> FloatArray:
    """Log of accuracy over one error's chance (V,), learnt from the labeler's other gold only."""
    weight = trust[position]
    good = np.bincount(worker, weight * right)
    total = np.bincount(worker, weight)
    mean = (good.sum() + 1) / (total.sum() + 2)
    others_good = good[worker] - weight * right + 4 * mean
    others = total[worker] - weight + 4
    accuracy = np.clip(others_good / others, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(accuracy) - np.log((1 - accuracy) / (size - 1)))
