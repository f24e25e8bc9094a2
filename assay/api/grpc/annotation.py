"""The method of annotations that come from elsewhere."""

from __future__ import annotations

from typing import Any

from assay.api.grpc.call import Stream
from assay.api.grpc.item import lines_of, told
from assay.api.grpc.service import Service
from assay.service.annotation import import_annotations
from assay.wire.v1 import annotation_pb2

SERVICE = Service(annotation_pb2.DESCRIPTOR.services_by_name["AnnotationService"])


@SERVICE.answers
async def add_annotations(call: Stream) -> Any:
    project, on_error = call.id("project"), call.value("on_error", "abort")
    lines = lines_of(call, "annotations")
    report = await import_annotations(call.engine, call.principal, project, lines, on_error)
    return told(report.to_json())
