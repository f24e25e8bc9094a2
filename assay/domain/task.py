"""“Answer this”: one item under one project's questions, from open to resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from assay.domain.labeler import LabelerKind
from assay.domain.lease import Verdict
from assay.domain.resolution import Resolution
from assay.errors import Invalid


class TaskState(StrEnum):
    """Where a task stands.

    probing → open → (resolving →) resolved | ambiguous | needs_attention; a review may reopen any of the
    last three.
    """

    PROBING = "probing"
    OPEN = "open"
    RESOLVING = "resolving"
    RESOLVED = "resolved"
    REVIEW = "review"
    AMBIGUOUS = "ambiguous"
    NEEDS_ATTENTION = "needs_attention"


DECIDED = frozenset({TaskState.RESOLVED, TaskState.AMBIGUOUS, TaskState.NEEDS_ATTENTION})
"""States that a task leaves only by a review or an override."""


def check_state(state: str | None, pointer: str) -> str | None:
    """A state to filter by. Raises ``Invalid`` (``field.invalid``)."""
    if state is not None and state not in tuple(TaskState):
        raise Invalid("field.invalid", f"must be one of {', '.join(TaskState)}", pointer=pointer)
    return state


@dataclass(frozen=True, kw_only=True)
class ReviewedItem:
    """An item as a reviewer sees it. ``facts`` say what was measured of each media field, or why it could
    not be."""

    id: UUID
    external_id: str
    fields: Mapping[str, Any]
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class GivenAnnotation:
    """What one labeler answered. Only counted ones are votes."""

    annotation: UUID
    labeler: UUID
    labeler_name: str
    kind: LabelerKind
    ontology_version: int
    label: Mapping[str, Any]
    counted: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class BlindAnnotation:
    """The same where reviewers do not see whose an answer is."""

    annotation: UUID
    ontology_version: int
    label: Mapping[str, Any]
    counted: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class GivenReview:
    """What one reviewer said, and the resolution version it made."""

    review: UUID
    reviewer: UUID
    reviewer_name: str
    annotation: UUID | None
    resolution_version: int | None
    verdict: Verdict
    label: Mapping[str, Any] | None
    reason: str
    new_version: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """A task with all that was answered to it, for reviewers and above."""

    id: UUID
    task: UUID
    project: UUID
    state: TaskState
    gold: bool
    item: ReviewedItem
    resolution: Resolution
    annotations: list[GivenAnnotation] | list[BlindAnnotation]
    reviews: list[GivenReview]


@dataclass(frozen=True, kw_only=True)
class ReviewCandidate:
    """An annotation a reviewer may name as the target; whose it is stays hidden."""

    annotation: UUID
    label: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class NamedCandidate(ReviewCandidate):
    """The same in a project whose reviews are not blind."""

    labeler_name: str


@dataclass(frozen=True, kw_only=True)
class ReviewLease:
    """A reviewer's right to decide on a task until a time."""

    lease: UUID
    fence: int
    task: UUID
    stage: str
    item: ReviewedItem
    ontology_version: int
    resolution: Resolution
    annotations: list[ReviewCandidate] | list[NamedCandidate]
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewLeases:
    """What was claimed for review. An empty list is exact."""

    leases: list[ReviewLease]
