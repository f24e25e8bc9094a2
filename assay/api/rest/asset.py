"""Routes of uploads and assets. What people uploaded is served so that no browser runs any of it."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response, StreamingResponse

from assay.api.rest.call import Caller, answer
from assay.api.rest.json_body import inflated
from assay.api.rest.ranges import byte_range, unsatisfiable
from assay.api.rest.schema import body, reads
from assay.domain.asset import NewUpload, StoredAsset, Upload, UploadPart
from assay.service import asset as use_case

router = APIRouter(tags=["assets"])
SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # Bytes never change under their hash; only whoever may ask for them may keep them.
    "Cache-Control": "private, max-age=31536000, immutable",
}
_SHOWN = re.compile(r"(?:image/(?!svg\+xml)|video/|audio/)")


@router.post(
    "/v1/uploads",
    status_code=201,
    response_model=Upload,
    openapi_extra=reads(NewUpload, {"size_bytes": 52_428, "name": "raccoon-1.jpg"}),
)
async def begin_upload(call: Caller, new: Annotated[NewUpload, Depends(body(NewUpload))]) -> Response:
    """Announce bytes; then send each part, then complete."""
    return await call.write(
        lambda tx: use_case.begin_upload(call.engine, tx, call.principal, new), status=201
    )


@router.get("/v1/uploads/{upload}", response_model=Upload)
async def get_upload(call: Caller, upload: UUID) -> Response:
    """Which parts were received."""
    return answer(await use_case.upload_view(call.engine, call.principal, upload))


@router.put(
    "/v1/uploads/{upload}/parts/{number}",
    response_model=UploadPart,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def put_part(call: Caller, upload: UUID, number: int) -> Response:
    """Send part `number`, from 1: `part_size` bytes, the last one what is left. Sending it again is fine."""
    return answer(
        await use_case.put_part(call.engine, call.principal, upload, number, inflated(call.request))
    )


@router.post("/v1/uploads/{upload}/complete", response_model=StoredAsset)
async def complete_upload(call: Caller, upload: UUID) -> Response:
    """Put the parts together. The bytes say what type the file is; its name may not say another."""
    return answer(await use_case.complete_upload(call.engine, call.principal, upload))


@router.head("/v1/assets/{sha256}", include_in_schema=False)
@router.get("/v1/assets/{sha256}", response_class=Response)
async def get_asset(call: Caller, sha256: str) -> Response:
    """The bytes of an asset, or a range of them. Pictures, video and sound are shown; all else is saved."""
    asset = await use_case.find_asset(call.engine, call.principal, sha256)
    etag = f'"{asset.sha256}"'
    headers = SANDBOX | {"ETag": etag, "Accept-Ranges": "bytes"}
    if call.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    start, end = byte_range(call.request, asset.size_bytes, etag)
    if start >= end:
        return unsatisfiable(call.request, asset.size_bytes)
    whole = end - start == asset.size_bytes
    if not whole:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{asset.size_bytes}"
    shown = _SHOWN.match(asset.facts.media_type) is not None
    headers["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{asset.sha256[:16]}"'
    headers["Content-Length"] = str(end - start)
    status, media_type = 200 if whole else 206, _content_type(asset.facts.media_type)
    if call.request.method == "HEAD":
        return Response(None, status, headers, media_type)
    opened = await use_case.open_asset(call.engine, asset, start, None if whole else end)
    return StreamingResponse(opened.chunks, status, headers, media_type=media_type)


@router.get("/v1/assets/{sha256}/thumbnail", response_class=Response)
async def get_thumbnail(call: Caller, sha256: str, size: int = 256) -> Response:
    """A WebP picture of at most `size` pixels a side."""
    asset = await use_case.find_asset(call.engine, call.principal, sha256)
    etag = f'"{asset.sha256}-{size}"'
    if call.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=SANDBOX | {"ETag": etag})
    small = await use_case.thumbnail(call.engine, asset, size)
    return Response(small.data, 200, SANDBOX | {"ETag": etag}, small.media_type)


def _content_type(media_type: str) -> str:
    """Text goes out as UTF-8, so that no browser guesses an encoding."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
