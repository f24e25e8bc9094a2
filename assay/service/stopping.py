"""When a task of a project with a target is done, found anew by each refit (see ``assay.quality.stopping``).

Where gold vouches for the posteriors, the bar is the lowest at which the whole project reaches its target:
easy tasks leave room for hard ones. Elsewhere each task must reach the target by itself. Tasks whose labels
fit no answer, or that no further label would settle, go to a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assay.quality.votes import Floats
from assay.service.engine import Engine
from assay.service.project_votes import ProjectVotes
from assay.service.question_fit import QuestionFit, has_extra
from assay.store import project as project_store
from assay.store import quality as quality_store

SETTLED_TASKS = 200
LOWEST_BAR = 0.5
"""Below, an answer may be less likely than another."""
HORIZON = 10
"""Labels that are looked ahead, as measured in ``docs/why/stopping.md``."""


async def settle(
    engine: Engine, organization: UUID, project: UUID, votes: ProjectVotes, fits: Mapping[str, QuestionFit]
) -> None:
    """Set the project's bar and move the tasks that it puts elsewhere. Without a target nothing happens."""
    async with engine.database.transaction(organization) as tx:
        aims = dict(await project_store.aims(tx, organization, project))
        target = aims["target_accuracy"]
        if target is None:
            return
        bar = None
        if has_extra() and fits and all(fit.calibrated for fit in fits.values()):
            bar = _bar(await quality_store.confidences(tx, organization, project), target)
        await project_store.stop_at(tx, organization, project, bar, target)
    doubtful = set[UUID]()
    if has_extra():
        for fit in fits.values():
            beyond = await asyncio.to_thread(beyond_labels, fit, bar or target, aims)
            doubtful.update(task for (task, _), lost in zip(fit.votes.items, beyond, strict=True) if lost)
    rows = [(task, task in doubtful, given) for task, given in _given(votes).items()]
    for start in range(0, len(rows), SETTLED_TASKS):
        await quality_store.settle(
            engine.database, organization, project, rows[start : start + SETTLED_TASKS]
        )


def _given(votes: ProjectVotes) -> dict[UUID, int]:
    """Votes of each task that is elected, not known, decided or merged."""
    apart = votes.gold | votes.decided | votes.structured
    return {task: given for task, given in votes.given.items() if task not in apart}


def _bar(confidences: Sequence[Any], target: float) -> float:
    """The project's bar; tasks that nobody answered yet count as far from sure."""
    from assay.quality.stopping import project_bar  # scipy is an extra

    tasks = np.array([row["tasks"] for row in confidences])
    sure = np.maximum([row["confidence"] for row in confidences], LOWEST_BAR)
    each = np.repeat(sure, tasks)
    return max(project_bar(np.column_stack([each, 1 - each]), target=target), LOWEST_BAR)


def beyond_labels(fit: QuestionFit, bar: float, aims: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Which places (N,) further labels will not settle.

    A labeler of average skill counts as available until there are ``max_labels``, whoever is at work now: a
    project of one person would otherwise send everything to a reviewer.
    """
    from assay.quality.stopping import Action, decide, label_value, misfit  # scipy is an extra

    laid, found = fit.laid, fit.inference
    count = np.bincount(laid.tasks, minlength=laid.n_tasks)
    voters = np.bincount(laid.workers, minlength=laid.n_workers)
    confusion = found.worker_confusion
    average = np.tensordot(voters / max(voters.sum(), 1), confusion, axes=1)
    best = fit.posterior.argmax(axis=1)
    agreeing = np.bincount(laid.tasks, weights=laid.labels == best[laid.tasks], minlength=laid.n_tasks)
    skill = confusion[laid.workers, best[laid.tasks], best[laid.tasks]]
    mean_skill = np.bincount(laid.tasks, weights=skill, minlength=laid.n_tasks) / np.maximum(count, 1)
    below = (fit.posterior.max(axis=1) < bar) & (count > 0)
    rate = np.ones(laid.n_tasks)
    if below.any():
        worth = label_value(_normal(fit.posterior[below]), _normal(average[None]), horizon=HORIZON)
        rate[below] = worth.rate[:, 0]
    action = decide(
        _normal(fit.posterior),
        count,
        rate,
        bar=bar,
        surprise=misfit(agreeing.astype(np.int64), count, np.clip(mean_skill, 0.0, 1.0)),
        min_labels=aims["min_labels"],
        max_labels=max(aims["max_labels"], aims["min_labels"]),
    )
    return np.asarray((action == Action.ADJUDICATE) & (count > 0))


def _normal(table: Floats) -> Floats:
    """Rows that sum to 1 after rounding."""
    return np.asarray(table / table.sum(axis=-1, keepdims=True))
