"""What is still to come of a project: what further labels would buy, how many its target asks for, and by
when.

Everything here is played with the skill of the labelers there are, on a sample of the project where it is
large, and rests on the last refit's posteriors (``assay.quality.budget``, ``assay.quality.forecast``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.quality.votes import Floats
from assay.service.project_votes import ProjectVotes
from assay.service.question_fit import QuestionFit, has_extra

SAMPLED = 1_000
"""Items that are played; of more, so many are drawn and the result is scaled."""
CURVE_POINTS = 24
MOST_SHARE = 0.99
"""A curve ends where so much of all that can be gained is gained."""
RUNS = 40
WIDEST = 20
"""Questions with more classes are not played."""


@dataclass(frozen=True, kw_only=True)
class Aims:
    """What a project wants: ``bar`` is the posterior at which a task may close."""

    bar: float | None
    max_labels: int
    unanswered: int
    """Tasks nobody answered yet."""
    labels_by_day: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What was found; ``to_come`` is ``None`` where there is no target to reach."""

    curves: Mapping[str, list[dict[str, Any]]]
    to_come: dict[str, float] | None


NOTHING = Outlook(curves={}, to_come=None)


def outlook(fits: Mapping[str, QuestionFit], votes: ProjectVotes, aims: Aims) -> Outlook:
    """The outlook of a project's class-valued questions. Takes long: run it in a thread."""
    if not has_extra():
        return NOTHING
    played = {
        name: _play(fit, votes, aims.unanswered)
        for name, fit in fits.items()
        if fit.laid.n_classes <= WIDEST and all(facet == "" for _, facet in fit.votes.items)
    }
    curves = {name: _curve(one) for name, one in played.items() if len(one.posterior)}
    to_come = [found for one in played.values() if (found := _to_come(one, aims)) is not None]
    most = max(to_come, key=lambda found: found["labels"], default=None)
    # A label answers all questions at once: the one that asks for most says how many.
    return Outlook(curves=curves, to_come=most)


@dataclass(frozen=True, kw_only=True)
class _Played:
    """A question's items (n, K) that stand for ``scale`` times as many, and how labelers answer (K, K)."""

    posterior: Floats
    scale: float
    counts: Floats


def _play(fit: QuestionFit, votes: ProjectVotes, unanswered: int) -> _Played:
    rng = np.random.default_rng(0)
    open_ = np.array([task not in votes.gold for task, _ in fit.votes.items], dtype=bool)
    answered = fit.posterior[open_]
    total = len(answered) + unanswered
    size = min(total, SAMPLED)
    fresh = round(size * unanswered / total) if total else 0
    prior = _normal(fit.inference.class_prior[None])
    rows = answered[_some(len(answered), size - fresh, rng)]
    posterior = np.concatenate([rows, np.repeat(prior, fresh, axis=0)])
    counts = np.zeros((fit.laid.n_classes, fit.laid.n_classes))
    np.add.at(counts.T, fit.laid.labels, fit.posterior[fit.laid.tasks])
    return _Played(posterior=_normal(posterior), scale=total / max(size, 1), counts=counts)


def _some(there: int, wanted: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.arange(there) if wanted >= there else rng.choice(there, wanted, replace=False)


def _curve(played: _Played) -> list[dict[str, Any]]:
    """Expected accuracy after so many further labels, spent where they help most."""
    from assay.quality.budget import allocate  # scipy is an extra

    smoothed = played.counts + 0.5
    table = smoothed / smoothed.sum(axis=1, keepdims=True)
    plan = allocate(played.posterior, table, budget=0.0, n_curve_points=400)
    gained = plan.curve_accuracy - plan.curve_accuracy[0]
    end = int(np.searchsorted(gained, MOST_SHARE * gained[-1])) + 1
    shown = np.unique(np.linspace(0, min(end, len(gained) - 1), CURVE_POINTS).astype(np.int64))
    return [
        {"labels": round(float(plan.curve_cost[n]) * played.scale), "accuracy": float(plan.curve_accuracy[n])}
        for n in shown.tolist()
    ]


def _to_come(played: _Played, aims: Aims) -> dict[str, float] | None:
    from assay.quality.forecast import forecast  # scipy is an extra

    daily = np.array(aims.labels_by_day, dtype=np.float64)
    if aims.bar is None or not daily.sum() or not len(played.posterior):
        return None
    found = forecast(
        played.posterior,
        played.counts,
        daily / played.scale,
        bar=aims.bar,
        rng=np.random.default_rng(0),
        max_labels=min(aims.max_labels, 20),
        n_runs=RUNS,
    )
    scale = played.scale
    return {
        "labels": found.labels * scale,
        "labels_low": found.labels_low * scale,
        "labels_high": found.labels_high * scale,
        "days": found.days,
        "days_low": found.days_low,
        "days_high": found.days_high,
    }


def _normal(table: Floats) -> Floats:
    """Rows that sum to 1 after rounding."""
    return np.asarray(table / table.sum(axis=-1, keepdims=True))
