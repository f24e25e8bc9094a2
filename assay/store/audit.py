"""The audit's seals in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg

from assay.domain.audit import EMPTY, AuditRow, Head, Seal, Tree
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("audit")


async def newest(tx: Connection) -> int:
    """The last number a row bears (system role)."""
    return int(await tx.fetchval(_SQL["newest"]))


async def unsealed_organizations(tx: Connection, after: int) -> list[UUID]:
    """Whose rows after a number are not sealed yet (system role)."""
    return [row["organization"] for row in await tx.fetch(_SQL["unsealed_organizations"], after)]


async def head(tx: Connection, organization: UUID) -> Head:
    """Where the chain ends, held until the transaction does."""
    await tx.execute(_SQL["begin"], organization, EMPTY)
    (row,) = await tx.fetch(_SQL["head"], organization)
    return _head(row)


async def unsealed(tx: Connection, organization: UUID, after: int, limit: int) -> list[AuditRow]:
    """Up to ``limit`` rows after a number that are not sealed yet."""
    return [_row(row) for row in await tx.fetch(_SQL["unsealed"], organization, after, limit)]


async def seal(tx: Connection, organization: UUID, seals: Sequence[Seal], head: Head) -> None:
    """Keep seals, and where the chain ends now."""
    columns = ([getattr(each, name) for each in seals] for name in ("number", "seq", "leaf", "link"))
    await tx.execute(_SQL["seal"], organization, *columns)
    await tx.execute(_SQL["advance"], organization, head.tree.size, head.link, list(head.tree.roots))


async def heads(tx: Connection, *, not_kept: bool) -> dict[UUID, Head]:
    """Where every chain ends, or those of which no checkpoint is kept yet (system role)."""
    return {row["organization"]: _head(row) for row in await tx.fetch(_SQL["heads"], not_kept)}


async def kept(tx: Connection, organization: UUID, size: int) -> None:
    """A checkpoint of this size is kept."""
    await tx.execute(_SQL["kept"], organization, size)


async def organizations(tx: Connection) -> list[UUID]:
    """Who has an audit (system role)."""
    return [row["organization"] for row in await tx.fetch(_SQL["organizations"])]


async def sealed(tx: Connection, organization: UUID) -> AsyncIterator[tuple[Seal, AuditRow | None]]:
    """Every seal in order with its row, if that is still there (system role)."""
    async for row in tx.cursor(_SQL["sealed"], organization):
        found = Seal(number=row["number"], seq=row["seq"], leaf=row["leaf"], link=row["link"])
        yield found, _row(row) if row["there"] else None


async def count_unsealed(tx: Connection, organization: UUID) -> int:
    """How many rows are not sealed yet (system role)."""
    return int(await tx.fetchval(_SQL["count_unsealed"], organization))


def _head(row: asyncpg.Record) -> Head:
    return Head(tree=Tree(size=row["size"], roots=tuple(row["roots"])), link=row["link"])


def _row(row: asyncpg.Record) -> AuditRow:
    return AuditRow(
        seq=row["seq"],
        actor=row["actor"],
        action=row["action"],
        subject=row["subject"],
        detail=row["detail"],
        at=row["at"],
    )
