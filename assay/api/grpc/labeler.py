"""Methods of labelers, their invitations and memberships, and of oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.api.secret import hide_key, hide_url, reveal_key, reveal_url
from assay.domain.labeler import LabelerChanges, NewLabeler, NewMember
from assay.domain.page import FIRST
from assay.service import identity, sign_in
from assay.service import labeler as use_case
from assay.wire.v1 import labeler_pb2

SERVICE = Service(labeler_pb2.DESCRIPTOR.services_by_name["LabelerService"])


@SERVICE.answers
async def create_labeler(call: Call) -> Any:
    new = call.body(NewLabeler)
    return await call.write(
        lambda tx: identity.create_labeler(call.engine, tx, call.principal, new),
        hide=hide_key,
        reveal=lambda stored: reveal_key(call.engine, stored),
    )


@SERVICE.answers
async def list_labelers(call: Call) -> Any:
    page = call.page()
    found = await call.read(
        lambda tx: use_case.labeler_page(tx, call.principal, UUID(page.after(FIRST)), page.fetch)
    )
    return page.answer(found, lambda one: str(one.id))


@SERVICE.answers
async def get_labeler(call: Call) -> Any:
    labeler = call.id("labeler")
    return await call.read(lambda tx: use_case.find_labeler(tx, call.principal, labeler))


@SERVICE.answers
async def change_labeler(call: Call) -> Any:
    labeler, changes = call.id("labeler"), call.body(LabelerChanges)
    changed = await call.write(lambda tx: identity.change_labeler(tx, call.principal, labeler, changes))
    call.forget()
    return changed


@SERVICE.answers
async def disable_labeler(call: Call) -> Any:
    labeler = call.id("labeler")
    disabled = await call.write(lambda tx: identity.disable_labeler(tx, call.principal, labeler))
    call.forget()
    return disabled


@SERVICE.answers
async def invite_labeler(call: Call) -> Any:
    labeler = call.id("labeler")
    return await call.write(
        lambda tx: sign_in.invite(call.engine, tx, call.principal, labeler),
        hide=hide_url,
        reveal=lambda stored: reveal_url(call.engine, stored),
    )


@SERVICE.answers
async def list_members(call: Call) -> Any:
    project, page = call.id("project"), call.page()
    found = await call.read(
        lambda tx: use_case.member_page(tx, call.principal, project, UUID(page.after(FIRST)), page.fetch)
    )
    return page.answer(found, lambda one: str(one.id))


@SERVICE.answers
async def add_member(call: Call) -> Any:
    project, new = call.id("project"), call.body(NewMember)
    return await call.write(lambda tx: use_case.add_member(tx, call.principal, project, new))


@SERVICE.answers
async def remove_member(call: Call) -> Any:
    project, labeler = call.id("project"), call.id("labeler")
    return await call.write(lambda tx: use_case.remove_member(tx, call.principal, project, labeler))


@SERVICE.answers
async def get_myself(call: Call) -> Any:
    return await use_case.myself(call.engine, call.principal)
