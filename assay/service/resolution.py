"""Resolutions: read off a task's tally and merged answers, for whoever may see them."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from assay.domain.labeler import Principal, Role
from assay.domain.resolution import DEFAULT_MIN_PROBABILITY, Resolution, likely
from assay.domain.task import (
    BlindAnnotation,
    GivenAnnotation,
    GivenReview,
    ReviewedItem,
    TaskView,
    check_state,
)
from assay.errors import Invalid
from assay.labels.schema import Schema
from assay.service.access import not_found, project_of, require
from assay.service.engine import Engine
from assay.service.waiting import check_wait, is_decided
from assay.store import annotation as annotation_store
from assay.store import task as task_store
from assay.store.database import Connection
from assay.store.queries import stored_json
from assay.store.task import TaskAnswers

PAGE_ROWS = 1_000
DECIDED_BY_HAND = frozenset({"gold", "review"})


@dataclass(frozen=True, kw_only=True)
class ResolutionFilter:
    """Which resolutions are wanted; ``None`` wants all."""

    state: str | None = None
    gold: bool | None = None
    min_probability: float = DEFAULT_MIN_PROBABILITY

    def __post_init__(self) -> None:
        """Raises ``Invalid`` (``field.invalid``) at a state there is not or a probability out of range."""
        check_state(self.state, "/state")
        if not 0 <= self.min_probability <= 1:
            raise Invalid("field.invalid", "min_probability is 0 to 1", pointer="/min_probability", limit=1)


async def resolution_page(
    engine: Engine,
    tx: Connection,
    principal: Principal,
    project: UUID,
    after: int,
    limit: int,
    wanted: ResolutionFilter,
) -> list[tuple[int, Resolution]]:
    """Up to ``limit`` resolutions after a sequence number, each with its own."""
    require(principal, Role.REVIEWER)
    found = await project_of(tx, principal, project)
    schema = await engine.schema(tx, principal.organization, project, found.ontology_version)
    answers = await task_store.page(
        tx, principal.organization, project, after, limit, state=wanted.state, gold=wanted.gold
    )
    return [(one.seq, resolve(schema, one, wanted.min_probability)) for one in answers]


async def check_access(engine: Engine, principal: Principal, project: UUID) -> None:
    """Refuse whoever may not read a project's resolutions, before the first of them is sent."""
    require(principal, Role.REVIEWER)
    async with engine.database.transaction(principal.organization) as tx:
        await project_of(tx, principal, project)


async def all_resolutions(
    engine: Engine, principal: Principal, project: UUID, wanted: ResolutionFilter
) -> AsyncIterator[list[Resolution]]:
    """All resolutions in pages, each read in a transaction of its own, so that no snapshot is held for
    long."""
    after = 0
    while True:
        async with engine.database.transaction(principal.organization) as tx:
            page = await resolution_page(engine, tx, principal, project, after, PAGE_ROWS, wanted)
        if not page:
            return
        yield [resolution for _, resolution in page]
        after = page[-1][0]


async def task_when_decided(
    engine: Engine, principal: Principal, project: UUID, task: UUID, wait: int
) -> TaskView:
    """A task, once it is decided or ``wait`` seconds are over. For reviewers and above.

    Raises ``Invalid`` for a wait over a minute, ``TooMany`` where too many wait already.
    """
    check_wait(principal, wait)
    async with engine.database.transaction(principal.organization) as tx:
        view = await task_view(engine, tx, principal, project, task)
    if not wait or is_decided(view.state):
        return view
    await engine.waits.until_decided(
        engine.database, engine.feed_watch, principal.organization, task, float(wait)
    )
    async with engine.database.transaction(principal.organization) as tx:
        return await task_view(engine, tx, principal, project, task)


async def answer_when_decided(
    engine: Engine, principal: Principal, answer: dict[str, Any], wait: int
) -> dict[str, Any]:
    """A submit's answer, once its task is decided or ``wait`` seconds are over. The label is stored."""
    if not wait or is_decided(answer["task_state"]):
        return answer
    annotation = UUID(str(answer["annotation"]))
    async with engine.database.transaction(principal.organization) as tx:
        task, _ = await task_store.answered_by(tx, principal.organization, annotation)
    await engine.waits.until_decided(
        engine.database, engine.feed_watch, principal.organization, task, float(wait)
    )
    async with engine.database.transaction(principal.organization) as tx:
        _, state = await task_store.answered_by(tx, principal.organization, annotation)
    return answer | {"task_state": state}


async def task_view(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, task: UUID
) -> TaskView:
    """A task with its resolution, annotations and reviews, for reviewers and above."""
    require(principal, Role.REVIEWER)
    found = await project_of(tx, principal, project)
    row = await task_store.find(tx, principal.organization, task)
    if row is None or row["project"] != project:
        raise not_found("task", task)
    schema = await engine.schema(tx, principal.organization, project, found.ontology_version)
    given = await annotation_store.of_task(tx, principal.organization, task)
    blind = found.blind_review and not principal.role.covers(Role.MANAGER)
    return TaskView(
        id=task,
        task=task,
        project=project,
        state=row["state"],
        gold=row["gold"],
        item=reviewed_item(row),
        resolution=resolve(schema, task_store.answers_from_row(row), 0.0),
        annotations=[_blind(one) for one in given] if blind else [_annotation(one) for one in given],
        reviews=[
            _review(one) for one in await annotation_store.reviews_of_task(tx, principal.organization, task)
        ],
    )


def reviewed_item(row: asyncpg.Record) -> ReviewedItem:
    """The item of a task's row."""
    return ReviewedItem(
        id=row["item"],
        external_id=row["external_id"],
        fields=stored_json(row["fields"]),
        facts=stored_json(row["facts"]) if row["facts"] else None,
    )


def _annotation(row: asyncpg.Record) -> GivenAnnotation:
    return GivenAnnotation(
        annotation=row["id"],
        labeler=row["labeler"],
        labeler_name=row["labeler_name"],
        kind=row["kind"],
        ontology_version=row["ontology_version"],
        label=stored_json(row["label"]),
        counted=row["counted"] and not row["rejected"],
        created_at=row["created_at"],
    )


def _blind(row: asyncpg.Record) -> BlindAnnotation:
    return BlindAnnotation(
        annotation=row["id"],
        ontology_version=row["ontology_version"],
        label=stored_json(row["label"]),
        counted=row["counted"] and not row["rejected"],
        created_at=row["created_at"],
    )


def _review(row: asyncpg.Record) -> GivenReview:
    return GivenReview(
        review=row["id"],
        reviewer=row["reviewer"],
        reviewer_name=row["reviewer_name"],
        annotation=row["annotation"],
        resolution_version=row["resolution_version"],
        verdict=row["verdict"],
        label=stored_json(row["label"]) if row["label"] else None,
        reason=row["reason"],
        new_version=row["new_version"],
        created_at=row["created_at"],
    )


def resolve(schema: Schema, answers: TaskAnswers, min_probability: float) -> Resolution:
    """The resolution that a task's stored answers mean under an ontology version.

    Answers to questions that the version no longer asks are left out.
    """
    label = {name: value for name, value in answers.label.items() if name in schema.kinds}
    probability = {name: chance for name, chance in answers.probability.items() if name in schema.kinds}
    if answers.method not in DECIDED_BY_HAND:
        for name, facets in answers.tally.items():
            if name in schema.kinds:
                label[name], probability[name] = schema.kinds[name].elect(
                    {facet: posterior(counted) for facet, counted in facets.items()}
                )
    label, probability = likely(label, probability, min_probability)
    return Resolution(
        task=answers.task,
        external_id=answers.external_id,
        state=answers.state,
        label=label,
        probability=probability,
        annotations=answers.given,
        method=answers.method,
        version=answers.version,
        gold=answers.gold,
    )


def posterior(counted: Mapping[str, Any]) -> dict[str, float]:
    """One facet's posterior over the answers that were voted for; ``{"k": K, "w": {answer: log-odds}}``.

    The K less those answers have weight 0 each and share what is left to 1.
    """
    weights: dict[str, float] = counted["w"]
    top = max(0.0, *weights.values())
    unseen = max(counted["k"] - len(weights), 0) * math.exp(-top)
    total = unseen + sum(math.exp(weight - top) for weight in weights.values())
    return {answer: math.exp(weight - top) / total for answer, weight in weights.items()}
