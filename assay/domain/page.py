"""One page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100
FIRST = "00000000-0000-0000-0000-000000000000"
"""The position before all others in a list ordered by id."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Some of a list, in its order. ``next_cursor`` asks for the rest; null where the list ends."""

    items: list[T]
    next_cursor: str | None
