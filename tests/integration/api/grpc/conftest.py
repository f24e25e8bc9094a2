"""The gRPC server over the same engine as the REST application, called through a real channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status

from assay.api.grpc.refusal import DETAILS
from assay.api.grpc.server import SERVICES, GrpcServer
from assay.api.grpc.service import Method
from assay.service.engine import Engine
from tests.integration.api.conftest import Caller

METHODS = {
    f"{service.name}/{method.name}": method for service in SERVICES for method in service.methods.values()
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What a refused call told."""

    status: grpc.StatusCode
    info: ErrorInfo
    pointer: str | None

    @property
    def code(self) -> str:
        return str(self.info.reason)


@dataclass(frozen=True, kw_only=True)
class Wire:
    """One key's way in by gRPC: ``await wire("ProjectService/GetProject", message)``."""

    channel: grpc.aio.Channel
    api_key: str | None

    async def __call__(self, name: str, request: Any, **options: Any) -> Any:
        """The answer to a unary request, or to a list of messages where the method reads a stream."""
        method = METHODS[f"assay.v1.{name}"]
        call = self._stub(method)(
            request if not isinstance(request, list) else iter(request), **self._with(options)
        )
        if method.writes_stream:
            return [one async for one in call]
        return await call

    async def raw(self, name: str, body: bytes, **options: Any) -> Any:
        """The same with bytes that no message wrote."""
        method = METHODS[f"assay.v1.{name}"]
        call = self.channel.unary_unary(
            f"/assay.v1.{name}", response_deserializer=GetMessageClass(method.response.DESCRIPTOR).FromString
        )
        return await call(body, **self._with(options))

    async def refused(self, name: str, request: Any, **options: Any) -> Refusal:
        """How a call is refused."""
        send = self.raw if isinstance(request, bytes) else self.__call__
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await send(name, request, **options)
        return refusal_of(caught.value)

    def by(self, caller: Caller) -> Wire:
        """The same channel with another key."""
        return replace(self, api_key=caller.api_key)

    def _stub(self, method: Method) -> Any:
        make = {
            (False, False): self.channel.unary_unary,
            (True, False): self.channel.stream_unary,
            (False, True): self.channel.unary_stream,
            (True, True): self.channel.stream_stream,
        }[method.reads_stream, method.writes_stream]
        path = "/" + "/".join(method.full_name.rsplit(".", 1))
        return make(
            path,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=method.response.FromString,
        )

    def _with(self, options: dict[str, Any]) -> dict[str, Any]:
        metadata: Sequence[tuple[str, str]] = options.pop("metadata", ())
        signed = [] if self.api_key is None else [("authorization", f"Bearer {self.api_key}")]
        key = options.pop("key", None)
        keyed = [] if key is None else [("idempotency-key", key)]
        return options | {"metadata": (*signed, *keyed, *metadata)}


def refusal_of(error: grpc.aio.AioRpcError) -> Refusal:
    details = dict(error.trailing_metadata() or ()).get(DETAILS)
    assert isinstance(details, bytes), error
    status, info, bad = Status.FromString(details), ErrorInfo(), BadRequest()
    assert status.code == error.code().value[0]
    assert status.details[0].Unpack(info)
    pointers = [packed for packed in status.details if packed.Unpack(bad)]
    return Refusal(
        status=error.code(), info=info, pointer=bad.field_violations[0].field if pointers else None
    )


def plain(message: Message) -> dict[str, Any]:
    """A response as REST would say it: documents and enums as JSON has them."""
    import orjson

    from assay.api.grpc.message import word

    def value(field: Any, held: Any) -> Any:
        if field.message_type is not None:
            return list(held.values) if "values" in field.message_type.fields_by_name else plain(held)
        if field.enum_type is not None:
            return word(field.enum_type, field.enum_type.values_by_number[held].name)
        return orjson.loads(held) if field.type == field.TYPE_BYTES else held

    told: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        held = getattr(message, field.name)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            of = field.message_type.fields_by_name["value"]
            told[field.name] = {key: value(of, held[key]) for key in held}
        elif field.is_repeated:
            told[field.name] = [value(field, one) for one in held]
        elif field.has_presence and not message.HasField(field.name):
            told[field.name] = None
        else:
            told[field.name] = value(field, held)
    return told


@pytest.fixture
async def wire(engine: Engine, rest: Caller) -> AsyncIterator[Wire]:
    """The admin of the first organisation, calling by gRPC the engine that ``rest`` calls."""
    server = GrpcServer(engine, rest.app.state.authenticator, "127.0.0.1:0")
    await server.start()
    await server.say(serving=True)
    try:
        async with grpc.aio.insecure_channel(
            f"127.0.0.1:{server.port}", options=[("grpc.max_send_message_length", -1)]
        ) as channel:
            yield Wire(channel=channel, api_key=rest.api_key)
    finally:
        await server.stop(0)


def documents(values: Iterable[Any]) -> list[bytes]:
    """Each as JSON."""
    import orjson

    return [orjson.dumps(one) for one in values]
