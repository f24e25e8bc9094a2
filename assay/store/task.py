"""Tasks and what their resolutions are made of, in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.task import DECIDED
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("task")


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskAnswers:
    """What a task's resolution is made of. ``tally`` holds log-odds of class-valued answers, ``label`` and
    ``probability`` merged structured answers, gold or a reviewer's."""

    task: UUID
    seq: int
    external_id: str
    gold: bool
    state: str
    given: int
    tally: dict[str, Any]
    label: dict[str, Any]
    probability: dict[str, Any]
    method: str
    version: int


def answers_from_row(row: asyncpg.Record) -> TaskAnswers:
    """A row of ``page``, ``export_page`` or ``find``."""
    return TaskAnswers(
        task=row["id"],
        seq=row["seq"],
        external_id=row["external_id"],
        gold=row["gold"],
        state=row["state"],
        given=row["given"],
        tally=orjson.loads(row["tally"]),
        label=orjson.loads(row["label"]),
        probability=orjson.loads(row["probability"]),
        method=row["method"],
        version=row["version"],
    )


async def find(tx: Connection, organization: UUID, task: UUID) -> asyncpg.Record | None:
    """One published task with its item."""
    return await tx.fetchrow(_SQL["find"], organization, task)


async def decided(tx: Connection, organization: UUID, tasks: Sequence[UUID]) -> list[UUID]:
    """Which of these tasks are decided."""
    rows = await tx.fetch(_SQL["decided"], organization, list(tasks), sorted(DECIDED))
    return [row["id"] for row in rows]


async def answered_by(tx: Connection, organization: UUID, annotation: UUID) -> tuple[UUID, str]:
    """The task that an annotation answers, and where it stands."""
    (row,) = await tx.fetch(_SQL["answered_by"], organization, annotation)
    return row["id"], row["state"]


async def lock(tx: Connection, organization: UUID, task: UUID) -> asyncpg.Record | None:
    """Hold a task still while its answers change."""
    return await tx.fetchrow(_SQL["lock"], organization, task)


async def page(
    tx: Connection,
    organization: UUID,
    project: UUID,
    after: int,
    limit: int,
    *,
    state: str | None = None,
    gold: bool | None = None,
) -> list[TaskAnswers]:
    """Up to ``limit`` tasks after a sequence number."""
    rows = await tx.fetch(_SQL["page"], organization, project, after, limit, state, gold)
    return [answers_from_row(row) for row in rows]


async def export_page(
    tx: Connection, organization: UUID, project: UUID, after: int, limit: int, *, gold: bool
) -> list[tuple[TaskAnswers, asyncpg.Record]]:
    """Up to ``limit`` resolved tasks after a sequence number, with their items (``fields``, ``metadata``,
    ``facts``)."""
    rows = await tx.fetch(_SQL["export_page"], organization, project, after, limit, gold)
    return [(answers_from_row(row), row) for row in rows]


async def answered(
    tx: Connection, organization: UUID, project: UUID
) -> AsyncIterator[tuple[TaskAnswers, asyncpg.Record]]:
    """Every task that has an answer, with its item (``fields``, ``facts``), a few at a time."""
    async for row in tx.cursor(_SQL["answered"], organization, project, prefetch=500):
        yield answers_from_row(row), row


async def counts(tx: Connection, organization: UUID, project: UUID) -> dict[str, int]:
    """How many tasks stand in each state, gold left out."""
    rows = await tx.fetch(_SQL["counts"], organization, project)
    return {row["state"]: row["tasks"] for row in rows if not row["gold"]}


async def take_merge_due(tx: Connection, organization: UUID, limit: int) -> list[UUID]:
    """Take tasks whose structured answers wait to be merged."""
    return [row["task"] for row in await tx.fetch(_SQL["take_merge_due"], organization, limit)]


async def organizations_with_merge_due(tx: Connection) -> list[UUID]:
    """Where there is something to merge (system role)."""
    return [row["organization"] for row in await tx.fetch(_SQL["organizations_with_merge_due"])]


async def decide(
    tx: Connection,
    organization: UUID,
    task: UUID,
    label: Any,
    probability: Any,
    confidence: float | None,
    method: str,
) -> str:
    """Write merged answers; the state the task is in now."""
    state: str = await tx.fetchval(
        _SQL["decide"],
        organization,
        task,
        orjson.dumps(label).decode(),
        orjson.dumps(probability).decode(),
        confidence,
        method,
    )
    return state


async def write_review(
    tx: Connection,
    organization: UUID,
    task: UUID,
    *,
    label: Any,
    probability: Any,
    confidence: float,
    state: str,
    method: str,
) -> int:
    """Write what a reviewer decided; the new version."""
    version: int = await tx.fetchval(
        _SQL["review"],
        organization,
        task,
        orjson.dumps(label).decode(),
        orjson.dumps(probability).decode(),
        confidence,
        state,
        method,
    )
    return version


async def withdraw_slots(tx: Connection, organization: UUID, task: UUID) -> None:
    """Ask for no more labels than the task still needs."""
    await tx.execute(_SQL["withdraw_slots"], organization, task)


async def request_merge(tx: Connection, organization: UUID, task: UUID) -> None:
    """Have a task's structured answers merged anew."""
    await tx.execute(_SQL["request_merge"], organization, task)


async def expire_leases(tx: Connection, organization: UUID, project: UUID) -> None:
    """Give back what expired leases of a project hold."""
    await tx.execute(_SQL["expire_leases"], organization, project)


async def reopen(tx: Connection, organization: UUID, task: UUID) -> int:
    """Ask for one more label; the new version."""
    version: int = await tx.fetchval(_SQL["reopen"], organization, task)
    return version


async def retally(tx: Connection, organization: UUID, task: UUID, tally: Any) -> None:
    """Write a tally anew."""
    await tx.execute(_SQL["retally"], organization, task, orjson.dumps(tally).decode())


async def count_leases(tx: Connection, organization: UUID, project: UUID, labeler: UUID) -> int:
    """Live leases of a labeler in a project, of any stage; until the transaction ends nobody else counts."""
    await tx.execute(_SQL["lock_claims"], labeler, project)
    count: int = await tx.fetchval(_SQL["count_leases"], organization, project, labeler)
    return count


async def claim_review(
    tx: Connection,
    organization: UUID,
    project: UUID,
    labeler: UUID,
    leases: Sequence[UUID],
    version: int,
    lease_seconds: int,
) -> list[asyncpg.Record]:
    """Review leases for the tasks most worth a look; fewer than asked for when there are fewer."""
    return await tx.fetch(
        _SQL["claim_review"], organization, project, labeler, leases, version, lease_seconds
    )


async def find_review_lease(
    tx: Connection, organization: UUID, lease: UUID, labeler: UUID
) -> asyncpg.Record | None:
    """A labeler's review lease, held still."""
    return await tx.fetchrow(_SQL["find_review_lease"], organization, lease, labeler)


async def end_review_lease(tx: Connection, organization: UUID, lease: UUID, labeler: UUID) -> None:
    """Use a review lease up."""
    await tx.execute(_SQL["end_review_lease"], organization, lease, labeler)
