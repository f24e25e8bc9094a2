"""How snapshots are audited, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("certificate")


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditRow:
    """How one snapshot is audited: ``predicted`` names the blob of predicted errors, ``audits`` is how many
    items are drawn."""

    snapshot: UUID
    project: UUID
    seed: bytes
    predicted: str
    items: int
    audits: int
    confidence: float
    target: float | None
    least_similarity: float
    reached: bool
    created_at: datetime


async def begin(
    tx: Connection,
    organization: UUID,
    snapshot: UUID,
    *,
    project: UUID,
    seed: bytes,
    predicted: str,
    items: int,
    confidence: float,
    target: float | None,
    least_similarity: float,
    created_by: UUID,
) -> None:
    """Settle how a snapshot is audited, unless it is settled already."""
    await tx.execute(
        _SQL["begin"],
        organization,
        snapshot,
        project,
        seed,
        predicted,
        items,
        confidence,
        target,
        least_similarity,
        created_by,
    )


async def find(tx: Connection, organization: UUID, snapshot: UUID) -> AuditRow | None:
    """How a snapshot is audited, if it is."""
    row = await tx.fetchrow(_SQL["find"], organization, snapshot)
    return _audit(row) if row else None


async def lock(tx: Connection, organization: UUID, snapshot: UUID) -> AuditRow | None:
    """The same, held still while more is drawn."""
    row = await tx.fetchrow(_SQL["lock"], organization, snapshot)
    return _audit(row) if row else None


async def grow(tx: Connection, organization: UUID, snapshot: UUID, audits: int, target: float | None) -> None:
    """So many items are to be looked at, until ``target``."""
    await tx.execute(_SQL["grow"], organization, snapshot, audits, target)


async def reach(tx: Connection, organization: UUID, snapshot: UUID) -> None:
    """The target is reached: nothing more is asked."""
    await tx.execute(_SQL["reach"], organization, snapshot)


def _audit(row: asyncpg.Record) -> AuditRow:
    return AuditRow(**dict(row))
