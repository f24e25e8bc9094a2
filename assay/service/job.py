"""Jobs: asked for in a transaction, run by the worker, watched by whoever asked."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from opentelemetry.trace import SpanKind

from assay.domain.job import Job
from assay.domain.labeler import Principal, Role
from assay.errors import AssayError, Forbidden, Unavailable
from assay.service.access import not_found, project_of, require
from assay.service.engine import Engine
from assay.store import job as job_store
from assay.store import labeler as labeler_store
from assay.store.database import Connection
from assay.store.job import RunningJob
from assay.tracing import span

Runner = Callable[[Engine, RunningJob], Awaitable[Any]]
"""Does a job and returns its result. Called again with the same job after a crash, it goes on or starts
over."""

_log = logging.getLogger("assay.service.job")


async def create_job(
    engine: Engine, tx: Connection, principal: Principal, kind: str, project: UUID, request: Any
) -> UUID:
    """A job that runs once the caller's transaction commits."""
    job = engine.ids.new()
    await job_store.insert(
        tx,
        principal.organization,
        job,
        kind=kind,
        project=project,
        labeler=principal.labeler,
        request=request,
    )
    return job


async def job_view(tx: Connection, principal: Principal, job: UUID) -> Job:
    """A job, for whoever asked for it and for managers."""
    found = await job_store.find(tx, principal.organization, job)
    if found is None or not (principal.role.covers(Role.MANAGER) or found[1] == principal.labeler):
        raise not_found("job", job)
    return found[0]


async def job_page(tx: Connection, principal: Principal, project: UUID, after: UUID, limit: int) -> list[Job]:
    """Up to ``limit`` jobs of a project after an id. For managers."""
    require(principal, Role.MANAGER)
    await project_of(tx, principal, project)
    return await job_store.page(tx, principal.organization, project, after, limit)


async def run_job(engine: Engine, organization: UUID, job: UUID, runner: Runner, *, last: bool) -> None:
    """Do a job to its end; one that has ended is left alone.

    What makes it fail is written down. Raises ``Unavailable`` while it is worth trying again, which it is
    not any more when ``last``; anything unforeseen is raised after it was written down.
    """
    async with engine.database.transaction(organization) as tx:
        running = await job_store.start(tx, organization, job)
    if running is None:
        return
    try:
        with span(f"job {running.kind}", SpanKind.CONSUMER, running.parent):
            result = await runner(engine, running)
    except Unavailable as error:
        if not last:
            raise
        await _fail(engine, running, error)
    except AssayError as error:
        await _fail(engine, running, error)
    except Exception:
        _log.exception("job %s failed", job)
        await _fail(engine, running, AssayError("job.failed", "something went wrong on our side"))
        raise
    else:
        async with engine.database.transaction(organization) as tx:
            await job_store.finish(tx, organization, job, result)


async def advance(engine: Engine, job: RunningJob, done: int, total: int | None = None) -> None:
    """Say how far a job came."""
    async with engine.database.transaction(job.organization) as tx:
        await job_store.advance(tx, job.organization, job.id, done, total)


async def save(engine: Engine, job: RunningJob, result: Any) -> None:
    """Remember something for a later attempt at the job."""
    async with engine.database.transaction(job.organization) as tx:
        await job_store.save(tx, job.organization, job.id, result)


async def principal_of(engine: Engine, job: RunningJob) -> Principal:
    """Whoever asked for the job, with today's role. Raises ``Forbidden`` when they were disabled since."""
    async with engine.database.transaction(job.organization) as tx:
        found = await labeler_store.find(tx, job.organization, job.labeler)
    if found is None or found.disabled_at is not None:
        raise Forbidden("role.forbidden", "whoever asked for this job may no longer")
    return Principal(
        organization=job.organization,
        labeler=found.labeler,
        name=found.name,
        kind=found.kind,
        role=found.role,
    )


async def _fail(engine: Engine, job: RunningJob, error: AssayError) -> None:
    told = {"code": error.code, "title": error.remedy, "detail": error.detail}
    if error.pointer is not None:
        told["pointer"] = error.pointer
    if error.limit is not None:
        told["limit"] = str(error.limit)
    async with engine.database.transaction(job.organization) as tx:
        await job_store.fail(tx, job.organization, job.id, told | error.extra)
