"""Snapshots, in the database; their lines are in the blob store."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from assay.domain.snapshot import NewSnapshot, Snapshot
from assay.store.blob import StoredBlob
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("snapshot")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frozen:
    """Lines that are kept: where, how many, and of which ontology version."""

    blob: StoredBlob
    items: int
    ontology_version: int


async def insert(
    tx: Connection,
    organization: UUID,
    snapshot: UUID,
    *,
    project: UUID,
    new: NewSnapshot,
    frozen: Frozen,
    created_by: UUID,
) -> Snapshot:
    """Write a snapshot whose lines are kept."""
    (row,) = await tx.fetch(
        _SQL["insert"],
        organization,
        snapshot,
        project,
        new.name,
        frozen.ontology_version,
        frozen.blob.sha256,
        frozen.blob.size_bytes,
        frozen.items,
        new.gold,
        new.min_probability,
        created_by,
    )
    return _snapshot(row)


async def find(tx: Connection, organization: UUID, snapshot: UUID) -> Snapshot | None:
    """One snapshot."""
    row = await tx.fetchrow(_SQL["find"], organization, snapshot)
    return _snapshot(row) if row else None


async def page(tx: Connection, organization: UUID, project: UUID, after: UUID, limit: int) -> list[Snapshot]:
    """Up to ``limit`` snapshots of a project after an id."""
    return [_snapshot(row) for row in await tx.fetch(_SQL["page"], organization, project, after, limit)]


def _snapshot(row: asyncpg.Record) -> Snapshot:
    return Snapshot(
        id=row["id"],
        snapshot=row["id"],
        project=row["project"],
        name=row["name"],
        ontology_version=row["ontology_version"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        items=row["items"],
        gold=row["gold"],
        min_probability=row["min_probability"],
        created_at=row["created_at"],
    )
