"""The method of what is worth a look."""

from __future__ import annotations

from typing import Any

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.domain.look import DEFAULT_LOOKS
from assay.service.look import worth_a_look
from assay.wire.v1 import look_pb2

SERVICE = Service(look_pb2.DESCRIPTOR.services_by_name["LookService"])


@SERVICE.answers
async def list_looks(call: Call) -> Any:
    project, limit = call.id("project"), call.value("limit", DEFAULT_LOOKS)
    return await call.read(lambda tx: worth_a_look(call.engine, tx, call.principal, project, limit))
