"""Tasks that wait until their items' media were looked at, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("probing")


async def count(tx: Connection, organization: UUID, project: UUID) -> int:
    """How many published tasks wait."""
    waiting: int = await tx.fetchval(_SQL["count"], organization, project)
    return waiting


async def in_import(tx: Connection, organization: UUID, project: UUID, import_id: UUID) -> bool:
    """Whether an import brought tasks that wait."""
    waiting: bool = await tx.fetchval(_SQL["in_import"], organization, project, import_id)
    return waiting


async def page(tx: Connection, organization: UUID, project: UUID, limit: int) -> list[asyncpg.Record]:
    """The first tasks that wait: ``id``, ``item``, ``external_id``, ``fields`` and ``facts``."""
    return await tx.fetch(_SQL["page"], organization, project, limit)


async def save(
    tx: Connection,
    organization: UUID,
    facts: Mapping[UUID, Mapping[str, Any]],
    *,
    readable: Sequence[UUID],
    unreadable: Sequence[UUID],
) -> None:
    """Write what was measured, by item, and let the tasks go on."""
    written = [orjson.dumps(measured).decode() for measured in facts.values()]
    await tx.execute(_SQL["save_facts"], organization, list(facts), written)
    await tx.execute(_SQL["open"], organization, readable)
    await tx.execute(_SQL["give_up"], organization, unreadable)
