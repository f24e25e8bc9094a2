"""Claim and submit, of which work is made, without the framework's walk through routes and dependencies.

They meet the same functions with the same caller and body as on the long way, which still documents them and
takes whatever is not written as usual.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assay.api.rest import lease, problem
from assay.api.rest.call import call_of
from assay.api.rest.schema import body
from assay.domain.lease import NewClaim, NewSubmission
from assay.errors import AssayError

_UUID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_ROUTES: dict[Any, Any] = {
    route.endpoint: route for route in lease.router.routes if isinstance(route, APIRoute)
}
_WAYS: tuple[tuple[re.Pattern[str], Any, Any], ...] = (
    (re.compile(f"/v1/projects/{_UUID}/leases"), lease.claim, body(NewClaim)),
    (re.compile(f"/v1/leases/{_UUID}/submit"), lease.submit, body(NewSubmission)),
)


class Shortcut:
    """Answers claims and submits; everything else goes on to ``app``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            for path, endpoint, read in _WAYS:
                if found := path.fullmatch(scope["path"]):
                    scope["route"] = _ROUTES[endpoint]
                    response = await _answered(Request(scope, receive), endpoint, read, UUID(found[1]))
                    await response(scope, receive, send)
                    return
        await self._app(scope, receive, send)


async def _answered(request: Request, endpoint: Any, read: Any, of: UUID) -> Response:
    try:
        call = await call_of(request)
        answered: Response = await endpoint(call, of, await read(request))
        return answered
    except AssayError as error:
        return await problem.refuse(request, error)
