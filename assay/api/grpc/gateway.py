"""Between grpc.aio and our functions: bytes in, who asks, the answer or the error, bytes out."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import grpc
import orjson
from google.protobuf.message import Message

from assay.api.authenticator import Authenticator
from assay.api.encode import encode
from assay.api.grpc.call import Call, Stream
from assay.api.grpc.message import fill, read_message
from assay.api.grpc.refusal import DETAILS, details_of, sentence, status_of
from assay.api.grpc.service import Method, Service
from assay.api.idempotency import check_key
from assay.api.rate import Allowance, RateLimit
from assay.domain.labeler import Principal
from assay.errors import AssayError, Invalid, Unauthenticated
from assay.service.engine import Engine
from assay.service.refusal import remember_refusal
from assay.store.turns import RANK, Rank

_log = logging.getLogger("assay.api.grpc")
EMPTY_STREAM = "the stream ended before its first message"


class Gateway:
    """Makes grpc's handlers of our services."""

    def __init__(self, engine: Engine, authenticator: Authenticator, rate: RateLimit) -> None:
        self._engine = engine
        self._authenticator = authenticator
        self._rate = rate

    def handler(self, service: Service) -> Any:
        """The generic handler of a service. Messages stay bytes until it is known who asks."""
        service.check()
        return grpc.method_handlers_generic_handler(
            service.name, {method.name: self._handler(method) for method in service.methods.values()}
        )

    def _handler(self, method: Method) -> Any:
        async def unary(raw: bytes, context: Any) -> bytes:
            async with self._answering(method, context) as call:
                call.take(raw, read_message(method.request, raw))
                return written(method, await answer(call))

        async def reading(stream: AsyncIterator[bytes], context: Any) -> bytes:
            async with self._answering(method, context) as call:
                await begin(call, method, stream)
                return written(method, await answer(call))

        async def writing(raw: bytes, context: Any) -> AsyncIterator[bytes]:
            async with self._answering(method, context) as call:
                call.take(raw, read_message(method.request, raw))
                async for one in answer(call):
                    yield written(method, one)

        async def talking(stream: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
            async with self._answering(method, context) as call:
                await begin(call, method, stream)
                async for one in answer(call):
                    yield written(method, one)

        answer: Any = method.answer
        if method.reads_stream:
            if method.writes_stream:
                return grpc.stream_stream_rpc_method_handler(talking)
            return grpc.stream_unary_rpc_method_handler(reading)
        if method.writes_stream:
            return grpc.unary_stream_rpc_method_handler(writing)
        return grpc.unary_unary_rpc_method_handler(unary)

    @asynccontextmanager
    async def _answering(self, method: Method, context: Any) -> AsyncIterator[Stream]:
        """A call while it is answered; whatever refuses it leaves as a status, each error once."""
        metadata = {
            key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)
        }
        request_id = _request_id(metadata)
        call: Call | None = None
        try:
            call = await self._call(method, metadata)
            if RANK.get() is Rank.REST:
                self._tell(context, self._rate.take(call.principal.labeler))
            yield call
            return
        except AssayError as error:
            refusal = error
            if call is not None:
                who = call.principal
                await remember_refusal(
                    self._engine, who.organization, who.labeler, error.code, f"grpc {method.full_name}"
                )
        except Exception as error:  # noqa: BLE001  # whatever it is, the caller learns no more than that
            _log.error("call %s failed", request_id, exc_info=error)
            refusal = AssayError("server.error", "something went wrong on our side")
        details = details_of(refusal, request_id).SerializeToString()
        await context.abort(
            status_of(refusal), sentence(refusal), ((DETAILS, details), ("x-request-id", request_id))
        )

    @staticmethod
    def _tell(context: Any, allowance: Allowance) -> None:
        """What is left to whoever asks, as REST's headers tell it."""
        context.set_trailing_metadata(
            tuple((name.lower(), value) for name, value in allowance.headers().items())
        )

    async def _call(self, method: Method, metadata: Mapping[str, str]) -> Stream:
        scheme, _, token = metadata.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("auth.missing", "the call says nothing of who asks")
        key = metadata.get("idempotency-key")

        async def who() -> Principal:
            return await self._authenticator.by_key(token.strip())

        return Stream(
            self._engine,
            await who(),
            method.full_name,
            named=method.named,
            key=None if key is None else check_key(key),
            forget=self._authenticator.forget,
            renew=who,
        )


async def begin(call: Stream, method: Method, stream: AsyncIterator[bytes]) -> None:
    """Read a stream's first message, and the others when they are asked for: the reader's pace is ours."""
    messages = (read_message(method.request, raw) async for raw in stream)
    async for first in messages:
        call.take(b"", first)
        call.messages = _from(first, messages)
        return
    raise Invalid("field.missing", EMPTY_STREAM, pointer="")


async def _from(first: Message, rest: AsyncIterator[Message]) -> AsyncIterator[Message]:
    yield first
    async for message in rest:
        yield message


def written(method: Method, result: Any) -> bytes:
    """A result as the bytes of the method's response; nothing at all for ``None``."""
    if isinstance(result, Message):
        return result.SerializeToString()
    response = method.response()
    if result is not None:
        fill(response, orjson.loads(encode(result)))
    return response.SerializeToString()


def _request_id(metadata: Mapping[str, str]) -> str:
    given = metadata.get("x-request-id", "")
    return given if 0 < len(given) <= 64 and given.isascii() and given.isprintable() else secrets.token_hex(8)
