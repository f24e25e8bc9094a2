"""Health: how far what is done behind requests lies behind, for a page that needs no other tool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Health:
    """How this installation is at a moment of the database's clock."""

    at: datetime
    version: str
    """Assay's."""
    queues: Mapping[str, float | None]
    """By the names of ``/metrics`` after ``assay_``; ``null`` where there is nothing to say."""
    requests_waiting: int
    """Requests that wait for their turn in the process that answers."""
    requests_refused: int
    """Requests that it had no room for since it started."""
