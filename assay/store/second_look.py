"""Second looks in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("second_look")


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """Why a resolved task should be looked at again: ``doubt`` is 0 to 1."""

    task: UUID
    question: str
    reason: str
    doubt: float


async def predicted(tx: Connection, organization: UUID, project: UUID, limit: int) -> list[asyncpg.Record]:
    """``task``, its merged ``label``, and the ``labeler``, ``predicted`` label and ``scores`` of a model."""
    return await tx.fetch(_SQL["predicted"], organization, project, limit)


async def copies(tx: Connection, organization: UUID, project: UUID, limit: int) -> list[asyncpg.Record]:
    """``task`` and ``content`` of resolved tasks whose content others have too."""
    return await tx.fetch(_SQL["copies"], organization, project, limit)


async def room(tx: Connection, organization: UUID, project: UUID) -> int:
    """How many more second looks the project's rate allows; negative where it was lowered."""
    left: int = await tx.fetchval(_SQL["room"], organization, project)
    return left


async def open_looks(
    tx: Connection, organization: UUID, project: UUID, flags: Sequence[Flag], limit: int
) -> None:
    """Open up to ``limit`` second looks, the most doubtful first; never a second for one task."""
    await tx.execute(
        _SQL["open"],
        organization,
        project,
        [flag.task for flag in flags],
        [flag.question for flag in flags],
        [flag.reason for flag in flags],
        [flag.doubt for flag in flags],
        limit,
    )


async def close(tx: Connection, organization: UUID, task: UUID, *, changed: bool) -> None:
    """Somebody looked, and did or did not find the answer wrong."""
    await tx.execute(_SQL["close"], organization, task, changed)


async def counts(tx: Connection, organization: UUID, project: UUID) -> asyncpg.Record:
    """How many are ``open``, ``closed`` and ``changed`` the answer."""
    row = await tx.fetchrow(_SQL["counts"], organization, project)
    assert row is not None  # an aggregate without GROUP BY has exactly one row
    return row


async def listed(tx: Connection, organization: UUID, project: UUID, limit: int) -> list[Flag]:
    """Open ones, the most doubtful first."""
    return [Flag(**dict(row)) for row in await tx.fetch(_SQL["listed"], organization, project, limit)]


async def claim(
    tx: Connection,
    organization: UUID,
    project: UUID,
    labeler: UUID,
    leases: Sequence[UUID],
    version: int,
    lease_seconds: int,
) -> list[asyncpg.Record]:
    """Review leases for tasks that wait for a second look; fewer than asked for when there are fewer."""
    return await tx.fetch(_SQL["claim"], organization, project, labeler, leases, version, lease_seconds)
