"""Requests by gRPC instead of HTTP: what plans ask for goes as rpcs and comes back as if HTTP had brought it.

So everything above knows one kind of request, one kind of answer and one kind of refusal. The bytes of files
travel by HTTP, where its address is known too.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
import grpc.aio
import httpx
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from assay.client.grpc_route import Batches, Route, find_route
from assay.client.problem import PROBLEM
from assay.errors import Unsupported

DETAILS = "grpc-status-details-bin"
OPTIONS = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.keepalive_time_ms", 60_000),
)
_CARRIED = ("authorization", "idempotency-key", "x-request-id")


class GrpcTransport(httpx.BaseTransport):
    """For threads. ``bytes_by`` carries what gRPC does not: the bytes of files."""

    def __init__(self, target: str, *, secure: bool = False, bytes_by: httpx.BaseTransport | None = None):
        self._bytes_by = bytes_by
        self._channel: Any = (
            grpc.secure_channel(target, grpc.ssl_channel_credentials(), options=OPTIONS)
            if secure
            else grpc.insecure_channel(target, options=OPTIONS)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        route = find_route(request)
        if route is None:
            if self._bytes_by is None:
                raise _no_bytes(request)
            return self._bytes_by.handle_request(request)
        try:
            if route.writes_stream:
                return self._streamed(route, request)
            if route.reads_stream:
                send = self._channel.stream_unary(route.name)
                raw = send(_batches(route, request), **_with(request, deadline=False))
            else:
                send = self._channel.unary_unary(route.name)
                raw = send(route.message(request, request.read()).SerializeToString(), **_with(request))
        except grpc.RpcError as error:
            return refusal(error, request)
        return whole(route, raw)

    def close(self) -> None:
        self._channel.close()
        if self._bytes_by is not None:
            self._bytes_by.close()

    def _streamed(self, route: Route, request: httpx.Request) -> httpx.Response:
        send = self._channel.unary_stream(route.name, response_deserializer=route.response.FromString)
        call = send(
            route.message(request, request.read()).SerializeToString(), **_with(request, deadline=False)
        )
        first = next(call, None)
        return httpx.Response(200, headers=route.headers(first), stream=_Chunks(route, first, call))


class AsyncGrpcTransport(httpx.AsyncBaseTransport):
    """The same on an event loop."""

    def __init__(
        self, target: str, *, secure: bool = False, bytes_by: httpx.AsyncBaseTransport | None = None
    ):
        self._bytes_by = bytes_by
        self._channel: Any = (
            grpc.aio.secure_channel(target, grpc.ssl_channel_credentials(), options=OPTIONS)
            if secure
            else grpc.aio.insecure_channel(target, options=OPTIONS)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        route = find_route(request)
        if route is None:
            if self._bytes_by is None:
                raise _no_bytes(request)
            return await self._bytes_by.handle_async_request(request)
        try:
            if route.writes_stream:
                return await self._streamed(route, request)
            if route.reads_stream:
                send = self._channel.stream_unary(route.name)
                raw = await send(_async_batches(route, request), **_with(request, deadline=False))
            else:
                message = route.message(request, await request.aread())
                raw = await self._channel.unary_unary(route.name)(
                    message.SerializeToString(), **_with(request)
                )
        except grpc.RpcError as error:
            return refusal(error, request)
        return whole(route, raw)

    async def aclose(self) -> None:
        await self._channel.close()
        if self._bytes_by is not None:
            await self._bytes_by.aclose()

    async def _streamed(self, route: Route, request: httpx.Request) -> httpx.Response:
        send = self._channel.unary_stream(route.name, response_deserializer=route.response.FromString)
        message = route.message(request, await request.aread())
        call = send(message.SerializeToString(), **_with(request, deadline=False))
        first = await call.read()
        if first is grpc.aio.EOF:
            first = None
        return httpx.Response(200, headers=route.headers(first), stream=_AsyncChunks(route, first, call))


class _Chunks(httpx.SyncByteStream):
    def __init__(self, route: Route, first: Message | None, call: Any) -> None:
        self._route, self._first, self._call = route, first, call

    def __iter__(self) -> Iterator[bytes]:
        if self._first is not None:
            yield self._route.chunk(self._first)
        try:
            for message in self._call:
                yield self._route.chunk(message)
        except grpc.RpcError as error:
            raise httpx.ReadError(str(error.details())) from error

    def close(self) -> None:
        self._call.cancel()


class _AsyncChunks(httpx.AsyncByteStream):
    def __init__(self, route: Route, first: Message | None, call: Any) -> None:
        self._route, self._first, self._call = route, first, call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._first is not None:
            yield self._route.chunk(self._first)
        try:
            while (message := await self._call.read()) is not grpc.aio.EOF:
                yield self._route.chunk(message)
        except grpc.RpcError as error:
            raise httpx.ReadError(str(error.details())) from error

    async def aclose(self) -> None:
        self._call.cancel()


def whole(route: Route, raw: bytes) -> httpx.Response:
    """The answer of an rpc that has one."""
    if not route.response.DESCRIPTOR.fields:
        return httpx.Response(204)
    told = route.answer(route.response.FromString(raw))
    return httpx.Response(200, headers={"content-type": "application/json"}, content=json.dumps(told))


def refusal(error: Any, request: httpx.Request) -> httpx.Response:
    """The problem that an rpc was refused with. Raises ``TransportError`` for one nobody at Assay refused."""
    packed = dict(error.trailing_metadata() or ()).get(DETAILS)
    if not isinstance(packed, bytes):
        kind = httpx.ReadTimeout if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED else httpx.ReadError
        raise kind(f"{error.code().name}: {error.details()}", request=request)
    status, info, bad, retry = Status.FromString(packed), ErrorInfo(), BadRequest(), RetryInfo()
    problem: dict[str, Any] = {"detail": status.message}
    headers = {"content-type": PROBLEM}
    for detail in status.details:
        if detail.Unpack(info):
            problem |= {key: _value(text) for key, text in info.metadata.items()}
            problem["code"] = info.reason
        elif detail.Unpack(bad):
            problem["pointer"] = bad.field_violations[0].field
        elif detail.Unpack(retry):
            headers["retry-after"] = str(retry.retry_delay.seconds)
    problem["title"] = problem.pop("remedy", "")
    return httpx.Response(int(problem["status"]), headers=headers, content=json.dumps(problem))


def _value(text: str) -> Any:
    """What the metadata hold as text is JSON, unless it is text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _with(request: httpx.Request, *, deadline: bool = True) -> dict[str, Any]:
    metadata = [(name, request.headers[name]) for name in _CARRIED if name in request.headers]
    secs = request.extensions.get("timeout", {}).get("read")
    return {"metadata": metadata} | ({"timeout": secs} if deadline and secs is not None else {})


def _batches(route: Route, request: httpx.Request) -> Iterator[bytes]:
    batches = Batches(route, request)
    for chunk in request.stream:  # type: ignore[union-attr]  # of a sync client it is a sync one
        yield from batches.feed(chunk)
    yield from batches.rest()


async def _async_batches(route: Route, request: httpx.Request) -> AsyncIterator[bytes]:
    batches = Batches(route, request)
    async for chunk in request.stream:  # type: ignore[union-attr]  # of an async client it is an async one
        for message in batches.feed(chunk):
            yield message
    for message in batches.rest():
        yield message


def _no_bytes(request: httpx.Request) -> Unsupported:
    return Unsupported("client.transport", f"{request.method} {request.url.path} is not carried by gRPC")
