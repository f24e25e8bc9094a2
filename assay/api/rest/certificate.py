"""Routes of certificates: have a snapshot audited, read what is certain, and the key to check it with."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from assay.api.rest.call import Caller, answer, one_of
from assay.api.rest.schema import body, reads
from assay.domain.certificate import Audit, Certificate, NewAudit, PublicKey
from assay.service import certificate as use_case
from assay.service.access import project_of
from assay.service.certificate_page import STYLE_HASH, certificate_page
from assay.service.signing import public_key

router = APIRouter(tags=["certificates"])
PAGE_POLICY = f"default-src 'none'; style-src '{STYLE_HASH}'; frame-ancestors 'none'"


@router.post(
    "/v1/snapshots/{snapshot}/certificate",
    response_model=Audit,
    openapi_extra=reads(NewAudit, {"audits": 300, "target": 0.98}),
)
async def audit(call: Caller, snapshot: UUID, new: Annotated[NewAudit, Depends(body(NewAudit))]) -> Response:
    """Have so many items of a snapshot audited: drawn by design, answered blind under leases of the stage
    `audit`. Asking for more draws more; asking for the same changes nothing."""
    drawn = await use_case.draw_audit(call.engine, call.principal, snapshot, new)
    return await call.write(lambda tx: use_case.begin_audit(tx, call.principal, snapshot, new, drawn))


@router.get("/v1/snapshots/{snapshot}/certificate", response_model=Certificate)
async def get_certificate(
    call: Caller, snapshot: UUID, slice: str | None = None, format: str = "json"
) -> Response:
    """How right a snapshot is, or a slice of it (`label.topic=sports`, `metadata.source=web`): a bound with
    its evidence, signed. With `format=html` it is a page for people. For reviewers and above."""
    one_of(format, ("json", "html"), "/format")
    found = await use_case.certificate(call.engine, call.principal, snapshot, slice)
    if format == "json":
        return answer(found)
    async with call.engine.database.transaction(call.principal.organization) as tx:
        project = await project_of(tx, call.principal, UUID(found["project"]))
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(certificate_page(found, project.name), headers=headers)


@router.get("/v1/certificate-key", response_model=PublicKey, openapi_extra={"security": []})
async def certificate_key(request: Request) -> Response:
    """The public key that this installation's certificates are signed with. Anybody may have it."""
    return answer(public_key(request.app.state.engine.secrets))
