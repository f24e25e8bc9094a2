"""An immutable, content-addressed version of a project's resolved data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from assay.domain.resolution import DEFAULT_MIN_PROBABILITY


@dataclass(frozen=True, kw_only=True)
class NewSnapshot:
    """Asks for a snapshot. Gold stays out unless asked for; so do objects below ``min_probability``."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    name: str | None = None
    gold: bool = False
    min_probability: float = DEFAULT_MIN_PROBABILITY


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What was frozen: ``sha256`` names the bytes of its lines, ``items`` says how many."""

    id: UUID
    snapshot: UUID
    project: UUID
    name: str | None
    ontology_version: int
    sha256: str
    size_bytes: int
    items: int
    gold: bool
    min_probability: float
    created_at: datetime
