"""The REST application: routes, errors, health and the OpenAPI document."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from urllib.parse import parse_qsl

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assay.api.authenticator import Authenticator
from assay.api.metrics import Metrics
from assay.api.rank import rank_of
from assay.api.rate import Allowance, RateLimit
from assay.api.rest import (
    annotation,
    asset,
    certificate,
    comment,
    event,
    file_format,
    item,
    job,
    labeler,
    lease,
    look,
    media,
    metrics,
    problem,
    project,
    quality,
    session,
    snapshot,
    static,
    system,
    task,
    view,
    webhook,
)
from assay.api.rest.call import answer
from assay.api.rest.openapi import document
from assay.api.rest.shortcut import Shortcut
from assay.errors import Invalid, Malformed, Unavailable, pointer_token
from assay.service.engine import Engine
from assay.store.turns import RANK
from assay.tracing import PARENT, span

MAX_QUERY_BYTES = 16_384
_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
ROUTERS = (
    project.router,
    item.router,
    view.router,
    lease.router,
    task.router,
    look.router,
    comment.router,
    quality.router,
    labeler.router,
    session.router,
    asset.router,
    media.router,
    annotation.router,
    job.router,
    snapshot.router,
    certificate.router,
    event.router,
    webhook.router,
    system.router,
    file_format.router,
)


def create_app(
    engine: Engine,
    authenticator: Authenticator | None = None,
    counts: Metrics | None = None,
    rate: RateLimit | None = None,
) -> FastAPI:
    """The application over an engine that is open; other transports share authenticator, counts and rate."""
    app = FastAPI(
        title="Assay",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Its own spans bear paths, addresses and the words of errors; ours (assay/tracing.py) do not.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.engine = engine
    app.state.authenticator = authenticator or Authenticator(engine)
    app.state.rate = rate or RateLimit(engine.requests_per_minute, engine.monotonic)
    app.state.draining = False
    app.add_middleware(Shortcut)
    metrics.install(app, counts or Metrics())
    app.add_middleware(RequestFrame)
    problem.install(app)
    for router in ROUTERS:
        app.include_router(router)
    _add_health(app)
    static.install(app)

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        pointer = "".join(pointer_token(part) for part in first["loc"][1:])
        return problem.problem_response(Invalid("field.invalid", first["msg"], pointer=pointer), request)

    return app


def _add_health(app: FastAPI) -> None:
    @app.get("/livez", include_in_schema=False)
    async def livez() -> Response:
        return answer({"status": "live"})

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        if app.state.draining:
            raise Unavailable("server.starting", "the server is shutting down", retry_after_secs=1)
        await app.state.engine.database.ping()
        return answer({"status": "ready"})

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return answer(document(app))


class RequestFrame:
    """Gives each request an id and each response the headers that every response bears."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        RANK.set(rank_of(scope["method"], scope["path"]))

        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                trace.get_current_span().set_attribute("http.response.status_code", message["status"])
                message["headers"] = _framed(message.get("headers", ()), request_id, state.get("allowance"))
            await send(message)

        refusal = _refusal_of_query(scope.get("query_string", b""))
        if refusal is not None:
            await problem.problem_response(refusal, Request(scope))(scope, receive, framed)
            return
        given = Headers(scope=scope).get(PARENT)
        with span("request", SpanKind.SERVER, {PARENT: given} if given else None) as current:
            await self._app(scope, receive, framed)
            route = getattr(scope.get("route"), "path", "none")
            current.update_name(f"{scope['method']} {route}" if route != "none" else "none")
            current.set_attribute("http.route", route)


def _framed(
    given: Iterable[tuple[bytes, bytes]], request_id: str, allowance: Allowance | None
) -> list[tuple[bytes, bytes]]:
    """A response's headers with those that every response bears, unless it has its own."""
    headers = [*given, (b"x-request-id", request_id.encode())]
    own = {name for name, _ in headers}
    more = allowance.headers() if allowance else {}
    said = ((name.lower().encode(), value.encode()) for name, value in more.items())
    headers += [header for header in (*_HEADERS, *said) if header[0] not in own]
    return headers


def _refusal_of_query(query: bytes) -> Malformed | None:
    """What is wrong with a query as such, whatever route it is for."""
    if len(query) > MAX_QUERY_BYTES:
        return Malformed(
            "limit.exceeded", f"the query is longer than {MAX_QUERY_BYTES} bytes", limit=MAX_QUERY_BYTES
        )
    if b"%00" in query or b"\0" in query:
        holding = (name for name, value in parse_qsl(query.decode("latin-1")) if "\0" in value)
        pointer = next((pointer_token(name[:80]) for name in holding), "")
        return Malformed("json.nul", "a parameter holds U+0000", pointer=pointer)
    return None


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if 0 < len(given) <= 64 and given.isascii() and given.isprintable() else secrets.token_hex(8)
