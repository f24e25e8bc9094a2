"""One unit of data: named, typed fields, as an organisation sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

MAX_SEARCHED = 20_000
"""Items that one request for a filtered page looks at: no index serves the filters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldFacts:
    """What a label is checked against: the text itself, or the measured size of the media.

    ``width`` and ``height`` are pixels. ``None`` means not known (not yet probed), never zero.
    """

    type: str
    text: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewPrediction:
    """A label a model offers; never a vote. ``scores`` maps a question, or an object's id, to a
    confidence."""

    labeler: str
    label: Mapping[str, Any]
    scores: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """An item as sent to a project, with what the project adds to it: gold, priority and predictions."""

    external_id: str
    fields: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    gold: Mapping[str, Any] | None = None
    priority: int = 0
    predictions: tuple[NewPrediction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ItemFilter:
    """Which items are wanted; ``None`` wants all.

    ``answer`` is the class or value that a best answer to ``question`` is, or contains; ``text`` stands in
    the name or a text of the item, in any case; the confidence is that of the task's least sure answer.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    state: str | None = None
    external_id: str | None = None
    gold: bool | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    question: str | None = None
    answer: str | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListedItem:
    """An item with the state of its task, for reviewers and above. ``confidence`` is the chance that the
    task's least sure answer is right, where it has answers."""

    id: UUID
    item: UUID
    task: UUID
    external_id: str
    fields: Mapping[str, Any]
    metadata: Mapping[str, Any]
    state: str
    gold: bool
    priority: int
    confidence: float | None
    created_at: datetime
