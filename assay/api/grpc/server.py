"""The gRPC server of one process: the contract's services, health, limits; no reflection."""

from __future__ import annotations

from typing import Any

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2
from grpc_health.v1.health import aio as health
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server

from assay.api.authenticator import Authenticator
from assay.api.grpc import (
    annotation,
    asset,
    certificate,
    comment,
    event,
    item,
    job,
    labeler,
    lease,
    look,
    project,
    quality,
    resolution,
    snapshot,
    webhook,
)
from assay.api.grpc.gateway import Gateway
from assay.api.grpc.interceptor import Around, Surrounding, ranking, tracing
from assay.api.json_value import MAX_BODY_BYTES
from assay.api.rate import RateLimit
from assay.errors import Conflict
from assay.service.engine import Engine

SERVICES = (
    project.SERVICE,
    item.SERVICE,
    annotation.SERVICE,
    lease.SERVICE,
    resolution.SERVICE,
    look.SERVICE,
    comment.SERVICE,
    quality.SERVICE,
    labeler.SERVICE,
    asset.SERVICE,
    job.SERVICE,
    snapshot.SERVICE,
    certificate.SERVICE,
    event.SERVICE,
    webhook.SERVICE,
)
MAX_STREAMS = 256
"""Calls under way on one connection; a client waits for room beyond."""
OPTIONS = (
    # Above our own limit, so that a message a little over it is refused with a code and not by the library.
    ("grpc.max_receive_message_length", MAX_BODY_BYTES + (1 << 20)),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_metadata_size", 16_384),
    ("grpc.max_concurrent_streams", MAX_STREAMS),
    # The API processes of one machine share the port.
    ("grpc.so_reuseport", 1),
    # A peer that is gone is found; one that only waits is not disturbed, and may not disturb us.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.max_connection_idle_ms", 600_000),
)


class GrpcServer:
    """Serves an engine at one address until it is stopped."""

    def __init__(
        self,
        engine: Engine,
        authenticator: Authenticator,
        address: str,
        *around: Around,
        rate: RateLimit | None = None,
    ) -> None:
        """``address`` is HOST:PORT; port 0 takes a free one. ``around`` stands around each call; ``rate`` is
        shared with other transports."""
        self._server: Any = grpc.aio.server(
            options=OPTIONS,
            interceptors=[Surrounding(each) for each in (tracing, *around, ranking(SERVICES))],
        )
        self._health = health.HealthServicer()
        self._address = address
        self.port = 0
        rate = rate or RateLimit(engine.requests_per_minute, engine.monotonic)
        gateway = Gateway(engine, authenticator, rate)
        self._server.add_generic_rpc_handlers(tuple(gateway.handler(service) for service in SERVICES))
        add_HealthServicer_to_server(self._health, self._server)

    async def start(self) -> None:
        """Answer calls; health says no until :meth:`say`. Raises ``Conflict`` (``config.invalid``)."""
        try:
            self.port = self._server.add_insecure_port(self._address)
        except RuntimeError:
            self.port = 0
        if self.port == 0:
            raise Conflict("config.invalid", f"{self._address} cannot be taken for gRPC")
        await self.say(serving=False)
        await self._server.start()

    async def say(self, *, serving: bool) -> None:
        """What health tells, of the whole and of each service."""
        states = health_pb2.HealthCheckResponse
        state = states.SERVING if serving else states.NOT_SERVING
        for name in ("", *(service.name for service in SERVICES)):
            await self._health.set(name, state)

    async def stop(self, grace_secs: float) -> None:
        """Take no new calls and let those under way end; what still runs then is cancelled."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace_secs)
