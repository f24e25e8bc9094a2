"""Routes of annotations that come from elsewhere."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from assay.api.rest.call import Caller, answer, one_of
from assay.api.rest.item import NDJSON, lines_of
from assay.api.rest.schema import IMPORT_REPORT, tells
from assay.service.annotation import import_annotations

router = APIRouter(tags=["annotations"])


@router.post(
    "/v1/projects/{project}/annotations",
    responses=tells("application/json", IMPORT_REPORT),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                NDJSON: {
                    "schema": {
                        "type": "object",
                        "required": ["external_id", "labeler", "label"],
                        "properties": {
                            "external_id": {"type": "string"},
                            "labeler": {"type": "string", "description": "An id, or a name."},
                            "label": {"type": "object"},
                            "created_at": {"type": "string", "format": "date-time"},
                        },
                    },
                    "example": {"external_id": "n-1", "labeler": "ann", "label": {"topic": "sports"}},
                },
                "application/json": {
                    "schema": {"type": "array", "items": {"type": "object"}},
                    "example": [{"external_id": "n-1", "labeler": "ann", "label": {"topic": "sports"}}],
                },
            },
        }
    },
)
async def add_annotations(
    call: Caller,
    project: UUID,
    on_error: Annotated[
        str, Query(description="abort: one bad line stores nothing; skip: good lines are stored")
    ] = "abort",
) -> Response:
    """Import votes given elsewhere. A labeler is an id or a name; a new name becomes a new labeler."""
    one_of(on_error, ("abort", "skip"), "/on_error")
    report = await import_annotations(call.engine, call.principal, project, await lines_of(call), on_error)
    return answer(report.to_json())
