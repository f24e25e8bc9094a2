"""What stands around every call: how long it took, and whose turn comes first at the database."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import grpc
import grpc.aio
from opentelemetry.trace import SpanKind

from assay.api.grpc.service import Service
from assay.api.metrics import Metrics
from assay.api.rank import rank_of
from assay.store.turns import RANK, Rank
from assay.tracing import PARENT, span

Around = Callable[[str, Any], AbstractContextManager[None]]
"""Of the method's full name (``/assay.v1.LeaseService/Submit``) and the call's context."""


class Surrounding(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # the library has no types
    """Puts a context manager around every call, as long as it lasts."""

    def __init__(self, around: Around) -> None:
        self._around = around

    async def intercept_service(
        self, continuation: Callable[[Any], Awaitable[Any]], handler_call_details: Any
    ) -> Any:
        """The same handler, surrounded; a method that does not exist has none."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        shape = (handler.request_streaming, handler.response_streaming)
        inner = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
        surround = self._many if handler.response_streaming else self._one
        return _MAKE[shape](
            surround(inner, str(handler_call_details.method)),
            handler.request_deserializer,
            handler.response_serializer,
        )

    def _one(self, inner: Any, method: str) -> Callable[[Any, Any], Awaitable[Any]]:
        async def surrounded(asked: Any, context: Any) -> Any:
            with self._around(method, context):
                return await inner(asked, context)

        return surrounded

    def _many(self, inner: Any, method: str) -> Callable[[Any, Any], AsyncIterator[Any]]:
        async def surrounded(asked: Any, context: Any) -> AsyncIterator[Any]:
            with self._around(method, context):
                async for one in inner(asked, context):
                    yield one

        return surrounded


_MAKE = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


def metering(metrics: Metrics) -> Around:
    """Counts each call when it has ended: its method is the route, ``grpc`` stands where REST has a verb."""

    @contextmanager
    def metered(method: str, context: Any) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            metrics.count(method, "grpc", _code(context)[1], time.perf_counter() - began)

    return metered


def tracing(method: str, context: Any) -> AbstractContextManager[None]:
    """A span for each call, a child of what its ``traceparent`` names."""
    given = {name: value for name, value in context.invocation_metadata() or () if name == PARENT}
    return _traced(method, context, given)


@contextmanager
def _traced(method: str, context: Any, given: dict[str, str]) -> Iterator[None]:
    with span(method.removeprefix("/"), SpanKind.SERVER, given, rpc__system="grpc") as current:
        try:
            yield
        finally:
            current.set_attribute("rpc.grpc.status_code", _code(context)[0])


def _code(context: Any) -> tuple[int, str]:
    """How a call ended, as a number and a name."""
    code = context.code() or grpc.StatusCode.OK
    return (code.value[0], code.name) if isinstance(code, grpc.StatusCode) else (int(code), str(code))


def ranking(services: tuple[Service, ...]) -> Around:
    """Gives a call the rank that its route has by REST; a stream of work has that of a submit."""
    ranks = {
        f"/{service.name}/{method.name}": Rank.VITAL
        if method.name == "Work"
        else rank_of(method.verb.upper(), method.path)
        for service in services
        for method in service.methods.values()
    }

    @contextmanager
    def ranked(method: str, _: Any) -> Iterator[None]:
        RANK.set(ranks.get(method, Rank.REST))
        yield

    return ranked
