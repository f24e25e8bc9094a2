"""Did a labeler change, and when? And how fast should old evidence fade?

A change point splits a labeler's right and wrong answers in two stretches with an accuracy each. With Beta
priors all integrals are exact,

.. math:: P(t \\mid x) \\propto \\frac{B(a + r_{\\le t}, b + w_{\\le t}) \\, B(a + r_{> t}, b + w_{> t})}{B(a,
b)^2},

against one Beta for the whole (A. F. M. Smith 1975, "A Bayesian approach to inference about a change-point in
a sequence of random variables", Biometrika 62(2)). Answers may be right with a probability. Decay halves the
weight of evidence every half-life; the half-life is the one that would have foretold the answers best (A. P.
Dawid 1984, prequential).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from assay.quality.arrays import FloatArray, read_rate, read_reals, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What n answers in order of time say of one change."""

    probability: float
    """That there was a change at all."""
    position: int
    """The likeliest index of the first answer after the change, 1…n-1 (0 where n < 2)."""
    before: float
    """Accuracy before the likeliest change."""
    after: float
    by_position: FloatArray
    """(n - 1,) probability that the change came just before answer 1…n-1, given that there was one."""


def find_change(
    right: ArrayLike, *, prior: tuple[float, float] = (1.0, 1.0), change_prior: float = 0.1
) -> Change:
    """The change in ``right`` (n,), the chance in [0, 1] that each answer was right, in order of time.

    ``prior`` are the Beta pseudo-counts (right, wrong) of either stretch, ``change_prior`` the chance of a
    change beforehand, spread evenly over positions. Raises ``Invalid``.
    """
    x = read_reals(right, "right", low=0, high=1)
    a, b = read_reals(list(prior), "prior", length=2, low=1e-9)
    chance = read_rate(change_prior, "change_prior")
    mean = float((a + x.sum()) / (a + b + len(x)))
    if len(x) < 2:
        return Change(probability=chance, position=0, before=mean, after=mean, by_position=np.zeros(0))
    seen, split = np.cumsum(x), np.arange(1, len(x))
    head, tail = seen[:-1], seen[-1] - seen[:-1]
    left = special.betaln(a + head, b + split - head)
    rest = special.betaln(a + tail, b + len(x) - split - tail)
    changed = left + rest - 2 * special.betaln(a, b)
    same = special.betaln(a + seen[-1], b + len(x) - seen[-1]) - special.betaln(a, b)
    evidence = special.logsumexp(changed) - np.log(len(changed))
    odds = np.log(chance) - np.log1p(-chance) + evidence - same
    at = int(changed.argmax())
    return Change(
        probability=float(special.expit(odds)),
        position=at + 1,
        before=float((a + head[at]) / (a + b + split[at])),
        after=float((a + tail[at]) / (a + b + len(x) - split[at])),
        by_position=np.asarray(special.softmax(changed)),
    )


def decay(times: ArrayLike, *, now: float, half_life: float) -> FloatArray:
    """Weights (n,) in (0, 1] that halve every ``half_life`` before ``now``; all in one unit of time.

    ``half_life`` may be infinite (nothing fades). Raises ``Invalid``, also for times after ``now``.
    """
    t = read_reals(times, "times", high=float(now))
    if not half_life > 0:
        raise refuse("half_life", "must be positive", 0)
    return np.asarray(np.exp2(-(now - t) / half_life))


def choose_half_life(
    right: ArrayLike, times: ArrayLike, candidates: ArrayLike, *, prior: tuple[float, float] = (1.0, 1.0)
) -> float:
    """The half-life of ``candidates`` (positive, infinity allowed) under which each answer was best foretold.

    Every answer is foretold from the faded answers before it; the log score of all of them decides, the
    longest of equals wins. ``right`` (n,) in [0, 1], ``times`` (n,) not descending. Raises ``Invalid``.
    """
    x = read_reals(right, "right", low=0, high=1)
    t = read_reals(times, "times", length=len(x))
    a, b = read_reals(list(prior), "prior", length=2, low=1e-9)
    options = sorted((float(h) for h in np.asarray(candidates, dtype=np.float64).ravel()), reverse=True)
    if not options or not all(h > 0 for h in options):
        raise refuse("candidates", "must be positive half-lives", 0)
    if (np.diff(t) < 0).any():
        raise refuse("times", "must not descend")
    scores = [_log_score(x, np.diff(t, prepend=t[:1]), h, a, b) for h in options]
    return options[int(np.argmax(scores))]


def _log_score(x: FloatArray, gaps: FloatArray, half_life: float, a: float, b: float) -> float:
    good, bad, score = 0.0, 0.0, 0.0
    for value, kept in zip(x, np.exp2(-gaps / half_life), strict=True):
        good, bad = good * kept, bad * kept
        chance = (a + good) / (a + b + good + bad)
        score += float(value * np.log(chance) + (1 - value) * np.log1p(-chance))
        good, bad = good + value, bad + 1 - value
    return score
