"""Labelers and who of them belongs to a project."""

from __future__ import annotations

from uuid import UUID

from assay.domain.labeler import Labeler, Member, Myself, NewMember, Principal, Role
from assay.errors import Invalid
from assay.service.access import not_found, project_of, require
from assay.service.engine import Engine
from assay.store import labeler as labeler_store
from assay.store import project as project_store
from assay.store import session as session_store
from assay.store.database import Connection


async def myself(engine: Engine, principal: Principal) -> Myself:
    """Who one is here."""
    async with engine.database.system() as tx:
        account = await session_store.find_account(tx, principal.organization, principal.labeler)
    return Myself(
        labeler=principal.labeler,
        name=principal.name,
        kind=principal.kind,
        role=principal.role,
        organization=principal.organization,
        email=account.email if account else None,
        has_password=account is not None and account.password_hash is not None,
        by_link=principal.by_link,
    )


async def labeler_page(tx: Connection, principal: Principal, after: UUID, limit: int) -> list[Labeler]:
    """Up to ``limit`` labelers of the organisation after an id. For managers."""
    require(principal, Role.MANAGER)
    return list(await labeler_store.page(tx, principal.organization, after, limit))


async def find_labeler(tx: Connection, principal: Principal, labeler: UUID) -> Labeler:
    """One labeler. For managers."""
    require(principal, Role.MANAGER)
    found = await labeler_store.find(tx, principal.organization, labeler)
    if found is None:
        raise not_found("labeler", labeler)
    return found


async def member_page(
    tx: Connection, principal: Principal, project: UUID, after: UUID, limit: int
) -> list[Labeler]:
    """Up to ``limit`` members of a project after an id. For managers."""
    require(principal, Role.MANAGER)
    await project_of(tx, principal, project)
    return list(await labeler_store.members(tx, principal.organization, project, after, limit))


async def add_member(tx: Connection, principal: Principal, project: UUID, new: NewMember) -> Member:
    """Let a labeler into a project. Raises ``Invalid`` (``ref.not_found``)."""
    require(principal, Role.MANAGER)
    await project_of(tx, principal, project)
    if await labeler_store.find(tx, principal.organization, new.labeler) is None:
        raise Invalid("ref.not_found", f"there is no labeler {new.labeler}", pointer="/labeler")
    await project_store.add_member(tx, principal.organization, project, new.labeler)
    return Member(project=project, labeler=new.labeler)


async def remove_member(tx: Connection, principal: Principal, project: UUID, labeler: UUID) -> None:
    """Take a labeler out of a project."""
    require(principal, Role.MANAGER)
    await project_of(tx, principal, project)
    if not await project_store.remove_member(tx, principal.organization, project, labeler):
        raise not_found("member", labeler)
