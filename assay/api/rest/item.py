"""Routes of items: import as a stream, list by keyset."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from assay.api.json_value import read_json
from assay.api.rest.call import Call, Caller, answer, one_of
from assay.api.rest.json_body import read_body, read_lines
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.schema import IMPORT_REPORT, tells
from assay.domain.item import ItemFilter, ListedItem
from assay.domain.page import Page
from assay.errors import AssayError, Invalid, Unsupported
from assay.service.importing import Line, import_items
from assay.service.item import item_page

router = APIRouter(tags=["items"])
NDJSON = "application/x-ndjson"


FILTERS = frozenset(field.name for field in fields(ItemFilter))
EXAMPLE = {"external_id": "n-1", "fields": {"note": "Ann won the race."}}


@router.post(
    "/v1/projects/{project}/items",
    responses=tells("application/json", IMPORT_REPORT),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "array", "items": {"type": "object"}},
                    "example": [EXAMPLE],
                },
                NDJSON: {"schema": {"type": "object"}, "example": EXAMPLE},
            },
        }
    },
)
async def add_items(
    call: Caller,
    project: UUID,
    on_error: Annotated[
        str, Query(description="abort: one bad line stores nothing; skip: good lines are stored")
    ] = "abort",
) -> Response:
    """Import items; those with a known `external_id` and an equal body are counted as existing."""
    one_of(on_error, ("abort", "skip"), "/on_error")
    report = await import_items(call.engine, call.principal, project, await lines_of(call), on_error)
    return answer(report.to_json())


def _filter(
    call: Caller,
    state: str | None = None,
    external_id: str | None = None,
    gold: bool | None = None,
    min_confidence: Annotated[float | None, Query(description="of the least sure answer, 0 to 1")] = None,
    max_confidence: Annotated[float | None, Query(description="of the least sure answer, 0 to 1")] = None,
    question: Annotated[str | None, Query(description="with answer: which question")] = None,
    answer: Annotated[str | None, Query(description="the class or value that its best answer holds")] = None,
    text: Annotated[str | None, Query(description="in the name or a text, in any case")] = None,
) -> ItemFilter:
    allow_filters(call.request, FILTERS)
    return ItemFilter(
        state=state,
        external_id=external_id,
        gold=gold,
        min_confidence=min_confidence,
        max_confidence=max_confidence,
        question=question,
        answer=answer,
        text=text,
    )


@router.get("/v1/projects/{project}/items", response_model=Page[ListedItem])
async def list_items(
    call: Caller,
    project: UUID,
    page: Paged,
    wanted: Annotated[ItemFilter, Depends(_filter)],
) -> Response:
    """Items in the order they came, with the state of their tasks. For managers and reviewers.

    A filtered page looks at 20000 items: it may be short, or empty, and go on by its `next_cursor`.
    """

    async def read(tx: Any) -> dict[str, Any]:
        found = await item_page(tx, call.principal, project, int(page.after("0")), page.fetch, wanted)
        stopped = None if found.stopped is None else str(found.stopped)
        return page.answer(found.items, lambda one: str(one[0]), lambda one: one[1], stopped)

    return await call.read(read)


async def lines_of(call: Call) -> AsyncIterator[Line]:
    """The values of a JSON array, or of an NDJSON stream as it comes in. One bad line is one bad line."""
    media_type = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == NDJSON:
        return _stream(call)
    if media_type != "application/json":
        raise Unsupported("body.type", f"send application/json or {NDJSON}")
    values = read_json(await read_body(call.request))
    if not isinstance(values, list):
        raise Invalid("item.invalid", "send a JSON array of items", pointer="")
    return _each(values)


async def _stream(call: Call) -> AsyncIterator[Line]:
    async for number, raw in read_lines(call.request):
        try:
            yield number, read_json(raw)
        except AssayError as error:
            yield number, error


async def _each(values: list[Any]) -> AsyncIterator[Line]:
    for index, value in enumerate(values):
        yield index + 1, value
