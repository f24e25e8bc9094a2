"""The SDK against the real application: over a real socket for threads, without one for the event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

import assay
from assay.api.grpc.server import GrpcServer
from assay.api.rest.app import create_app
from assay.client.grpc_transport import AsyncGrpcTransport, GrpcTransport
from assay.domain.labeler import Principal
from assay.service.engine import Engine

T = TypeVar("T")

TOPIC = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"], "required": True}
    ],
}
PICTURES = {
    "fields": {"image": "image"},
    "questions": [{"name": "objects", "kind": "box", "field": "image", "classes": ["raccoon"]}],
}


@dataclass(frozen=True, kw_only=True)
class Served:
    """An application that listens, and its admin's key; ``await run(story)`` runs sync code in a thread."""

    url: str
    api_key: str
    app: FastAPI
    target: str
    transport: str

    def client(self, api_key: str | None = None, **options: Any) -> assay.Client:
        """A client, the admin's unless told otherwise."""
        if self.transport == "grpc" and "transport" not in options:
            options["transport"] = GrpcTransport(self.target, bytes_by=httpx.HTTPTransport())
        return assay.Client(self.url, api_key or self.api_key, **options)

    async def run(self, story: Callable[[assay.Client], T]) -> T:
        """Tell a story with the admin's client."""

        def told() -> T:
            with self.client() as client:
                return story(client)

        return await asyncio.to_thread(told)


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    return create_app(engine)


@pytest.fixture(params=["rest", "grpc"])
def transport(request: pytest.FixtureRequest) -> str:
    """What carries a client's requests: every story is told over each."""
    return str(request.param)


@pytest.fixture
async def target(app: FastAPI, engine: Engine) -> AsyncIterator[str]:
    """HOST:PORT where the same engine is served by gRPC."""
    server = GrpcServer(engine, app.state.authenticator, "127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{server.port}"
    await server.stop(0)


@pytest.fixture
async def served(
    app: FastAPI, founded: tuple[Principal, str], transport: str, target: str
) -> AsyncIterator[Served]:
    port = free_port()
    server = Server(app, "127.0.0.1", port, interface=Interfaces.ASGINL, log_enabled=False)
    running = asyncio.create_task(server.serve())
    url = f"http://127.0.0.1:{port}"
    await until_it_listens(url)
    yield Served(url=url, api_key=founded[1], app=app, target=target, transport=transport)
    server.stop()
    await running


@pytest.fixture
async def client(
    app: FastAPI, founded: tuple[Principal, str], transport: str, target: str
) -> AsyncIterator[assay.AsyncClient]:
    """The admin's async client, straight into the application or by gRPC."""
    within = httpx.ASGITransport(app)
    carrier = within if transport == "rest" else AsyncGrpcTransport(target, bytes_by=within)
    async with assay.AsyncClient(
        "http://assay.test", founded[1], transport=carrier, uniform=lambda: 0.0
    ) as client:
        yield client


@pytest.fixture
def topic() -> dict[str, Any]:
    """One choice about one text."""
    return TOPIC


@pytest.fixture
def pictures() -> dict[str, Any]:
    """Boxes on one image."""
    return PICTURES


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until_it_listens(url: str) -> None:
    transport = httpx.AsyncHTTPTransport(retries=10)  # with growing pauses, until the socket is there
    async with httpx.AsyncClient(transport=transport, timeout=20) as http:
        assert (await http.get(f"{url}/livez")).status_code == 200
