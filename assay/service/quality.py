"""What is known of a project's quality: how right its labels are, who gave them, what is to come."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np

from assay.domain.labeler import Principal, Role
from assay.quality.krippendorff import krippendorff_alpha
from assay.service.access import project_of, require
from assay.service.engine import Engine
from assay.service.skill import ProjectVotes, QuestionVotes, refit_project
from assay.store import annotation as annotation_store
from assay.store import quality as quality_store

FRESH_LABELS = 5_000
"""Up to this many labels a project is measured when it is looked at; beyond, by the background refit."""


async def project_quality(engine: Engine, principal: Principal, project: UUID) -> dict[str, Any]:
    """The quality of a project, for reviewers and above."""
    require(principal, Role.REVIEWER)
    async with engine.database.transaction(principal.organization) as tx:
        await project_of(tx, principal, project)
        stored = await quality_store.find(tx, principal.organization, project)
    if stored is None or stored[0] <= FRESH_LABELS:
        return await refit(engine, principal.organization, project)
    return stored[1]


async def refit(engine: Engine, organization: UUID, project: UUID) -> dict[str, Any]:
    """Fit skills and posteriors anew, measure the project and keep what was found."""
    votes = await refit_project(engine, organization, project)
    agreement = {name: _agreement(question) for name, question in votes.questions.items()}
    async with engine.database.transaction(organization) as tx:
        measured = await quality_store.measure(tx, organization, project)
        skills = await annotation_store.skills(tx, organization, project)
        document = {
            "project": str(project),
            "accuracy": _accuracy(measured),
            "agreement": agreement,
            "labelers": _labelers(skills, votes),
            "cost": {"labels": votes.n_labels},
            "states": await quality_store.states(tx, organization, project),
            "forecast": _forecast(measured, await quality_store.recent_labels(tx, organization, project)),
        }
        await quality_store.save(tx, organization, project, votes.n_labels, document)
    return document


class Refits:
    """Refits each project soon after it got new labels, following the feed; one for each worker.

    A project whose refit takes long is left alone for ten times as long: fitting takes at most a
    tenth of a worker.
    """

    def __init__(self) -> None:
        self._since = "0"
        self._due: set[tuple[UUID, UUID]] = set()
        self._resting: dict[UUID, float] = {}

    async def look_after(self, engine: Engine) -> bool:
        """Refit what is due; false, as what came meanwhile is for the next time."""
        async with engine.database.system() as tx:
            upto = await quality_store.settled(tx)
            self._due.update(await quality_store.changed_projects(tx, self._since, upto))
        self._since = upto
        for organization, project in sorted(self._due):
            began = engine.monotonic()
            if began < self._resting.get(project, began):
                continue
            self._due.discard((organization, project))
            await refit(engine, organization, project)
            self._resting[project] = engine.monotonic() + 10 * (engine.monotonic() - began)
        return False


def _accuracy(measured: Any) -> dict[str, Any]:
    """The mean posterior of resolved tasks, with the normal interval of the number of right ones."""
    resolved = measured["resolved"]
    if not resolved:
        return {"estimate": None, "low": None, "high": None, "method": "posterior_mean"}
    half = 1.96 * math.sqrt(measured["variance"]) / resolved
    estimate = measured["estimate"]
    return {
        "estimate": estimate,
        "low": max(estimate - half, 0.0),
        "high": min(estimate + half, 1.0),
        "method": "posterior_mean",
    }


def _agreement(question: QuestionVotes) -> dict[str, Any]:
    """Krippendorff's alpha (nominal) over tasks with two votes or more; null where it says nothing."""
    items = np.array([item for item, _, _ in question.cast], dtype=np.int64)
    if not len(items) or np.bincount(items).max() < 2:
        return {"alpha": None, "items": 0}
    classes = np.array([label for _, _, label in question.cast], dtype=np.float64)
    found = krippendorff_alpha(items, classes)
    return {"alpha": found.value if found.defined else None, "items": int((np.bincount(items) >= 2).sum())}


def _labelers(skills: Any, votes: ProjectVotes) -> list[dict[str, Any]]:
    """Each labeler's accuracy: the mean over questions, within the widest of their intervals."""
    rows: dict[UUID, list[Any]] = defaultdict(list)
    for row in skills:
        rows[row["labeler"]].append(row)
    return [
        {
            "labeler": str(labeler),
            "name": mine[0]["name"],
            "accuracy": sum(row["accuracy"] for row in mine) / len(mine),
            "low": min(row["low"] for row in mine),
            "high": max(row["high"] for row in mine),
            "labels": votes.labels.get(labeler, 0),
            "questions": {
                row["question"]: {"accuracy": row["accuracy"], "low": row["low"], "high": row["high"]}
                for row in mine
            },
        }
        for labeler, mine in rows.items()
    ]


def _forecast(measured: Any, recent: int) -> dict[str, Any]:
    """Labels still missing, and how many days they take at the pace of the last seven."""
    missing = int(measured["missing"])
    days = None if not recent or not missing else 7.0 * missing / recent
    date = None if days is None else (measured["now"] + timedelta(days=days)).date().isoformat()
    return {"labels_to_target": missing, "date": date}
