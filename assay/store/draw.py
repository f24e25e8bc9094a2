"""Items drawn for an audit and what auditors found of them, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("draw")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDraw:
    """The ``number``-th draw, from 1: which line of the snapshot (``item``, from 0), and its frozen label."""

    number: int
    item: int
    task: UUID
    label: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawRow:
    """A draw with what was found; ``wrong`` is ``None`` while nobody answered."""

    number: int
    item: int
    task: UUID
    auditor: UUID | None
    similarity: Mapping[str, float] | None
    wrong: bool | None
    answered_at: datetime | None


async def insert(
    tx: Connection, organization: UUID, snapshot: UUID, project: UUID, draws: Sequence[NewDraw]
) -> None:
    """Write draws."""
    await tx.execute(
        _SQL["insert"],
        organization,
        snapshot,
        project,
        [draw.number for draw in draws],
        [draw.item for draw in draws],
        [draw.task for draw in draws],
        [orjson.dumps(draw.label).decode() for draw in draws],
    )


async def of_snapshot(tx: Connection, organization: UUID, snapshot: UUID) -> list[DrawRow]:
    """All draws of a snapshot in their order."""
    return [
        DrawRow(**dict(row) | {"similarity": orjson.loads(row["similarity"]) if row["similarity"] else None})
        for row in await tx.fetch(_SQL["of_snapshot"], organization, snapshot)
    ]


async def claim(
    tx: Connection,
    organization: UUID,
    project: UUID,
    labeler: UUID,
    leases: Sequence[UUID],
    lease_seconds: int,
) -> list[asyncpg.Record]:
    """Leases for an auditor: ``lease``, ``task``, ``fence``, ``ontology_version``, ``until`` and the item."""
    await tx.execute(_SQL["lock_project"], project)
    return await tx.fetch(_SQL["claim"], organization, project, labeler, leases, lease_seconds)


async def find_lease(tx: Connection, organization: UUID, lease: UUID, labeler: UUID) -> asyncpg.Record | None:
    """An auditor's lease, held still while it is ``live``; else the one that ended."""
    found = await tx.fetchrow(_SQL["find_lease"], organization, lease, labeler)
    return found or await tx.fetchrow(_SQL["find_ended"], organization, lease, labeler)


async def lock(tx: Connection, organization: UUID, task: UUID, lease: UUID) -> asyncpg.Record | None:
    """The draw that a lease was given for, held still; ``None`` when another has it or answered it."""
    return await tx.fetchrow(_SQL["lock"], organization, task, lease)


async def answer(
    tx: Connection,
    organization: UUID,
    draw: asyncpg.Record,
    *,
    annotation: UUID,
    auditor: UUID,
    similarity: Mapping[str, float],
    wrong: bool,
) -> None:
    """Write what an auditor found of a draw that is held."""
    await tx.execute(
        _SQL["answer"],
        organization,
        draw["snapshot"],
        draw["number"],
        annotation,
        auditor,
        orjson.dumps(similarity).decode(),
        wrong,
    )


async def find_answer(
    tx: Connection, organization: UUID, lease: UUID, labeler: UUID
) -> asyncpg.Record | None:
    """What an auditor answered under a lease; ``counted`` says whether it is a draw's answer."""
    return await tx.fetchrow(_SQL["find_answer"], organization, lease, labeler)


async def write_answer(
    tx: Connection,
    organization: UUID,
    lease: UUID,
    held: asyncpg.Record,
    labeler: UUID,
    label: bytes,
    digest: bytes,
) -> str:
    """Store an auditor's label, which is no vote, and use the lease up; the state of the task."""
    state: str = await tx.fetchval(
        _SQL["write_answer"],
        organization,
        lease,
        held["task"],
        held["slot"],
        held["fence"],
        labeler,
        held["ontology_version"],
        label.decode(),
        digest,
        held["claimed_at"],
    )
    await tx.execute(_SQL["end_lease"], organization, lease, labeler)
    await tx.execute(_SQL["remember"], organization, labeler, held["task"])
    await tx.execute(_SQL["forget_draft"], organization, labeler, held["task"])
    return state
