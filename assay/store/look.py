"""What is worth a look, in the database."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("look")


async def least_sure(
    tx: Connection, organization: UUID, project: UUID, reviewer: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Up to ``limit`` tasks to review, the least sure first; with a ``reviewer`` those they may take."""
    return await tx.fetch(_SQL["least_sure"], organization, project, reviewer, limit)


async def held(tx: Connection, organization: UUID, task: UUID) -> asyncpg.Record | None:
    """The review lease of a task: ``id``, ``task``, ``fence``, ``until`` and ``labeler``."""
    return await tx.fetchrow(_SQL["held"], organization, task)


async def claim(
    tx: Connection,
    organization: UUID,
    project: UUID,
    task: UUID,
    labeler: UUID,
    lease: UUID,
    version: int,
    lease_seconds: int,
) -> asyncpg.Record | None:
    """A review lease of a task, as :func:`held` tells it, or ``None`` where it may not be had."""
    return await tx.fetchrow(
        _SQL["claim"], organization, project, task, labeler, lease, version, lease_seconds
    )
