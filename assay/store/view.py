"""Kept filters in the database."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

import asyncpg
import orjson

from assay.domain.item import ItemFilter
from assay.domain.labeler import Principal
from assay.domain.view import NewView, View
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("view")


async def insert(
    tx: Connection, principal: Principal, project: UUID, view: UUID, new: NewView
) -> View | None:
    """Keep filters; ``None`` where the name is taken."""
    filters = orjson.dumps({name: held for name, held in asdict(new.filters).items() if held is not None})
    whose = (principal.organization, project, principal.labeler)
    row = await tx.fetchrow(_SQL["insert"], *whose, view, new.name, filters.decode())
    return None if row is None else _from_row(row)


async def listed(tx: Connection, principal: Principal, project: UUID, limit: int) -> list[View]:
    """What a person keeps of a project, by name."""
    rows = await tx.fetch(_SQL["listed"], principal.organization, project, principal.labeler, limit)
    return [_from_row(row) for row in rows]


async def delete(tx: Connection, principal: Principal, view: UUID) -> bool:
    """Forget one of a person's own; whether there was one."""
    return bool(await tx.fetch(_SQL["delete"], principal.organization, principal.labeler, view))


def _from_row(row: asyncpg.Record) -> View:
    return View(
        id=row["id"],
        view=row["id"],
        project=row["project"],
        name=row["name"],
        filters=ItemFilter(**orjson.loads(row["filters"])),
        created_at=row["created_at"],
    )
