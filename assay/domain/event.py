"""What happened, for whoever follows: one line of an organisation's feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class EventKind(StrEnum):
    """The kinds of events. ``subject`` of each is the task, unless said otherwise."""

    ANNOTATION_SUBMITTED = "annotation.submitted"
    """A labeler answered; ``body`` holds annotation, labeler, counted and task_state."""
    ANNOTATION_IMPORTED = "annotation.imported"
    """A vote from elsewhere came in."""
    IMPORT_PUBLISHED = "import.published"
    """Items can be claimed; the subject is the import."""
    LEASE_ENDED = "lease.ended"
    """A lease ended without a submit; ``body`` holds lease, labeler and reason."""
    TASK_OPEN = "task.open"
    """A task that was decided asks for answers again."""
    TASK_RESOLVED = "task.resolved"
    """A task has its answer; ``body`` holds state, version and confidence, as of the three below."""
    TASK_REVIEW = "task.review"
    TASK_AMBIGUOUS = "task.ambiguous"
    TASK_NEEDS_ATTENTION = "task.needs_attention"
    TASK_REVIEWED = "task.reviewed"
    """A reviewer decided; ``body`` holds verdict and version."""
    SNAPSHOT_AUDITED = "snapshot.audited"
    """An auditor answered an item of a snapshot; the subject is the snapshot, ``body`` holds number."""
    COMMENT_ADDED = "comment.added"
    """A reviewer said something; ``body`` holds comment and annotation."""
    COMMENT_WITHDRAWN = "comment.withdrawn"
    """A reviewer took back what they said; ``body`` as above."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """A place in the feed: everything up to it was read.

    The feed's order is that of (transaction, number), and it is read only below the oldest transaction that
    still runs: a lower number may commit after a higher one, and is read in its turn all the same.
    """

    xid: int
    seq: int

    def __str__(self) -> str:
        return f"{self.xid}.{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """What ``str`` wrote. Raises ``ValueError`` for anything else."""
        xid, _, seq = text.partition(".")
        return cls(xid=int(xid), seq=int(seq))


START = Place(xid=0, seq=0)
"""Before everything that is kept."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened. ``cursor`` is where to go on from after it."""

    cursor: str
    kind: EventKind
    project: UUID | None
    subject: UUID
    body: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Which events are wanted; ``None`` wants all."""

    project: UUID | None = None
    kinds: tuple[EventKind, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class EventPage:
    """Some of what happened, in its order. ``next_cursor`` goes on from here, also where nothing is left."""

    items: list[Event]
    next_cursor: str
