"""Methods of items: import as a stream, list by pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any

from assay.api.grpc.call import Call, Stream
from assay.api.grpc.service import Service
from assay.api.json_value import read_json
from assay.domain.item import ItemFilter
from assay.errors import AssayError
from assay.service.importing import Line, import_items
from assay.service.item import item_page
from assay.wire.v1 import item_pb2

SERVICE = Service(item_pb2.DESCRIPTOR.services_by_name["ItemService"])


@SERVICE.answers
async def add_items(call: Stream) -> Any:
    project, on_error = call.id("project"), call.value("on_error", "abort")
    report = await import_items(call.engine, call.principal, project, lines_of(call, "items"), on_error)
    return told(report.to_json())


@SERVICE.answers
async def list_items(call: Call) -> Any:
    project, page = call.id("project"), call.page()
    wanted = ItemFilter(**{field.name: call.value(field.name) for field in fields(ItemFilter)})
    found = await call.read(
        lambda tx: item_page(tx, call.principal, project, int(page.after("0")), page.fetch, wanted)
    )
    stopped = None if found.stopped is None else str(found.stopped)
    return page.answer(found.items, lambda one: str(one[0]), lambda one: one[1], stopped)


async def lines_of(call: Stream, field: str) -> AsyncIterator[Line]:
    """The documents of an import as they come in. One bad document is one bad line."""
    number = 0
    async for message in call.messages:
        for raw in getattr(message, field):
            number += 1
            try:
                yield number, read_json(raw)
            except AssayError as error:
                yield number, error


def told(report: dict[str, Any]) -> dict[str, Any]:
    """A report as the contract has it: of what an error adds, only the id of what is there."""
    known = frozenset(field.name for field in item_pb2.ImportRefusal.DESCRIPTOR.fields)
    errors = [{key: value for key, value in one.items() if key in known} for one in report["errors"]]
    return report | {"errors": errors}
