"""What is known of a project's quality: how right its labels are, who gave them, what is to come."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from assay.domain.labeler import Principal, Role
from assay.quality.krippendorff import krippendorff_alpha
from assay.service.access import project_of, require
from assay.service.engine import Engine
from assay.service.look import torn_objects
from assay.service.past_forecast import past_forecasts
from assay.service.project_votes import ProjectVotes
from assay.service.quality_outlook import NOTHING, Aims, Outlook, outlook
from assay.service.quality_report import (
    CONTESTED,
    contested,
    doubtful_gold,
    histogram,
    history,
    least_sure,
    reliability,
    slices,
)
from assay.service.question_fit import QuestionFit
from assay.service.second_look import flag_doubtful, told
from assay.service.skill import Refitted, refit_project
from assay.store import annotation as annotation_store
from assay.store import project as project_store
from assay.store import quality as quality_store
from assay.store.database import Connection

FRESH_LABELS = 2_000
"""Up to this many labels a project is refitted when it is looked at; beyond, in the background."""

BLANK: dict[str, Any] = {
    "histogram": [],
    "reliability": {},
    "contested": [],
    "doubtful_gold": [],
    "past_forecasts": [],
    "history": [],
    "slices": {},
    "curves": {},
    "second_looks": {"open": 0, "closed": 0, "changed": 0, "items": []},
}
"""What a document that an earlier version kept may lack."""

MOST_BAR = 0.9999
"""No task waits for more certainty in a forecast."""
MOST_DAYS = 36_500

MANY_VOTES = 20_000
"""Above, intervals of agreement rest on few resamples."""


async def project_quality(engine: Engine, principal: Principal, project: UUID) -> dict[str, Any]:
    """The quality of a project, for reviewers and above."""
    require(principal, Role.REVIEWER)
    organization = principal.organization
    async with engine.database.transaction(organization) as tx:
        await project_of(tx, principal, project)
        stored = await quality_store.find(tx, organization, project)
        if stored is not None and stored[0] > FRESH_LABELS:
            return BLANK | stored[1]
        labels = int((await quality_store.measure(tx, organization, project))["labels"])
        if labels > FRESH_LABELS:  # a big import whose refit is still to come
            unfitted = Refitted(votes=ProjectVotes(), fits={})
            blank = await _document(tx, organization, project, unfitted, {}, NOTHING, labels)
            return blank | stored[1] if stored else blank
    return await refit(engine, organization, project)


async def refit(engine: Engine, organization: UUID, project: UUID) -> dict[str, Any]:
    """Fit skills and posteriors anew, measure the project and keep what was found."""
    found = await refit_project(engine, organization, project)
    await flag_doubtful(engine, organization, project, found.fits)
    agreement = {name: await asyncio.to_thread(_agreement, fit) for name, fit in found.fits.items()}
    labels = found.votes.n_labels
    async with engine.database.transaction(organization) as tx:
        aims = await _aims(tx, organization, project, found)
    ahead = await asyncio.to_thread(outlook, found.fits, found.votes, aims)
    async with engine.database.transaction(organization) as tx:
        stored = await quality_store.find(tx, organization, project)
        kept = stored[1] if stored else BLANK
        document = await _document(
            tx, organization, project, found, agreement, ahead, labels, kept.get("past_forecasts", [])
        )
        torn = await torn_objects(tx, organization, project, CONTESTED)
        document["contested"] = least_sure(document["contested"] + torn)
        document["history"] = history(kept.get("history", []), *document["history"])
        await quality_store.save(tx, organization, project, labels, document)
    return document


async def _aims(tx: Connection, organization: UUID, project: UUID, found: Refitted) -> Aims:
    """What the project wants, and how much of it nobody has answered."""
    wanted = await project_store.aims(tx, organization, project)
    measured = await quality_store.measure(tx, organization, project)
    target = wanted["target_accuracy"]
    answered = sum(task not in found.votes.gold for task in found.votes.given)
    return Aims(
        bar=None if target is None else min(wanted["stop_at"] or target, MOST_BAR),
        max_labels=wanted["max_labels"],
        unanswered=max(measured["tasks"] - answered, 0),
        labels_by_day=await quality_store.labels_by_day(tx, organization, project),
    )


async def _document(
    tx: Connection,
    organization: UUID,
    project: UUID,
    found: Refitted,
    agreement: Any,
    ahead: Outlook,
    labels: int,
    past: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """What is known of a project, as it is told; ``past`` are its forecasts so far."""
    measured = await quality_store.measure(tx, organization, project)
    recent = await quality_store.recent_labels(tx, organization, project)
    forecast = _forecast(measured, recent, ahead.to_come)
    skills = await annotation_store.skills(tx, organization, project)
    accuracy = _accuracy(measured, found)
    return {
        "project": str(project),
        "accuracy": accuracy,
        "agreement": agreement,
        "labelers": _labelers(skills, found.votes),
        "cost": {"labels": labels},
        "states": await quality_store.states(tx, organization, project),
        "forecast": forecast,
        "histogram": histogram(await quality_store.confidences(tx, organization, project)),
        "reliability": reliability(found.fits),
        "contested": contested(found.fits),
        "doubtful_gold": doubtful_gold(found.fits),
        "slices": slices(found.fits),
        "curves": ahead.curves,
        "second_looks": await told(tx, organization, project),
        "past_forecasts": past_forecasts(
            past, forecast, tasks=measured["tasks"], labels=labels, now=measured["now"]
        ),
        "history": _point(accuracy, labels, measured),
    }


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


def _accuracy(measured: Any, found: Refitted) -> dict[str, Any]:
    """The mean posterior of resolved tasks, with the normal interval of the number of right ones.

    Where gold made the posteriors honest the interval also holds what the gold leaves open: by how much
    answers to gold were right more or less often than stated.
    """
    resolved = measured["resolved"]
    gold = [fit for fit in found.fits.values() if fit.calibrated]
    method = "calibrated_by_gold" if gold else "posterior_mean"
    if not resolved:
        return {"estimate": None, "low": None, "high": None, "method": method}
    variance = measured["variance"] / resolved**2
    variance += max((float(np.var(fit.right - fit.sure)) / len(fit.sure) for fit in gold), default=0.0)
    half = 1.96 * math.sqrt(variance)
    estimate = measured["estimate"]
    return {
        "estimate": estimate,
        "low": max(estimate - half, 0.0),
        "high": min(estimate + half, 1.0),
        "method": method,
    }


def _point(accuracy: dict[str, Any], labels: int, measured: Any) -> list[dict[str, Any]]:
    """The point of a history that says this accuracy, where there is one."""
    if accuracy["estimate"] is None:
        return []
    seen = {name: accuracy[name] for name in ("estimate", "low", "high")}
    return [{"at": measured["now"].isoformat(), "labels": labels, **seen}]


def _agreement(fit: QuestionFit) -> dict[str, Any]:
    """Krippendorff's alpha (nominal) over tasks with two votes or more, with its bootstrap interval; null
    where it says nothing."""
    items, labels = fit.laid.tasks, fit.laid.labels.astype(np.float64)
    shared = int((np.bincount(items) >= 2).sum())
    if not shared:
        return {"alpha": None, "low": None, "high": None, "items": 0}
    resamples = 200 if len(items) <= MANY_VOTES else 20
    alpha = krippendorff_alpha(items, labels, rng=np.random.default_rng(0), n_resamples=resamples)
    if not alpha.defined:
        return {"alpha": None, "low": None, "high": None, "items": shared}
    return {"alpha": alpha.value, "low": alpha.low, "high": alpha.high, "items": shared}


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
                row["question"]: {
                    "accuracy": row["accuracy"],
                    "low": row["low"],
                    "high": row["high"],
                    "confusion": orjson.loads(row["confusion"]) if row["confusion"] else None,
                }
                for row in mine
            },
        }
        for labeler, mine in rows.items()
    ]


def _forecast(measured: Any, recent: int, to_come: Mapping[str, float] | None) -> dict[str, Any]:
    """Labels still missing, and by when; with a target what it takes to reach that, with a 90 % interval.

    Without a target, or before anything can be played, it is the slots that are open, at the pace of the last
    seven days.
    """
    now = measured["now"]
    if to_come is not None:
        return {
            "labels_to_target": round(to_come["labels"]),
            "labels_low": round(to_come["labels_low"]),
            "labels_high": round(to_come["labels_high"]),
            "date": _date(now, to_come["days"]) if to_come["labels"] else None,
            "date_low": _date(now, to_come["days_low"]) if to_come["labels"] else None,
            "date_high": _date(now, to_come["days_high"]) if to_come["labels"] else None,
        }
    missing = int(measured["missing"])
    days = None if not recent or not missing else 7.0 * missing / recent
    unknown = dict.fromkeys(("labels_low", "labels_high", "date_low", "date_high"))
    date = None if days is None else _date(now, days)
    return {"labels_to_target": missing, "date": date} | unknown


def _date(now: datetime, days: float) -> str | None:
    """So many days on; a time nobody plans for is none."""
    return (now + timedelta(days=days)).date().isoformat() if days < MOST_DAYS else None
