"""Routes of kept filters."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assay.api.rest.call import Caller
from assay.api.rest.paging import allow_filters
from assay.api.rest.schema import body, reads
from assay.domain.view import NewView, View, Views
from assay.service import view as use_case

router = APIRouter(tags=["items"])
EXAMPLE = {"name": "Doubtful news", "filters": {"question": "topic", "answer": "news", "max_confidence": 0.8}}


@router.post(
    "/v1/projects/{project}/views",
    status_code=201,
    response_model=View,
    openapi_extra=reads(NewView, EXAMPLE),
)
async def keep_view(call: Caller, project: UUID, new: Annotated[NewView, Depends(body(NewView))]) -> Response:
    """Keep filters of a project's items under a name, for yourself alone. For reviewers and above."""
    return await call.write(
        lambda tx: use_case.keep_view(call.engine, tx, call.principal, project, new), status=201
    )


@router.get("/v1/projects/{project}/views", response_model=Views)
async def list_views(call: Caller, project: UUID) -> Response:
    """The filters that you keep for a project, by name; at most 50. For reviewers and above."""
    allow_filters(call.request, frozenset())
    return await call.read(lambda tx: use_case.views_of(tx, call.principal, project))


@router.delete("/v1/views/{view}", status_code=204)
async def forget_view(call: Caller, view: UUID) -> Response:
    """Forget filters of yours. For reviewers and above."""
    await call.write(lambda tx: use_case.forget_view(tx, call.principal, view))
    return Response(status_code=204)
