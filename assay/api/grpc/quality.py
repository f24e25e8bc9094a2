"""The method of a project's quality."""

from __future__ import annotations

from typing import Any

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.service.quality import project_quality
from assay.wire.v1 import quality_pb2

SERVICE = Service(quality_pb2.DESCRIPTOR.services_by_name["QualityService"])


@SERVICE.answers
async def get_quality(call: Call) -> Any:
    return await project_quality(call.engine, call.principal, call.id("project"))
