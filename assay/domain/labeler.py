"""Whoever answers inside one organisation, and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from assay.domain.project import UNSET, Unset


class Role(StrEnum):
    """What a labeler may do; each role may do what those before it may."""

    LABELER = "labeler"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    ADMIN = "admin"

    def covers(self, other: Role) -> bool:
        """Whether this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class LabelerKind(StrEnum):
    """Who answers."""

    PERSON = "person"
    MODEL = "model"
    FUNCTION = "function"
    LLM = "llm"

    @property
    def lease_quota(self) -> int:
        """Live leases that one labeler of this kind may hold in one project."""
        return 10 if self is LabelerKind.PERSON else 1000


@dataclass(frozen=True, kw_only=True)
class NewLabeler:
    """Asks for a labeler with an API key of its own."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    name: str
    kind: LabelerKind = LabelerKind.PERSON
    role: Role = Role.LABELER
    email: str | None = None
    password: str | None = None


@dataclass(frozen=True, kw_only=True)
class Labeler:
    """A labeler as its organisation sees it."""

    id: UUID
    labeler: UUID
    name: str
    kind: LabelerKind
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LabelerWithKey(Labeler):
    """A new labeler with its API key, which is shown this once."""

    api_key: str


@dataclass(frozen=True, kw_only=True)
class LabelerChanges:
    """Changes some of a labeler; a key that is left out stays as it is."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "strict": True,
        "arbitrary_types_allowed": True,
    }

    name: str | Unset = UNSET
    role: Role | Unset = UNSET
    disabled: bool | Unset = UNSET


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A link that signs a person in once. It is shown this once; a newer one ends it."""

    id: UUID
    invitation: UUID
    labeler: UUID
    url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who is asking: one labeler of one organisation."""

    organization: UUID
    labeler: UUID
    name: str
    kind: LabelerKind
    role: Role
    by_session: bool = False
    by_link: bool = False

    @property
    def sees_all_projects(self) -> bool:
        """Whether projects for members only are open to this principal without being a member."""
        return self.role.covers(Role.MANAGER)


@dataclass(frozen=True, kw_only=True)
class Myself:
    """Who one is here. Whoever came ``by_link`` may choose a new password without the one there is."""

    labeler: UUID
    name: str
    kind: LabelerKind
    role: Role
    organization: UUID
    email: str | None = None
    has_password: bool = False
    by_link: bool = False


@dataclass(frozen=True, kw_only=True)
class NewPassword:
    """Chooses a password. ``current`` is the one there is, which only a session begun by a one-time link may
    leave out; ``email`` the address to sign in by, for whoever has none yet."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    password: str
    current: str | None = None
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewLogin:
    """Signs in by address and password, or by a one-time token."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    email: str | None = None
    password: str | None = None
    token: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewMember:
    """Lets a labeler into a project."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    labeler: UUID


@dataclass(frozen=True, kw_only=True)
class Member:
    """A labeler who may work on a project for members only."""

    project: UUID
    labeler: UUID
