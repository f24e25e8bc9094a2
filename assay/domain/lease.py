"""A labeler's right to fill a slot until a time, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from assay.errors import Invalid

Verdict = Literal["accept", "fix", "reject"]
Stage = Literal["label", "review", "audit"]
"""What a lease is for: to answer, to review an answer, or to answer blind for a snapshot's certificate."""
AUDIT: Stage = "audit"

MAX_CLAIM = 100
MAX_OPERATIONS = 1_000
MAX_REASON_CHARS = 200
EXPIRED = "expired"
"""The reason of a lease that ended by itself; nobody else may give it."""


@dataclass(frozen=True, kw_only=True)
class NewClaim:
    """Asks for work; with ``task``, for the review of that one."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    count: int = 1
    stage: Stage = "label"
    task: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Release:
    """Gives a lease back, with a reason in any words: 1 to 200 characters.

    After ``skip``, ``unsure`` or ``broken`` the same labeler is not asked this again; after any other reason
    they may be.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    reason: str = "returned"


@dataclass(frozen=True, kw_only=True)
class ReviewTarget:
    """What a review is about: an annotation, or one version of the resolution."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    annotation: UUID | None = None
    resolution_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewReview:
    """A verdict on a target. ``fix`` brings the right label."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    target: ReviewTarget
    verdict: Verdict
    label: dict[str, Any] | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class NewSubmission:
    """A label for a lease; or, for a review lease, a verdict on a target.

    With ``wait`` the answer comes once the task is decided, or after so many seconds, at most 60. For
    reviewers and above: a labeler never learns of it.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    fence: int
    label: dict[str, Any] | None = None
    target: ReviewTarget | None = None
    verdict: Verdict | None = None
    reason: str = ""
    wait: int = 0

    def review(self) -> NewReview | None:
        """The review it holds, if it holds one. Raises ``Invalid`` (``field.missing``) at half a review, and
        where there is neither a review nor a label."""
        if self.target is not None and self.verdict is not None:
            return NewReview(target=self.target, verdict=self.verdict, label=self.label, reason=self.reason)
        if self.target is not None or self.verdict is not None:
            missing = "target" if self.target is None else "verdict"
            raise Invalid("field.missing", f"a review needs a {missing}", pointer=f"/{missing}")
        if self.label is None:
            raise Invalid("field.missing", "a label is missing", pointer="/label")
        return None


@dataclass(frozen=True, kw_only=True)
class SubmissionLine:
    """One line of a batch of submissions."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    lease: UUID
    fence: int
    label: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One reversible edit of a draft: ``forward`` applies it, ``inverse`` takes it back.

    Each is a list of ``{"question": name, "object"?: id, "value": …}``; a null value removes.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    id: UUID
    forward: list[dict[str, Any]]
    inverse: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class NewOperations:
    """Edits made on top of revision ``base`` of the draft."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    base: int
    operations: list[Operation]


@dataclass(frozen=True, kw_only=True)
class LeasedItem:
    """An item as a labeler sees it: no gold, no priority, no answers."""

    id: UUID
    external_id: str
    fields: Mapping[str, Any]
    metadata: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class OfferedLabel:
    """A model's label to start from, without its scores."""

    labeler: str
    label: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A labeler's right to answer a task until a time. A submit brings the fence back."""

    lease: UUID
    fence: int
    task: UUID
    item: LeasedItem
    ontology_version: int
    predictions: list[OfferedLabel]
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Leases:
    """What was claimed. An empty list is exact."""

    leases: list[Lease]


@dataclass(frozen=True, kw_only=True)
class HeldLease:
    """A lease that is live."""

    lease: UUID
    fence: int
    task: UUID
    stage: str
    item: LeasedItem
    ontology_version: int
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class HeldLeases:
    """A page of one's own live leases in a project, oldest first.

    ``leases`` are the ``items`` under the name that a claim gives them, so that one reader reads both.
    """

    items: list[HeldLease]
    next_cursor: str | None
    leases: list[HeldLease]


@dataclass(frozen=True, kw_only=True)
class Prolonged:
    """Until when a lease lasts now."""

    lease: UUID
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Released:
    """A lease that was given back."""

    lease: UUID
    released: bool = True


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Work in progress on a task, and how many edits it has seen."""

    label: Mapping[str, Any]
    revision: int


@dataclass(frozen=True, kw_only=True)
class DraftRevision:
    """How many edits a draft has seen."""

    revision: int


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A label that is stored. A labeler reads ``submitted`` and no more; others read the task's state."""

    annotation: UUID
    task_state: str


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A review that is stored, and the resolution version it made."""

    review: UUID
    task: UUID
    version: int
