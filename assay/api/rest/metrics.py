"""Counts and durations of requests in Prometheus' text format, for whoever asks from the machine itself.

Labels are the route's template, the method and the status: never an id, a name or a key.
"""

from __future__ import annotations

import time
from ipaddress import ip_address

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assay.errors import NotFound

_BUCKETS_SECS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """What one process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("route", "method", "status")
        self.requests = Counter("assay_requests", "Requests answered.", labels, registry=self.registry)
        self.durations = Histogram(
            "assay_request_seconds",
            "From the request's first byte to the answer's last.",
            labels,
            buckets=_BUCKETS_SECS,
            registry=self.registry,
        )


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
            labels = (route, scope["method"] if route != "none" else "any", str(status))
            self._metrics.requests.labels(*labels).inc()
            self._metrics.durations.labels(*labels).observe(time.perf_counter() - began)


class MetricsPage:
    """An application of its own that shows the counts at ``/metrics`` to whoever reaches it."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            found = scope["path"] == "/metrics" and scope["method"] == "GET"
            response = _shown(self._metrics) if found else Response(status_code=404)
            await response(scope, receive, send)


def install(app: FastAPI) -> None:
    """Meter every request, and show the counts at ``/metrics`` to the machine itself, and to nobody else.

    ``app.state.metrics`` holds them for a ``MetricsPage``.
    """
    app.state.metrics = metrics = Metrics()
    app.add_middleware(RequestMeter, metrics=metrics)

    @app.get("/metrics", include_in_schema=False)
    async def show(request: Request) -> Response:
        if not _is_loopback(request):
            raise NotFound("route.not_found", "there is no such route")
        return _shown(metrics)


def _shown(metrics: Metrics) -> Response:
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _is_loopback(request: Request) -> bool:
    """Whether the caller sits on this machine, and not behind a proxy that does."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
