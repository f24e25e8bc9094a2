"""Certificates by gRPC: the same audit, the same signed document."""

from __future__ import annotations

from typing import Any

import orjson

from assay.client.certificate import verify_certificate
from assay.domain.labeler import Role
from assay.wire.v1 import certificate_pb2, lease_pb2
from tests.integration.api.conftest import Caller
from tests.integration.api.grpc.conftest import Wire

TOPIC = b'{"topic":"sports"}'


async def test_an_audit_by_grpc_is_certified_as_by_rest(rest: Caller, wire: Wire) -> None:
    project = await rest.project()
    await rest.add_notes(project, *"abcdef")
    ann, rita = await rest.labeler("ann"), await rest.labeler("rita", role=Role.REVIEWER)
    for lease in await ann.claim(project, 6):
        await ann.submit(lease, {"topic": "sports"})
    snapshot = (await rest.post(f"/v1/projects/{project}/snapshots", {})).json()["id"]
    begun = await wire(
        "CertificateService/Audit", certificate_pb2.AuditRequest(snapshot=snapshot, audits=4, target=0.99)
    )
    assert (begun.items, begun.audits, begun.target) == (6, 4, 0.99)

    auditor = wire.by(rita)
    work = await auditor(
        "LeaseService/Claim",
        lease_pb2.ClaimRequest(project=project, count=3, stage=lease_pb2.STAGE_AUDIT),
    )
    assert len(work.leases) == 3
    assert not work.reviews
    for lease in work.leases:
        request = lease_pb2.SubmitRequest(lease=lease.lease, fence=lease.fence, label=TOPIC)
        assert (await auditor("LeaseService/Submit", request)).annotation == lease.lease

    asked = certificate_pb2.GetCertificateRequest(snapshot=snapshot)
    document: Any = orjson.loads((await wire("CertificateService/GetCertificate", asked)).document)
    assert document == (await rest.get(f"/v1/snapshots/{snapshot}/certificate")).json()
    assert (document["audited"], document["state"]) == (3, "auditing")
    verify_certificate(document, (await rest.http.get("/v1/certificate-key")).json()["public_key"])
    asked.slice = "label.topic=cats"
    assert (await wire.refused("CertificateService/GetCertificate", asked)).pointer == "/slice"
