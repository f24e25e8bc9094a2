"""The API process: granian in our own event loop, behind a gate that knows whether requests are welcome."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assay.api.authenticator import Authenticator
from assay.api.grpc.interceptor import metering
from assay.api.grpc.server import GrpcServer
from assay.api.metrics import Metrics
from assay.api.rate import RateLimit
from assay.api.rest.app import create_app
from assay.api.rest.metrics import MetricsPage
from assay.service.engine import Engine

BACKLOG = 1024
GRACE_SECS = 25.0
Holder: Any = SocketHolder  # of (descriptor, is it a Unix socket, backlog), which its stub does not say


class ApiServer(Server):
    """Granian on a socket that is open already, so that nobody is refused while a process is replaced."""

    def __init__(self, target: ASGIApp, listening: socket.socket) -> None:
        super().__init__(
            target=target,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=30_000, keep_alive=True, pipeline_flush=False),
            websockets=False,
            backlog=BACKLOG,
            log_enabled=False,
            log_access=False,
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        descriptor = os.dup(self._listening.fileno())
        itself: Any = self  # granian's annotations know only the socket it binds itself
        itself._ssp, itself._sfd = None, descriptor
        itself._shd = Holder(descriptor, False, BACKLOG)


class Gate:
    """Passes requests on, counts those under way, and says who we are instead of what we run on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"server", b"assay")]
            await send(message)

        self._under_way += 1
        self._idle.clear()
        try:
            await self._app(scope, receive, named)
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._idle.set()

    async def idle(self) -> None:
        """Return once no request is under way."""
        await self._idle.wait()


async def serve_api(
    engine: Engine,
    listening: socket.socket,
    grpc: str,
    *,
    serving: Callable[[], None],
    ready: asyncio.Event,
    stop: asyncio.Event,
    metrics_bind: str | None = None,
) -> None:
    """Serve the API on ``listening`` until ``stop``, and by gRPC at the address ``grpc``; then finish what is
    under way.

    With ``metrics_bind``, ``/metrics`` is served there too, by whichever process answers for all of them.
    ``serving`` is called once requests are answered; ``/readyz`` says yes from ``ready`` until ``stop``.
    """
    authenticator = Authenticator(engine)
    counts = Metrics()
    rate = RateLimit(engine.requests_per_minute, engine.monotonic)
    calls = GrpcServer(engine, authenticator, grpc, metering(counts), rate=rate)
    await calls.start()
    app = create_app(engine, authenticator, counts, rate)
    app.state.draining = True
    gate = Gate(app)
    servers: list[Any] = [ApiServer(gate, listening)]
    if metrics_bind is not None:
        servers.append(ApiServer(MetricsPage(counts, engine), bind(metrics_bind)))
    running = [asyncio.create_task(server.serve()) for server in servers]
    opening = asyncio.create_task(open_up(app, calls, ready))
    stopping = asyncio.create_task(stop.wait())
    serving()
    await asyncio.wait((*running, stopping), return_when=asyncio.FIRST_COMPLETED)
    opening.cancel()
    app.state.draining = True
    engine.feed_watch.close()
    listening.close()
    for server in servers:
        server.stop()
    try:
        async with asyncio.timeout(GRACE_SECS):
            await asyncio.gather(*running, gate.idle(), calls.stop(GRACE_SECS))
    except TimeoutError:
        for one in running:
            one.cancel()
    stopping.cancel()


def bind(address: str) -> socket.socket:
    """A socket at ``ADDRESS:PORT`` that the processes of one installation may share."""
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), int(port)), family=family, reuse_port=True)


async def open_up(app: FastAPI, calls: GrpcServer, ready: asyncio.Event) -> None:
    """Say that we are ready, once we are."""
    await ready.wait()
    app.state.draining = False
    await calls.say(serving=True)
