"""The route by which a browser sees an item's media, wherever they lie."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from assay.api.rest.asset import SANDBOX
from assay.api.rest.call import Caller
from assay.api.rest.ranges import byte_range, unsatisfiable
from assay.service import media as use_case

router = APIRouter(tags=["items"])
# What lies elsewhere may change; the pages that show it ask again soon.
_HEADERS = SANDBOX | {"Cache-Control": "private, max-age=300", "Content-Disposition": "inline"}


@router.head("/v1/projects/{project}/items/{item}/media/{field}", include_in_schema=False)
@router.get("/v1/projects/{project}/items/{item}/media/{field}", response_class=Response)
async def get_item_media(call: Caller, project: UUID, item: UUID, field: str) -> Response:
    """The picture, video or sound in an item's field, or a range of it, for whoever may see the item."""
    found = await use_case.look_at_media(call.engine, call.principal, project, item, field)
    size = found.size_bytes
    if size is None:
        if call.request.method == "HEAD":
            return Response(None, 200, _HEADERS, found.media_type)
        whole = use_case.media_bytes(call.engine, call.principal, found, 0, None)
        return StreamingResponse(whole, 200, _HEADERS, media_type=found.media_type)
    # Without a mark of what the bytes were, a range that is tied to one is the whole.
    start, end = byte_range(call.request, size, "")
    if start >= end:
        return unsatisfiable(call.request, size)
    part = end - start < size
    headers = _HEADERS | {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if call.request.method == "HEAD":
        return Response(None, 206 if part else 200, headers, found.media_type)
    chunks = use_case.media_bytes(call.engine, call.principal, found, start, end if part else None)
    return StreamingResponse(chunks, 206 if part else 200, headers, media_type=found.media_type)
