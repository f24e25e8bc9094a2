"""Views: filters of a project's items that a person keeps, for themselves alone."""

from __future__ import annotations

from uuid import UUID

from assay.domain.labeler import Principal, Role
from assay.domain.view import MAX_VIEW_NAME_CHARS, MAX_VIEWS, NewView, View, Views
from assay.errors import Conflict, Invalid
from assay.service.access import not_found, project_of, require
from assay.service.engine import Engine
from assay.service.item import check_filter
from assay.store import view as view_store
from assay.store.database import Connection


async def keep_view(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, new: NewView
) -> View:
    """Keep filters under a name. For reviewers and above.

    Raises ``Conflict`` (``view.name``) where the name is taken, ``Invalid`` (``limit.exceeded``) beyond
    ``MAX_VIEWS``.
    """
    require(principal, Role.REVIEWER)
    if not 0 < len(new.name.strip()) <= len(new.name) <= MAX_VIEW_NAME_CHARS:
        raise Invalid(
            "field.invalid",
            f"a name has 1 to {MAX_VIEW_NAME_CHARS} characters",
            pointer="/name",
            limit=MAX_VIEW_NAME_CHARS,
        )
    check_filter(new.filters, "/filters")
    await project_of(tx, principal, project)
    if len(await view_store.listed(tx, principal, project, MAX_VIEWS)) == MAX_VIEWS:
        raise Invalid("limit.exceeded", f"at most {MAX_VIEWS} views of a project", limit=MAX_VIEWS)
    kept = await view_store.insert(tx, principal, project, engine.ids.new(), new)
    if kept is None:
        raise Conflict("view.name", "you keep another view under this name", pointer="/name")
    return kept


async def views_of(tx: Connection, principal: Principal, project: UUID) -> Views:
    """What this person keeps of a project. For reviewers and above."""
    require(principal, Role.REVIEWER)
    await project_of(tx, principal, project)
    return Views(items=await view_store.listed(tx, principal, project, MAX_VIEWS))


async def forget_view(tx: Connection, principal: Principal, view: UUID) -> None:
    """Forget one of this person's own views. For reviewers and above."""
    require(principal, Role.REVIEWER)
    if not await view_store.delete(tx, principal, view):
        raise not_found("view", view)
