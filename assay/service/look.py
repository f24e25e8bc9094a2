"""What is worth a look: tasks by how many of their answers an expert is expected to right; one by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np

from assay.domain.labeler import Principal, Role
from assay.domain.lease import NewClaim
from assay.domain.look import CONSIDERED, MAX_LOOKS, SHOWN_ANSWERS, DoubtedAnswer, Look, Looks
from assay.domain.project import Project
from assay.domain.task import ReviewLeases, TaskState
from assay.errors import Conflict, Forbidden, Invalid
from assay.labels.kind import Kind
from assay.quality.looks import look_value
from assay.service.access import not_found, project_of, require
from assay.service.engine import Engine
from assay.service.lease import check_quota
from assay.service.resolution import DECIDED_BY_HAND, posterior
from assay.service.review import REVIEW_PROBABILITY, review_leases
from assay.store import annotation as annotation_store
from assay.store import look as look_store
from assay.store import task as task_store
from assay.store.database import Connection
from assay.store.task import TaskAnswers

TORN = 0.9
"""Of an object that several people were asked about, the least chance at which they count as agreed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chance:
    """One answer as it stands: the best one's chance first, then those of the others that were named."""

    question: str
    part: str
    answer: str | None
    named: tuple[float, ...]
    n_classes: int


async def worth_a_look(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, limit: int
) -> Looks:
    """Up to ``limit`` tasks that this reviewer may look at, the most valuable first.

    Of the project's tasks the ``CONSIDERED`` least sure are weighed: by an index, whatever the project's
    size. Raises ``Invalid`` for a limit over ``MAX_LOOKS``.
    """
    require(principal, Role.REVIEWER)
    if not 1 <= limit <= MAX_LOOKS:
        raise Invalid("field.invalid", f"must be 1 to {MAX_LOOKS}", pointer="/limit", limit=MAX_LOOKS)
    found = await project_of(tx, principal, project)
    schema = await engine.schema(tx, principal.organization, project, found.ontology_version)
    rows = await look_store.least_sure(tx, principal.organization, project, principal.labeler, CONSIDERED + 1)
    weighed = weigh([task_store.answers_from_row(row) for row in rows[:CONSIDERED]], schema.kinds)
    return Looks(
        items=weighed[:limit], considered=min(len(rows), CONSIDERED), complete=len(rows) <= CONSIDERED
    )


async def claim_task(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, wanted: NewClaim
) -> ReviewLeases:
    """A review lease of the task that is named: the one the reviewer holds already, or a new one.

    Raises ``Forbidden`` (``review.own``) and ``Conflict`` (``review.held``, ``review.settled``) where it may
    not be had.
    """
    require(principal, Role.REVIEWER)
    if wanted.stage != "review" or wanted.count != 1 or wanted.task is None:
        raise Invalid("field.invalid", "a task is named for one review", pointer="/task")
    found = await project_of(tx, principal, project)
    row = await task_store.find(tx, principal.organization, wanted.task)
    if row is None or row["project"] != project:
        raise not_found("task", wanted.task)
    if await annotation_store.authored(tx, principal.organization, wanted.task, principal.labeler):
        raise Forbidden("review.own", "this is your own work")
    await task_store.expire_leases(tx, principal.organization, project)
    leased = await look_store.held(tx, principal.organization, wanted.task)
    if leased is None:
        leased = await _lease(engine, tx, principal, found, wanted.task)
    if leased["labeler"] != principal.labeler:
        raise Conflict("review.held", "somebody else is reviewing this task")
    return await review_leases(engine, tx, principal, found, [leased])


async def _lease(
    engine: Engine, tx: Connection, principal: Principal, project: Project, task: UUID
) -> asyncpg.Record:
    await check_quota(tx, principal, project.id)
    whose = (tx, principal.organization, project.id, task, principal.labeler)
    terms = (engine.ids.new(), project.ontology_version, project.lease_seconds)
    leased = await look_store.claim(*whose, *terms)
    leased = leased or await look_store.held(tx, principal.organization, task)
    if leased is None:
        raise Conflict("review.settled", "this task has nothing to review")
    return leased


async def torn_objects(tx: Connection, organization: UUID, project: UUID, limit: int) -> list[dict[str, Any]]:
    """Objects that people who saw the same item do not agree on, least sure first, as ``contested`` tells
    them. Which of them marked it is not kept, so that nobody is counted."""
    rows = await look_store.least_sure(tx, organization, project, None, CONSIDERED)
    shared = [one for one in map(task_store.answers_from_row, rows) if one.given >= 2]
    found = [
        {
            "task": str(one.task),
            "question": chance.question,
            "part": chance.part,
            "votes": {},
            "probability": chance.named[0],
        }
        for one in shared
        for chance in _objects(one)
        if chance.named[0] < TORN
    ]
    return sorted(found, key=lambda row: (row["probability"], row["task"], row["question"]))[:limit]


def weigh(tasks: Sequence[TaskAnswers], kinds: Mapping[str, Kind]) -> list[Look]:
    """Tasks with what a look at each is worth, most valuable first; those that nothing is known of are last.

    A task that was sent to review stays in the list whatever it is worth.
    """
    chances = [(n, c) for n, one in enumerate(tasks) for c in _chances(one, kinds) if c.question in kinds]
    doubts: dict[int, list[DoubtedAnswer]] = defaultdict(list)
    for (n, chance), value in zip(chances, _values([c for _, c in chances]), strict=True):
        if value > 0:
            doubts[n].append(
                DoubtedAnswer(
                    question=chance.question,
                    part=chance.part,
                    answer=chance.answer,
                    probability=chance.named[0],
                    value=value,
                )
            )
    looks = [
        Look(
            task=one.task,
            external_id=one.external_id,
            state=TaskState(one.state),
            annotations=one.given,
            value=sum(doubt.value for doubt in doubts[n]),
            answers=sorted(doubts[n], key=lambda doubt: -doubt.value)[:SHOWN_ANSWERS],
        )
        for n, one in enumerate(tasks)
        if doubts[n] or one.state != "resolved"
    ]
    return sorted(looks, key=lambda look: -look.value)


def _values(chances: Sequence[Chance]) -> list[float]:
    if not chances:
        return []
    padded = np.zeros((len(chances), max(len(chance.named) for chance in chances)))
    for row, chance in zip(padded, chances, strict=True):
        row[: len(chance.named)] = chance.named
    value = look_value(
        padded,
        [len(chance.named) for chance in chances],
        [chance.n_classes for chance in chances],
        skill=REVIEW_PROBABILITY,
    )
    return [float(one) for one in value]


def _chances(one: TaskAnswers, kinds: Mapping[str, Kind]) -> Iterator[Chance]:
    """Every answer that a task holds."""
    if one.method not in DECIDED_BY_HAND:
        for question, facets in one.tally.items():
            for part, counted in facets.items():
                yield _voted(question, part, counted, kinds.get(question))
    yield from _objects(one)
    for question, chance in one.probability.items():
        if not isinstance(chance, Mapping):
            yield Chance(question=question, part="", answer=None, named=(chance,), n_classes=2)


def _voted(question: str, part: str, counted: Mapping[str, Any], kind: Kind | None) -> Chance:
    """Of answers as likely as each other the elected one is first, as a review shows it."""
    votes = posterior(counted)
    elected = str(kind.elect({part: votes})[0]) if kind is not None and part == "" else None
    ordered = sorted(votes.items(), key=lambda named: (-named[1], named[0] != elected, named[0]))
    chances = tuple(chance for _, chance in ordered)
    n_classes = max(counted["k"], len(chances), 2)
    return Chance(question=question, part=part, answer=ordered[0][0], named=chances, n_classes=n_classes)


def _objects(one: TaskAnswers) -> Iterator[Chance]:
    """Objects that were merged: each is there, or is not."""
    for question, chances in one.probability.items():
        if not isinstance(chances, Mapping):
            continue
        classes = {held["id"]: held.get("class") for held in one.label.get(question, ())}
        for part, there in chances.items():
            decided = max(there, 1 - there)
            yield Chance(
                question=question, part=part, answer=classes.get(part), named=(decided,), n_classes=2
            )
