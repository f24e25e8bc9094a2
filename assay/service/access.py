"""Who may do what: each check is one call at the head of a use case."""

from __future__ import annotations

from uuid import UUID

from assay.domain.labeler import Principal, Role
from assay.domain.project import Project
from assay.errors import Forbidden, NotFound
from assay.store import project as project_store
from assay.store.database import Connection


def require(principal: Principal, role: Role) -> None:
    """Refuse a principal whose role does not cover ``role``."""
    if not principal.role.covers(role):
        raise Forbidden(
            "role.forbidden",
            f"this needs the role {role.value}; {principal.name!r} is {principal.role.value}",
        )


async def project_of(tx: Connection, principal: Principal, project: UUID) -> Project:
    """The project, if this principal may know of it; otherwise the same 404 as for none at all."""
    found = await project_store.find(tx, principal, project)
    if found is None:
        raise not_found("project", project)
    return found


def not_found(noun: str, key: object) -> NotFound:
    """The one answer for what does not exist and for what belongs to others."""
    return NotFound("not_found", f"there is no {noun} {key}", extra={"noun": noun})
