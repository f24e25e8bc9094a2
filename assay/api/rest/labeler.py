"""Routes of labelers, their invitations and their memberships."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assay.api.rest.call import Caller
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.project import read_uuid
from assay.api.rest.schema import body, reads
from assay.api.secret import hide_key, hide_url, reveal_key, reveal_url
from assay.domain.labeler import (
    Invitation,
    Labeler,
    LabelerChanges,
    LabelerWithKey,
    Member,
    NewLabeler,
    NewMember,
)
from assay.domain.page import FIRST, Page
from assay.service import identity, sign_in
from assay.service import labeler as use_case

router = APIRouter(tags=["labelers"])


@router.post(
    "/v1/labelers",
    status_code=201,
    response_model=LabelerWithKey,
    openapi_extra=reads(NewLabeler, {"name": "ann", "kind": "person"}),
)
async def create_labeler(call: Caller, new: Annotated[NewLabeler, Depends(body(NewLabeler))]) -> Response:
    """Make a labeler; the answer holds its API key, this once."""

    async def make(tx: Any) -> LabelerWithKey:
        return await identity.create_labeler(call.engine, tx, call.principal, new)

    return await call.write(
        make, status=201, hide=hide_key, reveal=lambda stored: reveal_key(call.engine, stored)
    )


@router.get("/v1/labelers", response_model=Page[Labeler])
async def list_labelers(call: Caller, page: Paged) -> Response:
    """The labelers of your organisation. For managers and above."""
    allow_filters(call.request, frozenset())

    async def read(tx: Any) -> dict[str, Any]:
        found = await use_case.labeler_page(tx, call.principal, read_uuid(page.after(FIRST)), page.fetch)
        return page.answer(found, lambda one: str(one.id))

    return await call.read(read)


@router.get("/v1/labelers/{labeler}", response_model=Labeler)
async def get_labeler(call: Caller, labeler: UUID) -> Response:
    """One labeler. For managers and above."""
    return await call.read(lambda tx: use_case.find_labeler(tx, call.principal, labeler))


@router.patch(
    "/v1/labelers/{labeler}",
    response_model=Labeler,
    openapi_extra=reads(LabelerChanges, {"role": "reviewer"}),
)
async def change_labeler(
    call: Caller, labeler: UUID, changes: Annotated[LabelerChanges, Depends(body(LabelerChanges))]
) -> Response:
    """Change a labeler's name or role. A new role signs them out. For managers and above.

    `disabled` false gives a person's access back, for admins: they sign in by the password they had or by a
    new link; their API key stays ended.
    """
    response = await call.write(lambda tx: identity.change_labeler(tx, call.principal, labeler, changes))
    call.request.app.state.authenticator.forget()
    return response


@router.post("/v1/labelers/{labeler}/invitations", status_code=201, response_model=Invitation)
async def invite_labeler(call: Caller, labeler: UUID) -> Response:
    """Make a link that signs a person in once within a week. For managers and above.

    Whoever has a password is sent a new link by an admin only: it signs in as them, and whoever came by a
    link may choose a new password without the old one.
    """
    return await call.write(
        lambda tx: sign_in.invite(call.engine, tx, call.principal, labeler),
        status=201,
        hide=hide_url,
        reveal=lambda stored: reveal_url(call.engine, stored),
    )


@router.delete("/v1/labelers/{labeler}", response_model=Labeler)
async def disable_labeler(call: Caller, labeler: UUID) -> Response:
    """Take a labeler's access away; what they did stays."""
    response = await call.write(lambda tx: identity.disable_labeler(tx, call.principal, labeler))
    call.request.app.state.authenticator.forget()
    return response


@router.get("/v1/projects/{project}/members", response_model=Page[Labeler])
async def list_members(call: Caller, project: UUID, page: Paged) -> Response:
    """Who belongs to a project for members only. For managers and above."""
    allow_filters(call.request, frozenset())

    async def read(tx: Any) -> dict[str, Any]:
        found = await use_case.member_page(
            tx, call.principal, project, read_uuid(page.after(FIRST)), page.fetch
        )
        return page.answer(found, lambda one: str(one.id))

    return await call.read(read)


@router.post(
    "/v1/projects/{project}/members",
    status_code=201,
    response_model=Member,
    openapi_extra=reads(NewMember, {"labeler": "01980000-0000-7000-8000-000000000000"}),
)
async def add_member(
    call: Caller, project: UUID, new: Annotated[NewMember, Depends(body(NewMember))]
) -> Response:
    """Let a labeler into a project."""
    return await call.write(lambda tx: use_case.add_member(tx, call.principal, project, new), status=201)


@router.delete("/v1/projects/{project}/members/{labeler}", status_code=204)
async def remove_member(call: Caller, project: UUID, labeler: UUID) -> Response:
    """Take a labeler out of a project."""
    return await call.write(lambda tx: use_case.remove_member(tx, call.principal, project, labeler))
