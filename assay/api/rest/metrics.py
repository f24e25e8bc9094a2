"""``/metrics`` for whoever asks from the machine itself, and the meter in front of every route."""

from __future__ import annotations

import time
from ipaddress import ip_address

from fastapi import FastAPI
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assay.api.metrics import Metrics
from assay.errors import NotFound
from assay.service.engine import Engine


class RequestMeter:
    """Counts each request when its answer has been sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if route != "none" else "any"
            self._metrics.count(route, method, str(status), time.perf_counter() - began)


class MetricsPage:
    """An application of its own that shows the counts at ``/metrics`` to whoever reaches it."""

    def __init__(self, metrics: Metrics, engine: Engine) -> None:
        self._metrics = metrics
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            found = scope["path"] == "/metrics" and scope["method"] == "GET"
            response = await _shown(self._metrics, self._engine) if found else Response(status_code=404)
            await response(scope, receive, send)


def install(app: FastAPI, metrics: Metrics) -> None:
    """Meter every request, and show the counts at ``/metrics`` to the machine itself, and to nobody else."""
    app.add_middleware(RequestMeter, metrics=metrics)

    @app.get("/metrics", include_in_schema=False)
    async def show(request: Request) -> Response:
        if not _is_loopback(request):
            raise NotFound("route.not_found", "there is no such route")
        return await _shown(metrics, request.app.state.engine)


async def _shown(metrics: Metrics, engine: Engine) -> Response:
    return Response(await metrics.shown(engine), media_type=CONTENT_TYPE_LATEST)


def _is_loopback(request: Request) -> bool:
    """Whether the caller sits on this machine, and not behind a proxy that does."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
