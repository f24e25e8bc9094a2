"""One labelling effort: its questions, its quality target and who may work on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from assay.errors import Invalid

MAX_LABELS = 1000
MAX_VERSION = 999_999_999
"""Of an ontology."""
MAX_LEASE_SECONDS = 30 * 24 * 3600
DEFAULT_LEASE_SECONDS = 30 * 60

Access = Literal["organization", "members"]


class Unset:
    """The type of :data:`UNSET`: a key that a change does not mention."""


UNSET = Unset()


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How many labels a task gets, and when they are enough.

    With ``target_accuracy`` null, or ``min_labels`` equal to ``max_labels``, every task gets exactly
    ``min_labels``. ``second_look_rate`` is the share of resolved tasks that may go to a reviewer because
    something speaks against their answer.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    target_accuracy: float | None = None
    min_labels: int = 1
    max_labels: int | None = None
    gold_rate: float = 0.0
    second_look_rate: float = 0.0

    def checked(self, pointer: str) -> Quality:
        """The same with ``max_labels`` filled in. Raises ``Invalid`` (``field.invalid``) at what is out of
        range."""
        most = max(1, self.min_labels) if self.max_labels is None else self.max_labels
        if not 1 <= self.min_labels <= MAX_LABELS:
            raise _out_of_range(pointer + "/min_labels", f"1 to {MAX_LABELS}", MAX_LABELS)
        if not self.min_labels <= most <= MAX_LABELS:
            raise _out_of_range(pointer + "/max_labels", f"min_labels to {MAX_LABELS}", MAX_LABELS)
        if self.target_accuracy is not None and not 0.5 <= self.target_accuracy < 1:
            raise _out_of_range(pointer + "/target_accuracy", "at least 0.5 and below 1, or null", 1)
        if not 0 <= self.gold_rate <= 0.5:
            raise _out_of_range(pointer + "/gold_rate", "0 to 0.5", 0.5)
        if not 0 <= self.second_look_rate <= 1:
            raise _out_of_range(pointer + "/second_look_rate", "0 to 1", 1)
        return Quality(
            target_accuracy=self.target_accuracy,
            min_labels=self.min_labels,
            max_labels=most,
            gold_rate=self.gold_rate,
            second_look_rate=self.second_look_rate,
        )


@dataclass(frozen=True, kw_only=True)
class NewProject:
    """Asks for a project."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    name: str
    ontology: dict[str, Any]
    access: Access = "organization"
    quality: Quality = Quality()
    lease_seconds: int = DEFAULT_LEASE_SECONDS
    blind_review: bool = True


@dataclass(frozen=True, kw_only=True)
class ProjectChanges:
    """Changes some of a project; a key that is left out stays as it is."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "strict": True,
        "arbitrary_types_allowed": True,
    }

    name: str | Unset = UNSET
    access: Access | Unset = UNSET
    quality: Quality | Unset = UNSET
    lease_seconds: int | Unset = UNSET
    blind_review: bool | Unset = UNSET


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project with its current ontology. With ``blind_review`` reviewers do not see whose an answer is."""

    id: UUID
    project: UUID
    name: str
    access: Access
    quality: Quality
    lease_seconds: int
    blind_review: bool
    ontology_version: int
    ontology: Any
    dataset: UUID
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrphanedClass:
    """A class that the new version lacks, and how many answers to a question name it."""

    question: str
    name: str
    answers: int


@dataclass(frozen=True, kw_only=True)
class MigrationPlan:
    """What a new ontology version does to the labels there are: questions by name, and how many answers to
    each of them the new version does not accept: given ones, resolved ones, and ones in drafts.

    ``live_leases`` go on under the version they were given with.
    """

    added: list[str]
    removed: list[str]
    changed: list[str]
    orphaned_answers: Mapping[str, int]
    orphaned_classes: list[OrphanedClass]
    orphaned_resolutions: Mapping[str, int]
    orphaned_drafts: Mapping[str, int]
    live_leases: int


@dataclass(frozen=True, kw_only=True)
class OntologyVersion:
    """One version of a project's ontology; it never changes."""

    project: UUID
    ontology_version: int
    ontology: Any


@dataclass(frozen=True, kw_only=True)
class OntologyChange:
    """A project's new ontology version; after a dry run, the one it would get."""

    project: UUID
    ontology_version: int
    ontology: Mapping[str, Any]
    migration: MigrationPlan


def check_name(name: str, pointer: str, *, most: int = 200) -> str:
    """A name people see: 1 to ``most`` characters, not only spaces, no control characters."""
    if not name.strip() or len(name) > most or any(ord(c) < 0x20 or ord(c) == 0x7F for c in name):
        raise Invalid(
            "field.invalid",
            f"a name is 1 to {most} characters, none of them control characters",
            pointer=pointer,
            limit=most,
        )
    return name


def check_lease_seconds(seconds: int, pointer: str) -> int:
    """How long a claim holds a task: 1 second to 30 days."""
    if not 1 <= seconds <= MAX_LEASE_SECONDS:
        raise _out_of_range(pointer, f"1 to {MAX_LEASE_SECONDS}", MAX_LEASE_SECONDS)
    return seconds


def _out_of_range(pointer: str, allowed: str, limit: float) -> Invalid:
    return Invalid("field.invalid", f"must be {allowed}", pointer=pointer, limit=limit)
