"""One page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """Some of a list, in its order. ``next_cursor`` asks for the rest; null where the list ends."""

    items: list[T]
    next_cursor: str | None
