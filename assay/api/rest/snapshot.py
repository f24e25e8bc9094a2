"""Routes of snapshots and their exports."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response, StreamingResponse

from assay.api.rest.call import Caller
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.project import read_uuid
from assay.api.rest.schema import body, reads
from assay.domain.page import FIRST, Page
from assay.domain.snapshot import NewSnapshot, Snapshot
from assay.service import snapshot as use_case
from assay.service.export import export_snapshot

router = APIRouter(tags=["snapshots"])
MAX_NOTES_CHARS = 4_000
"""Of the header; an archive also holds all notes in NOTES.json."""


@router.post(
    "/v1/projects/{project}/snapshots",
    status_code=201,
    response_model=Snapshot,
    openapi_extra=reads(NewSnapshot, {"name": "June", "gold": False, "min_probability": 0.5}),
)
async def create_snapshot(
    call: Caller, project: UUID, new: Annotated[NewSnapshot, Depends(body(NewSnapshot))]
) -> Response:
    """Freeze a project's resolved data. Equal data have the same `sha256`."""
    frozen = await use_case.freeze(call.engine, call.principal, project, new)
    return await call.write(
        lambda tx: use_case.create_snapshot(call.engine, tx, call.principal, project, new, frozen),
        status=201,
    )


@router.get("/v1/projects/{project}/snapshots", response_model=Page[Snapshot])
async def list_snapshots(call: Caller, project: UUID, page: Paged) -> Response:
    """Snapshots of a project, oldest first."""
    allow_filters(call.request, frozenset())

    async def read(tx: Any) -> dict[str, Any]:
        found = await use_case.snapshot_page(
            tx, call.principal, project, read_uuid(page.after(FIRST)), page.fetch
        )
        return page.answer(found, lambda one: str(one.id))

    return await call.read(read)


@router.get("/v1/snapshots/{snapshot}", response_model=Snapshot)
async def get_snapshot(call: Caller, snapshot: UUID) -> Response:
    """One snapshot."""
    return await call.read(lambda tx: use_case.find_snapshot(tx, call.principal, snapshot))


@router.get("/v1/snapshots/{snapshot}/export", response_class=Response)
async def export(call: Caller, snapshot: UUID, format: str = "jsonl", media: bool = False) -> Response:
    """A snapshot in a format: one file, or a zip archive. `Assay-Notes` says what it could not carry."""
    made = await export_snapshot(call.engine, call.principal, snapshot, format, media=media)
    headers = {
        "Assay-Notes": _header(made.notes),
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{made.name}"',
    }
    if made.size_bytes is not None:
        headers["Content-Length"] = str(made.size_bytes)
    return StreamingResponse(made.chunks, 200, headers, media_type=made.media_type)


def _header(notes: tuple[str, ...]) -> str:
    """The notes as a JSON array in ASCII, as many as a header may hold."""
    kept = list(notes)
    while len(json.dumps(kept)) > MAX_NOTES_CHARS:
        kept = [*kept[: max(len(kept) // 2, 1)], "and more"] if len(kept) > 2 else ["too many to list"]
    return json.dumps(kept)
