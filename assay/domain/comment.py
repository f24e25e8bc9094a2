"""What a reviewer says about a task, one answer to it, an object or a point: read by whoever it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from assay.domain.lease import LeasedItem

MAX_COMMENT_CHARS = 2_000


@dataclass(frozen=True, kw_only=True)
class NewComment:
    """Says something about a task; with ``annotation``, about one answer to it.

    ``question`` and ``object`` name an object of that answer, or of the current best one; ``field``, ``x``
    and ``y`` (image pixels) a place on a picture.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    text: str
    annotation: UUID | None = None
    question: str | None = None
    object: str | None = None
    field: str | None = None
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment as reviewers and above see it. It never changes; its author may withdraw it."""

    id: UUID
    comment: UUID
    project: UUID
    task: UUID
    external_id: str
    annotation: UUID | None
    question: str | None
    object: str | None
    field: str | None
    x: float | None
    y: float | None
    text: str
    author: UUID
    author_name: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReceivedComment:
    """A comment as the labeler sees it whose answer it is about: with that answer, without its author."""

    id: UUID
    comment: UUID
    project: UUID
    task: UUID
    external_id: str
    annotation: UUID
    question: str | None
    object: str | None
    field: str | None
    x: float | None
    y: float | None
    text: str
    item: LeasedItem
    ontology_version: int
    label: Mapping[str, Any]
    created_at: datetime
