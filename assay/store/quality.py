"""What is known of a project's quality, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.store.database import Connection, Database
from assay.store.queries import named_queries

_SQL = named_queries("quality")


async def find(tx: Connection, organization: UUID, project: UUID) -> tuple[int, dict[str, Any]] | None:
    """How many labels the last refit saw, and what it found."""
    row = await tx.fetchrow(_SQL["find"], organization, project)
    return (row["labels"], orjson.loads(row["document"])) if row else None


async def save(tx: Connection, organization: UUID, project: UUID, labels: int, document: Any) -> None:
    """Keep what a refit found."""
    await tx.execute(
        _SQL["save"], organization, project, labels, orjson.dumps(document, default=str).decode()
    )


async def measure(tx: Connection, organization: UUID, project: UUID) -> asyncpg.Record:
    """``tasks``, ``resolved``, ``labels``, ``missing`` slots, ``estimate``, ``variance`` of confidence and
    the database's ``now``."""
    row = await tx.fetchrow(_SQL["measure"], organization, project)
    assert row is not None  # an aggregate without GROUP BY has exactly one row
    return row


async def states(tx: Connection, organization: UUID, project: UUID) -> dict[str, int]:
    """How many tasks stand in each state."""
    return {row["state"]: row["tasks"] for row in await tx.fetch(_SQL["states"], organization, project)}


async def recent_labels(tx: Connection, organization: UUID, project: UUID) -> int:
    """Labels of the last seven days."""
    count: int = await tx.fetchval(_SQL["recent_labels"], organization, project)
    return count


async def labels_by_day(tx: Connection, organization: UUID, project: UUID) -> list[int]:
    """Labels of each of the last fourteen days since the first of them, oldest first."""
    return [row["labels"] for row in await tx.fetch(_SQL["labels_by_day"], organization, project)]


async def settled(tx: Connection) -> str:
    """The transaction id below which the feed is complete (system role)."""
    xid: str = await tx.fetchval(_SQL["settled"])
    return xid


async def changed_projects(tx: Connection, since: str, upto: str) -> list[tuple[UUID, UUID]]:
    """(organization, project) with new labels between two transaction ids (system role)."""
    rows = await tx.fetch(_SQL["changed_projects"], since, upto)
    return [(row["organization"], row["project"]) for row in rows if row["project"]]


async def confidences(tx: Connection, organization: UUID, project: UUID) -> list[asyncpg.Record]:
    """``state``, ``confidence`` to a thousandth and how many ``tasks``; 0 for one without a label."""
    return await tx.fetch(_SQL["confidences"], organization, project)


async def settle(
    database: Database, organization: UUID, project: UUID, tasks: Sequence[tuple[UUID, bool, int]]
) -> int:
    """Let (task, whether it is for a person, number of its votes) close or go to a person; how many did."""
    moved: int = await database.call(
        _SQL["settle"],
        organization,
        project,
        [task for task, _, _ in tasks],
        [doubtful for _, doubtful, _ in tasks],
        [given for _, _, given in tasks],
    )
    return moved


async def retally(
    database: Database, organization: UUID, tallies: Sequence[tuple[UUID, Any, int]], method: str
) -> int:
    """Write (task, tally, number of votes it was made of) as ``method`` found them; how many changed."""
    changed: int = await database.call(
        _SQL["retally"],
        organization,
        [task for task, _, _ in tallies],
        [orjson.dumps(tally).decode() for _, tally, _ in tallies],
        [votes for _, _, votes in tallies],
        method,
    )
    return changed
