"""Jobs, in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.job import Job, JobState
from assay.store.database import Connection
from assay.store.queries import named_queries
from assay.tracing import PARENT, sent_along

_SQL = named_queries("job")


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningJob:
    """A job that is being done. ``saved`` is what an earlier attempt remembered, ``parent`` the trace that it
    belongs to."""

    id: UUID
    organization: UUID
    kind: str
    project: UUID | None
    labeler: UUID
    request: dict[str, Any]
    saved: dict[str, Any] | None
    parent: dict[str, str]


async def insert(
    tx: Connection,
    organization: UUID,
    job: UUID,
    *,
    kind: str,
    project: UUID | None,
    labeler: UUID,
    request: Mapping[str, Any],
) -> None:
    """Write a job and hand it to whoever runs jobs, once the transaction commits."""
    kept = {**request, **sent_along()}  # so that what the job does is seen with what asked for it
    await tx.execute(_SQL["insert"], organization, job, kind, project, labeler, orjson.dumps(kept).decode())
    await tx.execute(_SQL["defer"], organization, job, kind)


async def find(tx: Connection, organization: UUID, job: UUID) -> tuple[Job, UUID] | None:
    """One job, and who asked for it."""
    row = await tx.fetchrow(_SQL["find"], organization, job)
    return (_job(row), row["labeler"]) if row else None


async def page(tx: Connection, organization: UUID, project: UUID, after: UUID, limit: int) -> list[Job]:
    """Up to ``limit`` jobs of a project after an id."""
    return [_job(row) for row in await tx.fetch(_SQL["page"], organization, project, after, limit)]


async def start(tx: Connection, organization: UUID, job: UUID) -> RunningJob | None:
    """Start a job, or take it up again; ``None`` when it has ended."""
    row = await tx.fetchrow(_SQL["start"], organization, job)
    if row is None:
        return None
    request = orjson.loads(row["request"])
    parent = {PARENT: request.pop(PARENT)} if PARENT in request else {}
    return RunningJob(
        id=row["id"],
        organization=organization,
        kind=row["kind"],
        project=row["project"],
        labeler=row["labeler"],
        request=request,
        saved=orjson.loads(row["result"]) if row["result"] else None,
        parent=parent,
    )


async def advance(tx: Connection, organization: UUID, job: UUID, done: int, total: int | None = None) -> None:
    """Say how far a job came."""
    await tx.execute(_SQL["advance"], organization, job, done, total)


async def save(tx: Connection, organization: UUID, job: UUID, result: Any) -> None:
    """Remember something for a later attempt."""
    await tx.execute(_SQL["save"], organization, job, orjson.dumps(result).decode())


async def finish(tx: Connection, organization: UUID, job: UUID, result: Any) -> None:
    """End a job well."""
    await tx.execute(_SQL["finish"], organization, job, orjson.dumps(result).decode())


async def fail(tx: Connection, organization: UUID, job: UUID, error: Any) -> None:
    """End a job with what went wrong."""
    await tx.execute(_SQL["fail"], organization, job, orjson.dumps(error).decode())


def _job(row: asyncpg.Record) -> Job:
    return Job(
        id=row["id"],
        job=row["id"],
        kind=row["kind"],
        project=row["project"],
        state=JobState(row["state"]),
        done=row["done"],
        total=row["total"],
        result=orjson.loads(row["result"]) if row["result"] else None,
        error=orjson.loads(row["error"]) if row["error"] else None,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
