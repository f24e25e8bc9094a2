"""The route of what is worth a look."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from assay.api.rest.call import Caller
from assay.api.rest.paging import allow_filters
from assay.domain.look import DEFAULT_LOOKS, MAX_LOOKS, Looks
from assay.service.look import worth_a_look

router = APIRouter(tags=["tasks"])


@router.get("/v1/projects/{project}/looks", response_model=Looks)
async def list_looks(
    call: Caller,
    project: UUID,
    limit: Annotated[int, Query(description=f"1 to {MAX_LOOKS}")] = DEFAULT_LOOKS,
) -> Response:
    """The tasks most worth an expert's look, most valuable first. For reviewers and above.

    The value of a task is how many of its answers one look is expected to right, of all kinds of questions.
    The 1000 least sure tasks that you may review are weighed.
    """
    allow_filters(call.request, frozenset())
    return await call.read(lambda tx: worth_a_look(call.engine, tx, call.principal, project, limit))
