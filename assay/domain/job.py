"""Background work as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal
from uuid import UUID


class JobState(StrEnum):
    """Where a job stands: queued → running → done | failed. A crash leaves it running until it is taken up
    again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job. ``done`` of ``total`` steps are behind it; ``total`` is null while nobody knows."""

    id: UUID
    job: UUID
    kind: str
    project: UUID | None
    state: JobState
    done: int
    total: int | None
    result: Any
    error: Any
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class StartedJob:
    """A job that was asked for."""

    id: UUID
    job: UUID


@dataclass(frozen=True, kw_only=True)
class NewImport:
    """Asks for an import of one file or archive, uploaded (``asset``) or somewhere else (``url``).

    ``labels`` says what labels in the file become: votes by whoever the file names (or by ``labeler``, or
    else by the format's name), gold, or nothing. ``media`` is where media lie that the archive does not
    hold: a URL that their names are put behind. ``name`` is what the file is called, if its upload did not
    say.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    format: str
    asset: str | None = None
    url: str | None = None
    name: str | None = None
    on_error: Literal["abort", "skip"] = "abort"
    labels: Literal["annotations", "gold", "ignore"] = "annotations"
    labeler: str | None = None
    media: str | None = None
