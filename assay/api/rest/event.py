"""The route of events: pages of what happened, or a stream of it (server-sent events)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from assay.api.encode import encode
from assay.api.rest.call import Call, Caller, answer, one_of
from assay.api.rest.paging import Paged, allow_filters
from assay.domain.event import EventFilter, EventPage, Place
from assay.domain.labeler import Role
from assay.domain.page import MAX_LIMIT
from assay.service import event as use_case
from assay.service.access import project_of, require

router = APIRouter(tags=["events"])
STREAM = "text/event-stream"
STREAM_SECS = 600.0
"""A stream ends so that whoever lost their key loses it too; its reader comes again with the last id."""


@router.get("/v1/events", response_model=EventPage)
async def events(
    call: Caller,
    page: Paged,
    project: UUID | None = None,
    kind: Annotated[list[str] | None, Query(description="these kinds only")] = None,
    since: Annotated[str, Query(description="without a cursor: start, or now")] = "start",
) -> Response:
    """What happened, oldest first: a page of JSON, or with `Accept: text/event-stream` a stream that goes on.

    A stream is resumed by `Last-Event-ID` (or `cursor`). For reviewers and above.
    """
    allow_filters(call.request, frozenset({"project", "kind", "since"}))
    one_of(since, ("start", "now"), "/since")
    require(call.principal, Role.REVIEWER)
    wanted = EventFilter(project=project, kinds=use_case.read_kinds(kind or ()))
    cursor = call.request.headers.get("last-event-id") or call.request.query_params.get("cursor")
    after = await use_case.place_of(call.engine, call.principal, cursor, from_start=since == "start")
    if STREAM not in call.request.headers.get("accept", ""):
        batch = await use_case.event_page(
            call.engine, call.principal, wanted, after, min(page.limit, MAX_LIMIT)
        )
        return answer(EventPage(items=batch.events, next_cursor=batch.cursor))
    if project is not None:
        async with call.engine.database.transaction(call.principal.organization) as tx:
            await project_of(tx, call.principal, project)
    return StreamingResponse(
        _stream(call, wanted, after), media_type=STREAM, headers={"Cache-Control": "no-store"}
    )


async def _stream(call: Call, wanted: EventFilter, after: Place) -> AsyncIterator[bytes]:
    """Each event with its cursor as the id; the last id passes what the filter left out."""
    async for batch in use_case.follow(call.engine, call.principal, wanted, after, secs=STREAM_SECS):
        told = b"".join(
            b"id: %s\nevent: %s\ndata: %s\n\n" % (one.cursor.encode(), one.kind.encode(), encode(one))
            for one in batch.events
        )
        yield told + b": here\nid: %s\n\n" % batch.cursor.encode()
