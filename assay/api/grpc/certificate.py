"""Methods of certificates."""

from __future__ import annotations

from typing import Any

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.domain.certificate import NewAudit
from assay.service import certificate as use_case
from assay.wire.v1 import certificate_pb2

SERVICE = Service(certificate_pb2.DESCRIPTOR.services_by_name["CertificateService"])


@SERVICE.answers
async def audit(call: Call) -> Any:
    snapshot, new = call.id("snapshot"), call.body(NewAudit)
    drawn = await use_case.draw_audit(call.engine, call.principal, snapshot, new)
    return await call.write(lambda tx: use_case.begin_audit(tx, call.principal, snapshot, new, drawn))


@SERVICE.answers
async def get_certificate(call: Call) -> Any:
    found = await use_case.certificate(call.engine, call.principal, call.id("snapshot"), call.value("slice"))
    return {"document": found}
