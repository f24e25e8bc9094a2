"""Which part of a list is asked for, and the answer that says how to go on. Cursors only we can make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from assay.domain.page import MAX_LIMIT
from assay.errors import Invalid
from assay.service.secrets import Secrets

T = TypeVar("T")


class PageRequest:
    """A part of a list. The cursor is bound to ``scope``: which list it is, and its filters."""

    def __init__(self, secrets: Secrets, scope: str, limit: int, cursor: str | None) -> None:
        self._secrets = secrets
        self._scope = scope
        self._cursor = cursor
        self.limit = limit
        self.fetch = limit + 1
        """How many to read: one more than is shown tells whether the list goes on."""

    def after(self, first: str) -> str:
        """The position to go on from; ``first`` where the list begins."""
        return first if self._cursor is None else self._secrets.read_cursor(self._scope, self._cursor)

    def answer(
        self,
        found: Sequence[T],
        place: Callable[[T], str],
        shown: Callable[[T], Any] = lambda one: one,
        stopped: str | None = None,
    ) -> dict[str, Any]:
        """The body of the answer, of up to ``fetch`` things found; ``place`` is a thing's position in the
        list, ``stopped`` where a search gave up before it found as many."""
        items = found[: self.limit]
        place_after = place(items[-1]) if len(found) > self.limit else stopped
        cursor = None if place_after is None else self._secrets.sign_cursor(self._scope, place_after)
        return {"items": [shown(one) for one in items], "next_cursor": cursor}


def limit_refusal() -> Invalid:
    """What a limit out of range is answered."""
    return Invalid("field.invalid", f"limit is 1 to {MAX_LIMIT}", pointer="/limit", limit=MAX_LIMIT)
