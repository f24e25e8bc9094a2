"""Peers that send too much of what HTTP/2 allows: they are stopped, and others are served (A42)."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio
import pytest

from assay.api.grpc.server import MAX_STREAMS, GrpcServer
from assay.api.rate import RateLimit
from assay.wire.v1 import labeler_pb2, lease_pb2
from tests.integration.api.conftest import Caller
from tests.integration.api.grpc.conftest import Wire

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS, PING, GOAWAY = 4, 6, 7
ENHANCE_YOUR_CALM = 11
WAIT_SECS = 20.0
IDLE = 300


def frame(kind: int, payload: bytes = b"", flags: int = 0) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", 0) + payload


@asynccontextmanager
async def serving(rest: Caller, rate: RateLimit | None = None) -> AsyncIterator[int]:
    server = GrpcServer(rest.engine, rest.app.state.authenticator, "127.0.0.1:0", rate=rate)
    await server.start()
    try:
        yield server.port
    finally:
        await server.stop(0)


@pytest.fixture
async def port(rest: Caller) -> AsyncIterator[int]:
    async with serving(rest) as port:
        yield port


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, bytes]]:
    """Kinds and payloads until the peer hangs up."""
    while head := await reader.read(9):
        if len(head) < 9:
            head += await reader.readexactly(9 - len(head))
        yield head[3], await reader.readexactly(int.from_bytes(head[:3]))


async def answered(rest: Caller, port: int) -> str:
    """Whether somebody else is served; who they are."""
    async with grpc.aio.insecure_channel(
        f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)]
    ) as channel:
        one = Wire(channel=channel, api_key=rest.api_key)
        told = await one("LabelerService/GetMyself", labeler_pb2.GetMyselfRequest(), timeout=WAIT_SECS)
    return str(told.name)


async def test_calls_and_requests_come_out_of_one_bucket_and_work_is_not_counted(rest: Caller) -> None:
    project = await rest.project()
    rate = rest.app.state.rate = RateLimit(2, lambda: 0.0)
    async with serving(rest, rate) as port, grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        assert (await rest.get("/v1/me")).headers["ratelimit"] == '"rate.limited";r=1;t=30'
        me = Wire(channel=channel, api_key=rest.api_key)
        call = channel.unary_unary("/assay.v1.LabelerService/GetMyself")(
            b"", metadata=(("authorization", f"Bearer {rest.api_key}"),)
        )
        await call
        assert ("ratelimit", '"rate.limited";r=0;t=60') in tuple(await call.trailing_metadata())
        refusal = await me.refused("LabelerService/GetMyself", labeler_pb2.GetMyselfRequest())
        assert (refusal.status, refusal.code) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "rate.limited")
        await me("LeaseService/Claim", lease_pb2.ClaimRequest(project=project))


async def test_a_flood_of_pings_is_told_to_calm_down(rest: Caller, port: int) -> None:
    async with connected(port) as (reader, writer), asyncio.timeout(WAIT_SECS):
        writer.write(PREFACE + frame(SETTINGS) + frame(PING, b"12345678") * 200)
        await writer.drain()
        seen: list[tuple[int, bytes]] = [one async for one in frames(reader)]
    goodbyes = [struct.unpack(">I", payload[4:8])[0] for kind, payload in seen if kind == GOAWAY]
    assert goodbyes[-1:] == [ENHANCE_YOUR_CALM]
    assert await answered(rest, port)


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 64, PREFACE + b"\xff" * 64])
async def test_what_is_no_http2_is_hung_up_on(rest: Caller, port: int, said: bytes) -> None:
    async with connected(port) as (reader, writer), asyncio.timeout(WAIT_SECS):
        writer.write(said)
        await reader.read()  # to its end
    assert await answered(rest, port)


async def test_more_streams_than_one_connection_may_have_wait(rest: Caller, port: int) -> None:
    project = await rest.project()
    metadata = [("authorization", f"Bearer {rest.api_key}")]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel, asyncio.timeout(WAIT_SECS):
        work = channel.stream_stream(
            "/assay.v1.LeaseService/Work",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=lease_pb2.WorkResponse.FromString,
        )
        calls: list[Any] = [work(metadata=metadata) for _ in range(MAX_STREAMS)]
        await asyncio.gather(*(one.write(lease_pb2.WorkRequest(project=project, credit=0)) for one in calls))
        calls.append(
            work(metadata=metadata)
        )  # now, and not before: any of the calls might be the one that waits
        assert await answered(rest, port), "another connection has streams of its own"
        for one in calls:
            one.cancel()


async def test_connections_that_say_nothing_keep_nobody_waiting(rest: Caller, port: int) -> None:
    idle = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(IDLE)))
    assert await answered(rest, port)
    for _, writer in idle:
        writer.close()


async def test_metadata_over_the_limit_is_refused(rest: Caller, port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        one = Wire(channel=channel, api_key=rest.api_key)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await one(
                "LabelerService/GetMyself",
                labeler_pb2.GetMyselfRequest(),
                metadata=[("x-long", "a" * 40_000)],
            )
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert await answered(rest, port)
