"""Methods of snapshots and their exports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.domain.page import FIRST
from assay.domain.snapshot import NewSnapshot
from assay.service import export
from assay.service import snapshot as use_case
from assay.service.file_format import file_formats
from assay.wire.v1 import snapshot_pb2

SERVICE = Service(snapshot_pb2.DESCRIPTOR.services_by_name["SnapshotService"])


@SERVICE.answers
async def create_snapshot(call: Call) -> Any:
    project, new = call.id("project"), call.body(NewSnapshot)
    frozen = await use_case.freeze(call.engine, call.principal, project, new)
    return await call.write(
        lambda tx: use_case.create_snapshot(call.engine, tx, call.principal, project, new, frozen)
    )


@SERVICE.answers
async def list_snapshots(call: Call) -> Any:
    project, page = call.id("project"), call.page()
    found = await call.read(
        lambda tx: use_case.snapshot_page(tx, call.principal, project, UUID(page.after(FIRST)), page.fetch)
    )
    return page.answer(found, lambda one: str(one.id))


@SERVICE.answers
async def list_formats(call: Call) -> Any:
    return file_formats()


@SERVICE.answers
async def get_snapshot(call: Call) -> Any:
    snapshot = call.id("snapshot")
    return await call.read(lambda tx: use_case.find_snapshot(tx, call.principal, snapshot))


@SERVICE.answers
async def export_snapshot(call: Call) -> AsyncIterator[Any]:
    made = await export.export_snapshot(
        call.engine,
        call.principal,
        call.id("snapshot"),
        call.value("format", "jsonl"),
        media=call.value("media", False),
    )
    yield {
        "name": made.name,
        "media_type": made.media_type,
        "size_bytes": made.size_bytes,
        "notes": list(made.notes),
    }
    async for chunk in made.chunks:
        yield snapshot_pb2.ExportChunk(chunk=chunk)
