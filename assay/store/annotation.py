"""Annotations, reviews and what is known of labelers' skill, in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("annotation")


async def of_task(tx: Connection, organization: UUID, task: UUID) -> list[asyncpg.Record]:
    """All annotations of a task, oldest first."""
    return await tx.fetch(_SQL["of_task"], organization, task)


async def find(tx: Connection, organization: UUID, annotation: UUID) -> asyncpg.Record | None:
    """One annotation."""
    return await tx.fetchrow(_SQL["find"], organization, annotation)


async def of_project(
    tx: Connection, organization: UUID, project: UUID, after: int, upto: int
) -> list[asyncpg.Record]:
    """Counted annotations of tasks with sequence numbers in (after, upto]."""
    return await tx.fetch(_SQL["of_project"], organization, project, after, upto)


async def task_after(tx: Connection, organization: UUID, project: UUID, after: int, count: int) -> int | None:
    """The sequence number ``count`` tasks on, or the last; ``None`` when there are no more."""
    upto: int | None = await tx.fetchval(_SQL["task_after"], organization, project, after, count)
    return upto


LabelledItem = tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]
"""A label, its item's fields, and what was measured of them."""


def labels_with_items(tx: Connection, organization: UUID, project: UUID) -> AsyncIterator[LabelledItem]:
    """Counted labels of a project, a few at a time."""
    return _with_items(tx, "labels_with_items", organization, project)


def drafts_with_items(tx: Connection, organization: UUID, project: UUID) -> AsyncIterator[LabelledItem]:
    """What was begun and not submitted in a project, a few at a time."""
    return _with_items(tx, "drafts_with_items", organization, project)


async def _with_items(
    tx: Connection, query: str, organization: UUID, project: UUID
) -> AsyncIterator[LabelledItem]:
    async for row in tx.cursor(_SQL[query], organization, project, prefetch=500):
        yield (
            orjson.loads(row["label"]),
            orjson.loads(row["fields"]),
            orjson.loads(row["facts"]) if row["facts"] else None,
        )


async def skills(tx: Connection, organization: UUID, project: UUID) -> list[asyncpg.Record]:
    """What is known of each labeler's accuracy by question."""
    return await tx.fetch(_SQL["skills"], organization, project)


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundSkill:
    """What a refit knows of one labeler's answers to one question.

    ``confusion`` is ``{answer: {truth: chance of that answer}}`` or ``None``; ``gold_rate`` is the share of
    the labeler's next tasks that should be gold.
    """

    labeler: UUID
    question: str
    accuracy: float
    low: float
    high: float
    labels: int
    confusion: Mapping[str, Mapping[str, float]] | None = None
    gold_rate: float | None = None


async def save_skills(tx: Connection, organization: UUID, project: UUID, found: Sequence[FoundSkill]) -> None:
    """Write what a refit found."""
    await tx.execute(
        _SQL["save_skills"],
        organization,
        project,
        [one.labeler for one in found],
        [one.question for one in found],
        [one.accuracy for one in found],
        [one.low for one in found],
        [one.high for one in found],
        [one.labels for one in found],
        [None if one.confusion is None else orjson.dumps(one.confusion).decode() for one in found],
        [one.gold_rate for one in found],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedAnnotation:
    """A checked label from elsewhere; ``label`` and ``ballots`` are JSON."""

    id: UUID
    task: UUID
    labeler: UUID
    label: bytes
    digest: bytes
    ballots: bytes
    structured: bool
    created_at: datetime | None


async def insert_imported(
    tx: Connection, organization: UUID, project: UUID, version: int, rows: Sequence[ImportedAnnotation]
) -> list[tuple[str, UUID]]:
    """Take a batch of labels: of each, ``accepted``, ``existing`` or ``conflict``, and which annotation
    stands."""
    found = await tx.fetch(
        _SQL["import"],
        organization,
        project,
        version,
        [row.id for row in rows],
        [row.task for row in rows],
        [row.labeler for row in rows],
        [row.label.decode() for row in rows],
        [row.digest for row in rows],
        [row.ballots.decode() for row in rows],
        [row.structured for row in rows],
        [row.created_at for row in rows],
    )
    return [(row["outcome"], row["annotation"]) for row in found]


async def of_labelers(
    tx: Connection, organization: UUID, pairs: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], tuple[UUID, bytes]]:
    """The annotation and its label's digest by (task, labeler), where there is one."""
    tasks, labelers = [task for task, _ in pairs], [labeler for _, labeler in pairs]
    rows = await tx.fetch(_SQL["of_labelers"], organization, tasks, labelers)
    return {(row["task"], row["labeler"]): (row["id"], row["digest"]) for row in rows}


async def tasks_by_external_id(
    tx: Connection, organization: UUID, project: UUID, dataset: UUID, external_ids: Sequence[str]
) -> dict[str, asyncpg.Record]:
    """Tasks with their items (``task``, ``seq``, ``fields``, ``facts``) by external id."""
    rows = await tx.fetch(_SQL["tasks_by_external_id"], organization, project, external_ids, dataset)
    return {row["external_id"]: row for row in rows}


async def insert_review(
    tx: Connection,
    organization: UUID,
    review: UUID,
    *,
    project: UUID,
    task: UUID,
    reviewer: UUID,
    annotation: UUID | None,
    resolution_version: int | None,
    verdict: str,
    label: Any,
    reason: str,
    digest: bytes,
    new_version: int,
) -> None:
    """Write what a reviewer said."""
    await tx.execute(
        _SQL["insert_review"],
        organization,
        review,
        project,
        task,
        reviewer,
        annotation,
        resolution_version,
        verdict,
        None if label is None else orjson.dumps(label).decode(),
        reason,
        digest,
        new_version,
    )


async def find_review(tx: Connection, organization: UUID, review: UUID) -> asyncpg.Record | None:
    """One review."""
    return await tx.fetchrow(_SQL["find_review"], organization, review)


async def reviews_of_task(tx: Connection, organization: UUID, task: UUID) -> list[asyncpg.Record]:
    """What reviewers said of a task, oldest first."""
    return await tx.fetch(_SQL["reviews_of_task"], organization, task)


async def authored(tx: Connection, organization: UUID, task: UUID, labeler: UUID) -> bool:
    """Whether a labeler answered a task."""
    answered: bool = await tx.fetchval(_SQL["authored"], organization, task, labeler)
    return answered
