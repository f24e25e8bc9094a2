"""A task that is waited for answers once it is decided, or with what there is when the time is over."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assay.api.grpc.server import GrpcServer
from assay.domain.labeler import LabelerKind, Role
from assay.service import waiting

WAIT_SECS = 20.0
TWICE = {"min_labels": 2, "max_labels": 2}
SPORTS = {"topic": "sports"}


@pytest.fixture
async def reviewer(rest: Any) -> Any:
    return await rest.labeler("rea", role=Role.REVIEWER)


async def project_of_one(rest: Any) -> str:
    project = str(await rest.project(quality=TWICE))
    await rest.add_notes(project, "a")
    return project


async def somebody_waits(rest: Any, count: int = 1) -> None:
    """Return once so many wait."""
    async with asyncio.timeout(WAIT_SECS):
        while rest.engine.waits.waiting < count:
            await rest.engine.database.ping()


async def test_a_submit_that_waits_answers_when_the_task_is_decided(rest: Any, reviewer: Any) -> None:
    project = await project_of_one(rest)
    ann = await rest.labeler("ann")
    [mine], [other] = await reviewer.claim(project), await ann.claim(project)
    body = {"fence": mine["fence"], "label": SPORTS, "wait": 60}
    asked = asyncio.create_task(reviewer.post(f"/v1/leases/{mine['lease']}/submit", body))
    await somebody_waits(rest)
    assert not asked.done()
    assert (await ann.submit(other, SPORTS)).json()["task_state"] == "submitted"
    async with asyncio.timeout(WAIT_SECS):
        answer = await asked
    assert (answer.status_code, answer.json()["task_state"]) == (200, "resolved")
    again = await reviewer.post(f"/v1/leases/{mine['lease']}/submit", body)
    assert again.json() == answer.json(), "a repeat is answered at once"
    assert rest.engine.waits.waiting == 0


async def test_a_task_that_is_waited_for_comes_with_its_resolution(rest: Any, reviewer: Any) -> None:
    project = str(await rest.project())
    await rest.add_notes(project, "a", "b")
    first, second = await rest.claim(project, 2)
    path = f"/v1/projects/{project}/tasks"
    asked = [
        asyncio.create_task(reviewer.get(f"{path}/{lease['task']}", params={"wait": 60}))
        for lease in (first, first, second)
    ]
    await somebody_waits(rest, 3)
    await rest.submit(first, SPORTS)
    async with asyncio.timeout(WAIT_SECS):
        one, two = (await asked[0]).json(), (await asked[1]).json()
    assert one == two
    assert (one["state"], one["resolution"]["label"]) == ("resolved", SPORTS)
    assert rest.engine.waits.waiting == 1
    await rest.submit(second, SPORTS)
    async with asyncio.timeout(WAIT_SECS):
        assert (await asked[2]).json()["state"] == "resolved"
    decided = await reviewer.get(f"{path}/{first['task']}", params={"wait": 60})
    assert decided.json() == one, "what is decided already is not waited for"


async def test_when_the_time_is_over_the_answer_is_what_there_is(rest: Any) -> None:
    project = await project_of_one(rest)
    [lease] = await rest.claim(project)
    body = {"fence": lease["fence"], "label": SPORTS, "wait": 1}
    answer = await rest.post(f"/v1/leases/{lease['lease']}/submit", body)
    assert (answer.status_code, answer.json()["task_state"]) == (200, "open")


async def test_a_server_that_ends_answers_those_who_wait(rest: Any) -> None:
    project = await project_of_one(rest)
    [lease] = await rest.claim(project)
    asked = asyncio.create_task(
        rest.get(f"/v1/projects/{project}/tasks/{lease['task']}", params={"wait": 60})
    )
    await somebody_waits(rest)
    rest.engine.feed_watch.close()
    async with asyncio.timeout(WAIT_SECS):
        assert (await asked).json()["state"] == "open"


async def test_who_goes_away_is_waited_for_no_more(rest: Any) -> None:
    project = await project_of_one(rest)
    [lease] = await rest.claim(project)
    asked = asyncio.create_task(
        rest.get(f"/v1/projects/{project}/tasks/{lease['task']}", params={"wait": 60})
    )
    await somebody_waits(rest)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert rest.engine.waits.waiting == 0


@pytest.mark.parametrize("wait", [-1, 61, 2**40])
async def test_a_wait_out_of_range_is_refused(rest: Any, refused: Any, wait: int) -> None:
    project = await project_of_one(rest)
    [lease] = await rest.claim(project)
    told = await rest.get(f"/v1/projects/{project}/tasks/{lease['task']}", params={"wait": wait})
    assert refused(told, 422, "field.invalid")["pointer"] == "/wait"
    body = {"fence": lease["fence"], "label": SPORTS, "wait": wait}
    told = await rest.post(f"/v1/leases/{lease['lease']}/submit", body)
    assert refused(told, 422, "field.invalid")["limit"] == waiting.MAX_WAIT_SECS
    assert (await rest.resolutions(project))[0]["annotations"] == 0


async def test_labelers_do_not_wait_and_learn_nothing(rest: Any, refused: Any) -> None:
    project = await project_of_one(rest)
    ann = await rest.labeler("ann", kind=LabelerKind.MODEL)
    [lease] = await ann.claim(project)
    body = {"fence": lease["fence"], "label": SPORTS, "wait": 1}
    refused(await ann.post(f"/v1/leases/{lease['lease']}/submit", body), 403, "role.forbidden")
    assert (await rest.resolutions(project))[0]["annotations"] == 0


async def test_no_more_wait_than_there_is_room_for(
    rest: Any, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MAX_WAITING", 1)
    project = await project_of_one(rest)
    [lease] = await rest.claim(project)
    path = f"/v1/projects/{project}/tasks/{lease['task']}?wait=60"
    asked = asyncio.create_task(rest.get(path))
    await somebody_waits(rest)
    answer = await rest.get(path)
    assert refused(answer, 429, "limit.exceeded")["limit"] == 1
    assert answer.headers["retry-after"] == "1"
    rest.engine.feed_watch.close()
    async with asyncio.timeout(WAIT_SECS):
        await asked


async def test_the_sdk_waits_over_grpc(rest: Any) -> None:
    import assay

    project = await project_of_one(rest)
    ann = await rest.labeler("ann")
    [other] = await ann.claim(project)
    server = GrpcServer(rest.engine, rest.app.state.authenticator, "127.0.0.1:0")
    await server.start()
    async with assay.AsyncClient(f"grpc://127.0.0.1:{server.port}", rest.api_key) as client:
        found = await client.projects.get(project)
        async for lease in found.work():
            asked = asyncio.create_task(lease.submit(SPORTS, wait=60))
            await somebody_waits(rest)
            await ann.submit(other, SPORTS)
            async with asyncio.timeout(WAIT_SECS):
                assert (await asked).task_state == "resolved"
        assert (await found.tasks.get(other["task"], wait=60)).state == "resolved"
    await server.stop(0)
