"""Routes of tasks, their resolutions and reviews."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response, StreamingResponse

from assay.api.encode import encode
from assay.api.rest.call import Call, Caller, answer
from assay.api.rest.item import NDJSON
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.schema import body, reads
from assay.crash_point import crash_point
from assay.domain.lease import NewReview, Reviewed
from assay.domain.page import Page
from assay.domain.resolution import DEFAULT_MIN_PROBABILITY, Resolution
from assay.domain.task import TaskView
from assay.service import resolution, review
from assay.service.columnar import ARROW, arrow_resolutions
from assay.service.resolution import ResolutionFilter

router = APIRouter(tags=["tasks"])
FILTERS = frozenset({"state", "gold", "min_probability"})


def _filter(
    call: Caller,
    state: str | None = None,
    gold: bool | None = None,
    min_probability: float = DEFAULT_MIN_PROBABILITY,
) -> ResolutionFilter:
    allow_filters(call.request, FILTERS)
    return ResolutionFilter(state=state, gold=gold, min_probability=min_probability)


@router.get("/v1/projects/{project}/tasks/{task}", response_model=TaskView)
async def get_task(
    call: Caller,
    project: UUID,
    task: UUID,
    wait: Annotated[int, Query(description="answer once it is decided, or after 0 to 60 seconds")] = 0,
) -> Response:
    """A task with its annotations, reviews and resolution. For reviewers and above."""
    return answer(await resolution.task_when_decided(call.engine, call.principal, project, task, wait))


@router.get("/v1/projects/{project}/resolutions", response_model=Page[Resolution])
async def list_resolutions(
    call: Caller, project: UUID, page: Paged, wanted: Annotated[ResolutionFilter, Depends(_filter)]
) -> Response:
    """The current best answers: a page of JSON, or all of them as NDJSON or as an Arrow stream.

    For reviewers and above.
    """
    accepted = call.request.headers.get("accept", "")
    if NDJSON in accepted or ARROW in accepted:
        await resolution.check_access(call.engine, call.principal, project)
        if NDJSON in accepted:
            return StreamingResponse(_lines(call, project, wanted), media_type=NDJSON)
        table = arrow_resolutions(call.engine, call.principal, project, wanted)
        return StreamingResponse(table, media_type=ARROW)

    async def read(tx: Any) -> dict[str, Any]:
        found = await resolution.resolution_page(
            call.engine, tx, call.principal, project, int(page.after("0")), page.fetch, wanted
        )
        return page.answer(found, lambda one: str(one[0]), lambda one: one[1])

    return await call.read(read)


@router.post(
    "/v1/tasks/{task}/reviews",
    status_code=201,
    response_model=Reviewed,
    openapi_extra=reads(NewReview, {"target": {"resolution_version": 3}, "verdict": "accept", "reason": ""}),
)
async def override(call: Caller, task: UUID, new: Annotated[NewReview, Depends(body(NewReview))]) -> Response:
    """A manager's review without a lease."""
    return await call.write(
        lambda tx: review.override(call.engine, tx, call.principal, task, new), status=201
    )


async def _lines(call: Call, project: UUID, wanted: ResolutionFilter) -> AsyncIterator[bytes]:
    async for page in resolution.all_resolutions(call.engine, call.principal, project, wanted):
        yield b"".join(encode(one) + b"\n" for one in page)
        crash_point("stream.middle")
