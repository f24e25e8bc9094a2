"""How a job ends, whatever its runner does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from assay.domain.job import Job
from assay.domain.labeler import Principal
from assay.domain.project import NewProject
from assay.errors import Invalid, Unavailable
from assay.service import job, project
from assay.service.engine import Engine
from assay.store.job import RunningJob

ONTOLOGY = {"fields": {"note": "text"}, "questions": [{"name": "caption", "kind": "text"}]}


@pytest.fixture
async def queued(engine: Engine, founded: tuple[Principal, str]) -> UUID:
    """A job of the first organisation."""
    admin = founded[0]
    async with engine.database.transaction(admin.organization) as tx:
        made = await project.create_project(engine, tx, admin, NewProject(name="P", ontology=ONTOLOGY))
        return await job.create_job(engine, tx, admin, "import", made.id, {"asked": "for"})


async def seen(engine: Engine, admin: Principal, queued: UUID) -> Job:
    async with engine.database.transaction(admin.organization) as tx:
        return await job.job_view(tx, admin, queued)


async def test_a_job_ends_once(engine: Engine, founded: tuple[Principal, str], queued: UUID) -> None:
    admin = founded[0]
    requests: list[Any] = []

    async def runner(_: Engine, running: RunningJob) -> Any:
        requests.append(running.request)
        await job.advance(engine, running, 3, 7)
        return {"made": 3}

    for _ in range(2):
        await job.run_job(engine, admin.organization, queued, runner, last=False)
    told = await seen(engine, admin, queued)
    assert requests == [{"asked": "for"}]
    assert (told.state, told.result, told.done, told.total) == ("done", {"made": 3}, 3, 7)


async def test_what_is_wrong_is_written_down(
    engine: Engine, founded: tuple[Principal, str], queued: UUID
) -> None:
    async def runner(_: Engine, __: RunningJob) -> Any:
        raise Invalid("format.invalid", "no", pointer="/x", limit=3, extra={"where": "line 2"})

    await job.run_job(engine, founded[0].organization, queued, runner, last=False)
    told = await seen(engine, founded[0], queued)
    assert told.state == "failed"
    assert told.error == {
        "code": "format.invalid",
        "title": "Correct the file as the detail says.",
        "detail": "no",
        "pointer": "/x",
        "limit": "3",
        "where": "line 2",
    }


async def test_a_store_that_does_not_answer_is_tried_again_until_the_last_time(
    engine: Engine, founded: tuple[Principal, str], queued: UUID
) -> None:
    admin = founded[0]

    async def runner(_: Engine, __: RunningJob) -> Any:
        raise Unavailable("storage.unavailable", "not now")

    with pytest.raises(Unavailable):
        await job.run_job(engine, admin.organization, queued, runner, last=False)
    assert (await seen(engine, admin, queued)).state == "running"
    await job.run_job(engine, admin.organization, queued, runner, last=True)
    told = await seen(engine, admin, queued)
    assert (told.state, told.error["code"]) == ("failed", "storage.unavailable")


async def test_what_nobody_foresaw_is_not_told_to_people(
    engine: Engine, founded: tuple[Principal, str], queued: UUID
) -> None:
    async def runner(_: Engine, __: RunningJob) -> Any:
        raise LookupError("/srv/secret")

    with pytest.raises(LookupError):
        await job.run_job(engine, founded[0].organization, queued, runner, last=False)
    told = await seen(engine, founded[0], queued)
    assert (told.state, told.error["code"]) == ("failed", "job.failed")
    assert "secret" not in str(told.error)
