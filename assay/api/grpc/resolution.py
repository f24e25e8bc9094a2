"""Methods of tasks, their resolutions and reviews."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.domain.lease import NewReview
from assay.domain.resolution import DEFAULT_MIN_PROBABILITY
from assay.service import resolution as use_case
from assay.service import review
from assay.service.resolution import ResolutionFilter
from assay.wire.v1 import resolution_pb2

SERVICE = Service(resolution_pb2.DESCRIPTOR.services_by_name["ResolutionService"])


@SERVICE.answers
async def get_task(call: Call) -> Any:
    project, task = call.id("project"), call.id("task")
    return await use_case.task_when_decided(call.engine, call.principal, project, task, call.value("wait", 0))


@SERVICE.answers
async def list_resolutions(call: Call) -> Any:
    project, page, wanted = call.id("project"), call.page(), _filter(call)
    found = await call.read(
        lambda tx: use_case.resolution_page(
            call.engine, tx, call.principal, project, int(page.after("0")), page.fetch, wanted
        )
    )
    return page.answer(found, lambda one: str(one[0]), lambda one: one[1])


@SERVICE.answers
async def stream_resolutions(call: Call) -> AsyncIterator[Any]:
    project, wanted = call.id("project"), _filter(call)
    await use_case.check_access(call.engine, call.principal, project)
    async for page in use_case.all_resolutions(call.engine, call.principal, project, wanted):
        for one in page:
            yield one


@SERVICE.answers
async def review_task(call: Call) -> Any:
    task, new = call.id("task"), call.body(NewReview)
    return await call.write(lambda tx: review.override(call.engine, tx, call.principal, task, new))


def _filter(call: Call) -> ResolutionFilter:
    return ResolutionFilter(
        state=call.value("state"),
        gold=call.value("gold"),
        min_probability=call.value("min_probability", DEFAULT_MIN_PROBABILITY),
    )
