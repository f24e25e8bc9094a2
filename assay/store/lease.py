"""Leases and drafts in the database; claim and submit are one round trip each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.store.database import Connection, Database
from assay.store.queries import named_queries

_SQL = named_queries("lease")


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """A checked label on its way in: its canonical digest, its ballots as JSON, and what a job must merge.

    ``stage`` is its lease's.
    """

    lease: UUID
    fence: int
    stage: str
    label: bytes
    digest: bytes
    ballots: bytes
    structured: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaseTarget:
    """What a lease is for. ``fields`` and ``facts`` are the item's, as stored."""

    project: UUID
    task: UUID
    stage: str
    ontology_version: int
    fields: dict[str, Any]
    facts: dict[str, Any] | None


async def claim(
    database: Database,
    *,
    organization: UUID,
    project: UUID,
    labeler: UUID,
    sees_all: bool,
    leases: Sequence[UUID],
    draws: Sequence[float],
    quota: int,
    marks: Mapping[int, int],
    held: Sequence[int],
    after: int,
    key: str | None,
    digest: bytes,
) -> dict[str, Any]:
    """Run ``assay_claim``: its outcome as it comes."""
    answer: str = await database.call(
        _SQL["claim"],
        organization,
        project,
        labeler,
        sees_all,
        leases,
        draws,
        quota,
        list(marks),
        list(marks.values()),
        held,
        after,
        key,
        digest,
    )
    outcome: dict[str, Any] = orjson.loads(answer)
    return outcome


async def submit(
    database: Database, organization: UUID, labeler: UUID, submission: Submission, key: str | None
) -> dict[str, Any]:
    """Run ``assay_submit``: its outcome as it comes."""
    answer: str = await database.call(
        _SQL["submit"],
        organization,
        labeler,
        submission.lease,
        submission.fence,
        submission.label.decode(),
        submission.digest,
        submission.ballots.decode(),
        submission.structured,
        key,
    )
    outcome: dict[str, Any] = orjson.loads(answer)
    return outcome


async def submit_many(
    database: Database, organization: UUID, labeler: UUID, batch: Sequence[Submission]
) -> list[dict[str, Any]]:
    """Run ``assay_submit_many``: one outcome for each submission, in order."""
    answer: str = await database.call(
        _SQL["submit_many"],
        organization,
        labeler,
        [s.lease for s in batch],
        [s.fence for s in batch],
        [s.label.decode() for s in batch],
        [s.digest for s in batch],
        [s.ballots.decode() for s in batch],
        [s.structured for s in batch],
    )
    outcomes: list[dict[str, Any]] = orjson.loads(answer)
    return outcomes


async def expire(database: Database, organization: UUID) -> int:
    """Give back the slots of an organisation's expired leases; how many."""
    count: int = await database.call(_SQL["expire"], organization)
    return count


async def organizations_with_expired(tx: Connection) -> list[UUID]:
    """Where there is something to expire (system role)."""
    return [row["organization"] for row in await tx.fetch(_SQL["organizations_with_expired"])]


async def find_target(tx: Connection, organization: UUID, lease: UUID, labeler: UUID) -> LeaseTarget | None:
    """What a labeler's live or ended lease is for, or ``None``."""
    row = await tx.fetchrow(_SQL["find_target"], organization, lease, labeler)
    if row is None:
        return None
    return LeaseTarget(
        project=row["project"],
        task=row["task"],
        stage=row["stage"],
        ontology_version=row["ontology_version"],
        fields=orjson.loads(row["fields"]),
        facts=orjson.loads(row["facts"]) if row["facts"] else None,
    )


async def heartbeat(tx: Connection, organization: UUID, lease: UUID, labeler: UUID) -> datetime | None:
    """Prolong a live lease: until when it lasts now, or ``None`` when it is not live."""
    until: datetime | None = await tx.fetchval(_SQL["heartbeat"], organization, lease, labeler)
    return until


async def release(tx: Connection, organization: UUID, lease: UUID, labeler: UUID, reason: str) -> bool:
    """Give a lease back; whether there was one."""
    return bool(await tx.fetch(_SQL["release"], organization, lease, labeler, reason))


async def mine(
    tx: Connection, organization: UUID, project: UUID, labeler: UUID, after: UUID, limit: int
) -> list[asyncpg.Record]:
    """Up to ``limit`` of a labeler's live leases in a project after one, oldest first."""
    return await tx.fetch(_SQL["mine"], organization, project, labeler, after, limit)


async def find_draft(
    tx: Connection, organization: UUID, labeler: UUID, task: UUID
) -> tuple[dict[str, Any], int]:
    """A draft and its revision, held still until the transaction ends; empty at revision 0 if none."""
    row = await tx.fetchrow(_SQL["find_draft"], organization, labeler, task)
    return (orjson.loads(row["label"]), row["revision"]) if row else ({}, 0)


async def begin_draft(tx: Connection, organization: UUID, labeler: UUID, task: UUID, version: int) -> None:
    """Make sure there is a draft to hold still, so that edits of one draft go one after the other."""
    await tx.execute(_SQL["begin_draft"], organization, labeler, task, version)


async def save_draft(
    tx: Connection,
    organization: UUID,
    labeler: UUID,
    task: UUID,
    version: int,
    revision: int,
    label: dict[str, Any],
) -> None:
    """Write a draft."""
    await tx.execute(
        _SQL["save_draft"], organization, labeler, task, version, revision, orjson.dumps(label).decode()
    )


async def known_operations(
    tx: Connection, organization: UUID, labeler: UUID, task: UUID, ids: Sequence[UUID]
) -> set[UUID]:
    """Which operations were applied before."""
    return {row["id"] for row in await tx.fetch(_SQL["known_operations"], organization, labeler, task, ids)}


async def insert_operation(
    tx: Connection,
    organization: UUID,
    labeler: UUID,
    task: UUID,
    operation: UUID,
    revision: int,
    forward: Any,
    inverse: Any,
) -> None:
    """Keep an edit with its inverse."""
    await tx.execute(
        _SQL["insert_operation"],
        organization,
        labeler,
        task,
        operation,
        revision,
        orjson.dumps(forward).decode(),
        orjson.dumps(inverse).decode(),
    )
