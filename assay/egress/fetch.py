"""Requests to addresses that people chose: resolve, check, and connect to the very address that was checked.

The check sits where the socket is opened, so that no request can be made around it, and no second look-up
can answer differently (DNS rebinding). The TLS name and the ``Host`` header stay those of the URL. Nothing is
taken from the environment (no proxies), nothing is remembered (no cookies), and no error shows more of an
address than scheme, host and port, because paths and queries may hold secrets.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin

import httpcore
import httpx

from assay.egress.policy import Policy, Target, read_literal
from assay.errors import AssayError, Invalid, TooLarge

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host's name and a port to its addresses, as text."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ADDRESSES_TRIED = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long, and how far, a request is followed."""

    connect_secs: float = 10.0
    read_secs: float = 30.0
    total_secs: float = 600.0
    redirects: int = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """An open answer. ``size_bytes`` is what the sender announced; ``chunks`` raises at the limit."""

    origin: str
    size_bytes: int | None
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A whole, small answer; ``headers`` has lower-case names. Any status, 3xx included."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """What the operating system answers."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Egress:
    """The door. One for a process; close it with :meth:`aclose` or use it as a context manager."""

    def __init__(
        self,
        policy: Policy,
        *,
        resolve: Resolver = system_resolver,
        ssl_context: ssl.SSLContext | None = None,
        patience: Patience | None = None,
    ) -> None:
        """``ssl_context`` is for an operator's own certificate authority, and for tests."""
        self.policy = policy
        self._patience = patience or Patience()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(),
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=15.0,
            network_backend=_CheckedConnections(policy, resolve),
        )

    async def __aenter__(self) -> Egress:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    @asynccontextmanager
    async def open(self, url: str, *, max_bytes: int, pointer: str = "") -> AsyncIterator[Download]:
        """GET ``url``, following redirects that lead to allowed addresses.

        Raises ``Invalid`` (``url.*``), or ``TooLarge`` (``limit.exceeded``) beyond ``max_bytes``.
        """
        deadline = asyncio.get_running_loop().time() + self._patience.total_secs
        with _at(pointer):
            target, response = await self._follow(url, deadline)
            try:
                size_bytes = _announced(target, response, max_bytes)
                yield Download(
                    origin=target.origin,
                    size_bytes=size_bytes,
                    chunks=_limited(target, response, max_bytes, deadline),
                )
            finally:
                await response.aclose()

    async def send(
        self,
        method: str,
        url: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        max_answer_bytes: int = 65_536,
        total_secs: float = 30.0,
    ) -> Answer:
        """One request with its whole answer, for webhooks and model endpoints. Redirects are not followed.

        Raises as :meth:`open`; a status of any kind is an answer, not an error.
        """
        deadline = asyncio.get_running_loop().time() + total_secs
        target = self.policy.check_url(url)
        response = await self._ask(method, target, deadline, headers=headers or {}, content=content)
        try:
            chunks = [chunk async for chunk in _limited(target, response, max_answer_bytes, deadline)]
        finally:
            await response.aclose()
        return Answer(status=response.status, headers=_header_map(response), body=b"".join(chunks))

    async def _follow(self, url: str, deadline: float) -> tuple[Target, httpcore.Response]:
        target = self.policy.check_url(url)
        response = await self._ask("GET", target, deadline)
        for _ in range(self._patience.redirects):
            if response.status not in _REDIRECTS:
                return target, response
            await response.aclose()
            with _redirected(target):
                target = self.policy.check_url(urljoin(target.url, _header_map(response).get("location", "")))
                response = await self._ask("GET", target, deadline)
        if response.status not in _REDIRECTS:
            return target, response
        await response.aclose()
        raise Invalid("url.redirect_refused", "too many redirects", limit=self._patience.redirects)

    async def _ask(
        self,
        method: str,
        target: Target,
        deadline: float,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
    ) -> httpcore.Response:
        request = httpcore.Request(
            method,
            httpcore.URL(
                scheme=target.scheme.encode(),
                host=target.host.encode(),
                port=target.port,
                target=target.resource.encode(),
            ),
            headers=_headers(target, headers or {}, content),
            content=content or None,
            extensions={"timeout": self._timeouts()},
        )
        with _unreachable(target):
            async with asyncio.timeout_at(deadline):
                return await self._pool.handle_async_request(request)

    def _timeouts(self) -> dict[str, float]:
        connect, read = self._patience.connect_secs, self._patience.read_secs
        return {"connect": connect, "read": read, "write": read, "pool": connect}


class _CheckedConnections(httpcore.AnyIOBackend):
    """Opens sockets for the pool: the one place where a name becomes an address."""

    def __init__(self, policy: Policy, resolve: Resolver) -> None:
        self._policy = policy
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the name is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        async with asyncio.timeout(timeout):
            found = [host] if read_literal(host) else await self._resolve(host, port)
        *others, last = self._policy.check_addresses(host, port, found)[:_ADDRESSES_TRIED]
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await super().connect_tcp(str(address), port, timeout, local_address, socket_options)
        return await super().connect_tcp(str(last), port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the name is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise Invalid("url.address_refused", "a socket of this machine may not be asked")


def _headers(target: Target, extra: Mapping[str, str], content: bytes) -> list[tuple[str, str]]:
    written = {"host": target.origin.partition("://")[2], "user-agent": "assay", "accept": "*/*"}
    written["accept-encoding"] = "identity"
    if content:
        written["content-length"] = str(len(content))
    return list((written | {name.lower(): value for name, value in extra.items()}).items())


def _header_map(response: httpcore.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


def _announced(target: Target, response: httpcore.Response, max_bytes: int) -> int | None:
    """The size the sender announced, if the answer is one that can be read."""
    headers = _header_map(response)
    if response.status != 200:
        raise Invalid("url.unreachable", f"{target.origin} answered with status {response.status}")
    if headers.get("content-encoding", "identity").lower() != "identity":
        # Unpacking what was not asked to be packed is how a small answer fills a disk.
        raise Invalid("url.unreachable", f"{target.origin} sent an encoding that was not asked for")
    announced = headers.get("content-length")
    size_bytes = int(announced) if announced is not None else None
    if size_bytes is not None and size_bytes > max_bytes:
        raise _too_large(target, max_bytes)
    return size_bytes


async def _limited(
    target: Target, response: httpcore.Response, max_bytes: int, deadline: float
) -> AsyncIterator[bytes]:
    received = 0
    chunks = response.aiter_stream()
    while True:
        with _unreachable(target):
            async with asyncio.timeout_at(deadline):
                chunk = await anext(chunks, None)
        if chunk is None:
            return
        received += len(chunk)
        if received > max_bytes:
            raise _too_large(target, max_bytes)
        yield chunk


def _too_large(target: Target, max_bytes: int) -> TooLarge:
    return TooLarge("limit.exceeded", f"{target.origin} sent more than {max_bytes} bytes", limit=max_bytes)


@contextmanager
def _unreachable(target: Target) -> Iterator[None]:
    """Say in our words that an address did not answer; the library's words could hold part of the answer."""
    try:
        yield
    except (TimeoutError, httpcore.TimeoutException):
        raise Invalid("url.unreachable", f"{target.origin} did not answer in time") from None
    except (httpcore.NetworkError, ssl.SSLError, OSError):
        raise Invalid("url.unreachable", f"{target.origin} could not be connected to") from None
    except httpcore.ProtocolError:
        raise Invalid("url.unreachable", f"{target.origin} does not speak HTTP as it should") from None


@contextmanager
def _redirected(origin: Target) -> Iterator[None]:
    """A refusal met while following a redirect is a refusal of the redirect."""
    try:
        yield
    except Invalid as refusal:
        if refusal.code == "url.unreachable":
            raise
        raise Invalid("url.redirect_refused", f"{origin.origin} redirects: {refusal.detail}") from None


@contextmanager
def _at(pointer: str) -> Iterator[None]:
    try:
        yield
    except AssayError as error:
        if not error.pointer and error.code.startswith("url."):
            error.pointer = pointer
        raise
