"""The feed, read in the order that never loses a late commit."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from assay.domain.event import START, EventFilter, Place
from assay.domain.labeler import Principal
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("event")


async def horizon(tx: Connection) -> int:
    """The transaction id below which the feed is complete."""
    return int(await tx.fetchval(_SQL["horizon"]))


async def settled_since(tx: Connection, since: int) -> tuple[int, list[UUID]]:
    """The transaction id below which the feed is complete now, and who has something new since another one
    (system role)."""
    (row,) = await tx.fetch(_SQL["settled_since"], str(since))
    return int(row["horizon"]), list(row["organizations"])


async def start(tx: Connection) -> Place:
    """The place up to which old events were deleted (system role)."""
    rows = await tx.fetch(_SQL["start"])
    return Place(xid=int(rows[0]["xid"]), seq=rows[0]["seq"]) if rows else START


async def trim(tx: Connection, days: int, limit: int) -> int:
    """Delete up to ``limit`` events older than ``days``, the oldest first; says how many (system role)."""
    return int(await tx.fetchval(_SQL["trim"], days, limit))


async def page(
    tx: Connection, principal: Principal, wanted: EventFilter, after: Place, below: int, limit: int
) -> list[asyncpg.Record]:
    """Up to ``limit`` rows after a place and below a transaction id, as far as the principal may see."""
    return list(
        await tx.fetch(
            _SQL["page"],
            principal.organization,
            str(after.xid),
            after.seq,
            str(below),
            wanted.project,
            list(wanted.kinds) if wanted.kinds is not None else None,
            principal.sees_all_projects,
            principal.labeler,
            limit,
        )
    )
