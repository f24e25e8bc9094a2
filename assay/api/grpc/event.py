"""Methods of events: pages of what happened, or a stream of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.api.page import limit_refusal
from assay.domain.event import EventFilter, EventPage, Place
from assay.domain.labeler import Role
from assay.domain.page import DEFAULT_LIMIT, MAX_LIMIT
from assay.errors import Invalid
from assay.service import event as use_case
from assay.service.access import project_of, require
from assay.wire.v1 import event_pb2

SERVICE = Service(event_pb2.DESCRIPTOR.services_by_name["EventService"])
STREAM_SECS = 600.0
"""A stream ends so that whoever lost their key loses it too; its reader comes again with the last cursor."""


@SERVICE.answers
async def list_events(call: Call) -> Any:
    wanted, after = await _wanted(call)
    limit = call.value("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        raise limit_refusal()
    batch = await use_case.event_page(call.engine, call.principal, wanted, after, limit)
    return EventPage(items=batch.events, next_cursor=batch.cursor)


@SERVICE.answers
async def stream_events(call: Call) -> AsyncIterator[Any]:
    wanted, after = await _wanted(call)
    project = wanted.project
    if project is not None:
        async with call.engine.database.transaction(call.principal.organization) as tx:
            await project_of(tx, call.principal, project)
    async for batch in use_case.follow(call.engine, call.principal, wanted, after, secs=STREAM_SECS):
        yield {"items": batch.events, "cursor": batch.cursor}


async def _wanted(call: Call) -> tuple[EventFilter, Place]:
    since = call.value("since", "start")
    if since not in ("start", "now"):
        raise Invalid("field.invalid", "must be one of start, now", pointer="/since")
    require(call.principal, Role.REVIEWER)
    wanted = EventFilter(
        project=call.optional_id("project"), kinds=use_case.read_kinds(call.value("kind", []))
    )
    cursor = call.value("cursor")
    after = await use_case.place_of(call.engine, call.principal, cursor, from_start=since == "start")
    return wanted, after
