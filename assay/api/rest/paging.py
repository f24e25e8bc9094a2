"""Lists: ``?limit=&cursor=`` in, ``{"items", "next_cursor"}`` out, with cursors only we can make."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request

from assay.api.page import PageRequest, limit_refusal
from assay.domain.page import DEFAULT_LIMIT, MAX_LIMIT
from assay.errors import Invalid

LIST_PARAMETERS = frozenset({"limit", "cursor"})


def _page(
    request: Request,
    limit: Annotated[str, Query(description=f"1 to {MAX_LIMIT}", examples=["100"])] = str(DEFAULT_LIMIT),
    cursor: Annotated[str | None, Query(description="next_cursor of the page before")] = None,
) -> PageRequest:
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= MAX_LIMIT:
        raise limit_refusal()
    return PageRequest(request.app.state.engine.secrets, scope_of(request), int(limit), cursor)


Paged = Annotated[PageRequest, Depends(_page)]


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
