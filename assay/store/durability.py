"""What the database says of its own durability."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from assay.domain.durability import Archive, AuditState, DatabaseSettings
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("durability")


async def settings(tx: Connection) -> tuple[datetime, DatabaseSettings, bool]:
    """The database's time, what a commit of this role rests on, and whether the log is archived."""
    (row,) = await tx.fetch(_SQL["settings"])
    told = dict(row)
    now, is_archived = told.pop("now"), told.pop("is_archived")
    return now, DatabaseSettings(**told), is_archived


async def archive(tx: Connection) -> Archive:
    """How far the log is archived."""
    (row,) = await tx.fetch(_SQL["archive"])
    return Archive(
        last_archived_at=row["last_archived_time"],
        lag_bytes=row["lag_bytes"],
        is_failing=row["is_failing"],
        failures=row["failed_count"],
    )


async def audit(tx: Connection, organization: UUID) -> AuditState:
    """How far an organisation's audit is sealed."""
    (row,) = await tx.fetch(_SQL["audit"], organization)
    return AuditState(**row)


async def facts(tx: Connection) -> dict[str, dict[str, Any]]:
    """What the installation remembers of its backups (system role)."""
    return {row["key"]: orjson.loads(row["value"]) for row in await tx.fetch(_SQL["facts"])}
