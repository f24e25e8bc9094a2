"""The two shells that carry out plans over httpx: one for threads, one for asyncio.

All that decides anything is in ``request``, ``retry`` and the nouns; a shell only sends, waits and reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Generic

import httpx

from assay.client.connection import Connection
from assay.client.request import Answer, Body, Done, Plan, Request, T, step
from assay.client.retry import NoAnswer, RetryPolicy, Wait, attempts, unreachable
from assay.errors import AssayError

SLOW_SECS = 900.0
"""How long to wait for the answer to a request that is marked slow."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What both shells are told. ``uniform`` draws from [0, 1); ``new_key`` makes an ``Idempotency-Key``."""

    connection: Connection
    retry: RetryPolicy
    timeout_secs: float
    parallel: int
    uniform: Callable[[], float]
    new_key: Callable[[], str]

    def headers(self) -> dict[str, str]:
        """Of every request."""
        return {
            "Authorization": f"Bearer {self.connection.api_key}",
            "Accept": "application/json",
            "User-Agent": "assay-python",
        }

    def arguments(self, request: Request) -> dict[str, Any]:
        """A request as httpx takes it, but for the body. The key is made once for all tries."""
        headers = dict(request.headers)
        if request.method != "GET":
            headers.setdefault("Idempotency-Key", self.new_key())
        return {
            "method": request.method,
            "url": self.connection.url + request.path,
            "params": dict(request.params),
            "headers": headers,
            "timeout": httpx.Timeout(self.timeout_secs, read=SLOW_SECS)
            if request.slow
            else self.timeout_secs,
        }


@dataclass(frozen=True)
class Streamed(Generic[T]):
    """An answer whose body is still to come."""

    headers: Mapping[str, str]
    chunks: T


class Session:
    """Carries out plans in the thread that calls."""

    def __init__(
        self, settings: Settings, *, transport: httpx.BaseTransport | None, sleep: Callable[[float], None]
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._http = httpx.Client(transport=transport, headers=settings.headers())
        self._pool = ThreadPoolExecutor(settings.parallel, thread_name_prefix="assay-client")

    @property
    def settings(self) -> Settings:
        """What this session was told."""
        return self._settings

    def close(self) -> None:
        """Close connections."""
        self._pool.shutdown()
        self._http.close()

    def run(self, plan: Plan[T]) -> T:
        """Carry out a plan to its end. Raises whatever refused it."""
        try:
            reached = step(plan, None)
            while not isinstance(reached, Done):
                reached = step(plan, self._answers(reached))
            return reached.result
        finally:
            plan.close()

    @contextmanager
    def stream(self, request: Request) -> Iterator[Streamed[Iterator[bytes]]]:
        """An answer as it comes. Reading it raises ``Unavailable`` when it breaks off before its end."""
        response = self._settled(request)
        try:
            yield Streamed(response.headers, _chunks(response, self._settings.connection.url))
        finally:
            response.close()

    def pause(self, seconds: float) -> None:
        """Wait."""
        self._sleep(seconds)

    def _answers(self, requests: Sequence[Request]) -> Sequence[Answer]:
        if len(requests) == 1:
            return [self._answer(requests[0])]
        return list(self._pool.map(self._answer, requests))

    def _answer(self, request: Request) -> Answer:
        return _whole(self._settled(request, whole=True))

    def _settled(self, request: Request, *, whole: bool = False) -> httpx.Response:
        """The response of a request that was accepted; unless ``whole``, the caller reads and closes it."""
        arguments = self._settings.arguments(request)
        course = attempts(self._settings.retry, self._settings.uniform, self._settings.connection.url)
        ordered = next(course)
        while True:
            if isinstance(ordered, Wait):
                self._sleep(ordered.seconds)
                ordered = course.send(None)
                continue
            response, outcome = self._send(arguments, request.body, whole)
            try:
                ordered = course.send(outcome)
            except StopIteration:
                assert response is not None
                return response

    def _send(
        self, arguments: dict[str, Any], body: Body | None, whole: bool
    ) -> tuple[httpx.Response | None, Answer | NoAnswer]:
        content = body() if callable(body) else body
        try:
            response = self._http.send(self._http.build_request(content=content, **arguments), stream=True)
            if whole or response.status_code >= 400:
                response.read()
                response.close()
                return response, _whole(response)
            return response, Answer(status=response.status_code, headers=response.headers, body=b"")
        except httpx.TransportError as error:
            return None, NoAnswer(reason=_reason(error))


class AsyncSession:
    """Carries out the same plans on an event loop."""

    def __init__(
        self,
        settings: Settings,
        *,
        transport: httpx.AsyncBaseTransport | None,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._http = httpx.AsyncClient(transport=transport, headers=settings.headers())
        self._free = asyncio.Semaphore(settings.parallel)

    @property
    def settings(self) -> Settings:
        """What this session was told."""
        return self._settings

    async def close(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def run(self, plan: Plan[T], *, reads_files: bool = False) -> T:
        """Carry out a plan to its end; one that reads files does so off the event loop."""
        try:
            answers: Sequence[Answer] | None = None
            while True:
                reached = await asyncio.to_thread(step, plan, answers) if reads_files else step(plan, answers)
                if isinstance(reached, Done):
                    return reached.result
                answers = await self._answers(reached)
        finally:
            plan.close()

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[Streamed[AsyncIterator[bytes]]]:
        """An answer as it comes. Reading it raises ``Unavailable`` when it breaks off before its end."""
        response = await self._settled(request)
        try:
            yield Streamed(response.headers, _async_chunks(response, self._settings.connection.url))
        finally:
            await response.aclose()

    async def pause(self, seconds: float) -> None:
        """Wait."""
        await self._sleep(seconds)

    async def _answers(self, requests: Sequence[Request]) -> Sequence[Answer]:
        asked = [asyncio.ensure_future(self._answer(request)) for request in requests]
        try:
            return await asyncio.gather(*asked)
        finally:
            for each in asked:
                each.cancel()  # when one is refused, the others are not waited for

    async def _answer(self, request: Request) -> Answer:
        async with self._free:
            return _whole(await self._settled(request, whole=True))

    async def _settled(self, request: Request, *, whole: bool = False) -> httpx.Response:
        arguments = self._settings.arguments(request)
        course = attempts(self._settings.retry, self._settings.uniform, self._settings.connection.url)
        ordered = next(course)
        while True:
            if isinstance(ordered, Wait):
                await self._sleep(ordered.seconds)
                ordered = course.send(None)
                continue
            response, outcome = await self._send(arguments, request.body, whole)
            try:
                ordered = course.send(outcome)
            except StopIteration:
                assert response is not None
                return response

    async def _send(
        self, arguments: dict[str, Any], body: Body | None, whole: bool
    ) -> tuple[httpx.Response | None, Answer | NoAnswer]:
        content = _async_body(body()) if callable(body) else body
        try:
            response = await self._http.send(
                self._http.build_request(content=content, **arguments), stream=True
            )
            if whole or response.status_code >= 400:
                await response.aread()
                await response.aclose()
                return response, _whole(response)
            return response, Answer(status=response.status_code, headers=response.headers, body=b"")
        except httpx.TransportError as error:
            return None, NoAnswer(reason=_reason(error))


def _whole(response: httpx.Response) -> Answer:
    return Answer(status=response.status_code, headers=response.headers, body=response.content)


def _chunks(response: httpx.Response, address: str) -> Iterator[bytes]:
    try:
        yield from response.iter_bytes()
    except httpx.TransportError as error:
        raise _broken_off(error, address) from error


async def _async_chunks(response: httpx.Response, address: str) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.aiter_bytes():
            yield chunk
    except httpx.TransportError as error:
        raise _broken_off(error, address) from error


async def _async_body(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    # Reading a chunk of a file may block, so a thread does it.
    while chunk := await asyncio.to_thread(next, chunks, b""):
        yield chunk


def _reason(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__


def _broken_off(error: httpx.TransportError, address: str) -> AssayError:
    return unreachable(NoAnswer(reason=f"the answer broke off: {_reason(error)}"), address)
