"""Methods of uploads. The bytes themselves travel by HTTP."""

from __future__ import annotations

from typing import Any

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.domain.asset import NewUpload
from assay.service import asset as use_case
from assay.wire.v1 import asset_pb2

SERVICE = Service(asset_pb2.DESCRIPTOR.services_by_name["AssetService"])


@SERVICE.answers
async def begin_upload(call: Call) -> Any:
    new = call.body(NewUpload)
    return await call.write(lambda tx: use_case.begin_upload(call.engine, tx, call.principal, new))


@SERVICE.answers
async def get_upload(call: Call) -> Any:
    return await use_case.upload_view(call.engine, call.principal, call.id("upload"))


@SERVICE.answers
async def complete_upload(call: Call) -> Any:
    return await use_case.complete_upload(call.engine, call.principal, call.id("upload"))
