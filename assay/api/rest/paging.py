"""Lists: ``?limit=&cursor=`` in, ``{"items", "next_cursor"}`` out, with cursors only we can make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query
from starlette.requests import Request

from assay.domain.page import DEFAULT_LIMIT, MAX_LIMIT
from assay.errors import Invalid
from assay.service.secrets import Secrets

T = TypeVar("T")
LIST_PARAMETERS = frozenset({"limit", "cursor"})


class Page:
    """Which part of a list is asked for. The cursor is bound to the list's path and filters."""

    def __init__(self, request: Request, limit: int, cursor: str | None) -> None:
        self._secrets: Secrets = request.app.state.engine.secrets
        self._scope = scope_of(request)
        self._cursor = cursor
        self.limit = limit
        self.fetch = limit + 1
        """How many to read: one more than is shown tells whether the list goes on."""

    def after(self, first: str) -> str:
        """The position to go on from; ``first`` where the list begins."""
        return first if self._cursor is None else self._secrets.read_cursor(self._scope, self._cursor)

    def answer(
        self, found: Sequence[T], place: Callable[[T], str], shown: Callable[[T], Any] = lambda one: one
    ) -> dict[str, Any]:
        """The body of the answer, of up to ``fetch`` things found; ``place`` is a thing's position in the
        list."""
        items = found[: self.limit]
        cursor = self._secrets.sign_cursor(self._scope, place(items[-1])) if len(found) > self.limit else None
        return {"items": [shown(one) for one in items], "next_cursor": cursor}


def _page(
    request: Request,
    limit: Annotated[str, Query(description=f"1 to {MAX_LIMIT}", examples=["100"])] = str(DEFAULT_LIMIT),
    cursor: Annotated[str | None, Query(description="next_cursor of the page before")] = None,
) -> Page:
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= MAX_LIMIT:
        raise Invalid("field.invalid", f"limit is 1 to {MAX_LIMIT}", pointer="/limit", limit=MAX_LIMIT)
    return Page(request, int(limit), cursor)


Paged = Annotated[Page, Depends(_page)]


def scope_of(request: Request) -> str:
    """What a cursor is bound to: the path and every parameter but the cursor and the limit."""
    filters = sorted(
        (name, value) for name, value in request.query_params.multi_items() if name not in LIST_PARAMETERS
    )
    return f"{request.url.path}?{filters}"


def allow_filters(request: Request, allowed: frozenset[str]) -> None:
    """Refuse a query parameter that is not a filter of this list (A25)."""
    for name in request.query_params:
        if name not in allowed | LIST_PARAMETERS:
            raise Invalid(
                "filter.field_refused",
                f"{name[:80]!r} is not a filter; the filters are {', '.join(sorted(allowed)) or 'none'}",
                pointer=f"/{name[:80]}",
            )
