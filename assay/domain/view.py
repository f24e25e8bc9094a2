"""A set of filters that a person keeps under a name, to look at a project's items by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from assay.domain.item import ItemFilter

MAX_VIEWS = 50
MAX_VIEW_NAME_CHARS = 100


@dataclass(frozen=True, kw_only=True)
class NewView:
    """Asks for filters to be kept under a name of 1 to 100 characters."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    name: str
    filters: ItemFilter


@dataclass(frozen=True, kw_only=True)
class View:
    """Filters as their person keeps them; nobody else sees them."""

    id: UUID
    view: UUID
    project: UUID
    name: str
    filters: ItemFilter
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Views:
    """All that one person keeps of a project, by name: at most 50."""

    items: list[View]
