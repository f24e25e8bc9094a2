"""One request: who asks, under which idempotency key, and the transaction its use case runs in."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from assay.api.rest.encode import encode
from assay.api.rest.json_body import read_body
from assay.domain.labeler import Principal
from assay.errors import Conflict, Forbidden, Invalid, Malformed, Unauthenticated
from assay.service import identity
from assay.service.engine import Engine, Remembered
from assay.service.lease import Idempotency, key_mismatch
from assay.store import record
from assay.store.database import Connection

COOKIE = "assay_session"
MAX_KEY_CHARS = 255
PRINCIPAL_SECONDS = 5.0
"""How long a key that was found valid is believed before it is looked up again."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UseCase = Callable[[Connection], Awaitable[Any]]


class Call:
    """What a route needs to run a use case."""

    def __init__(self, request: Request, engine: Engine, principal: Principal) -> None:
        self.request = request
        self.engine = engine
        self.principal = principal

    async def read(self, use_case: UseCase, *, status: int = 200) -> Response:
        """Run a use case in one transaction and answer with its result as JSON."""
        async with self.engine.database.transaction(self.principal.organization) as tx:
            result = await use_case(tx)
        return answer(result, status)

    async def write(
        self,
        use_case: UseCase,
        *,
        status: int = 200,
        hide: Callable[[Any], Any] = lambda result: result,
        reveal: Callable[[Any], Any] = lambda stored: stored,
    ) -> Response:
        """The same for a use case with an effect.

        Under an ``Idempotency-Key`` the answer is kept with the effect, and a repeat gets it again. ``hide``
        takes out what must not be stored and ``reveal`` puts it back.
        """
        key = idempotency_key(self.request)
        if key is None:
            return await self.read(use_case, status=status)
        digest = await self.digest()
        async with self.engine.database.transaction(self.principal.organization) as tx:
            if not await record.lock_key(tx, self.principal, key):
                raise Conflict(
                    "idempotency.in_flight",
                    "the first request with this key has not ended",
                    retry_after_secs=1,
                )
            stored = await record.stored_answer(tx, self.principal, key)
            if stored is not None:
                if stored.digest != digest:
                    raise key_mismatch()
                return answer(reveal(orjson.loads(stored.body)), stored.status)
            result = await use_case(tx)
            await record.store_answer(
                tx,
                self.principal,
                key,
                record.StoredAnswer(digest=digest, status=status, body=encode(hide(result)).decode()),
            )
        return answer(result, status)

    async def digest(self) -> bytes:
        """What makes this request this request: method, path, query and body."""
        head = f"{self.request.method} {self.request.url.path}?{self.request.url.query}\n"
        body: bytes | None = getattr(self.request.state, "body_sha256", None)
        if body is None:
            await read_body(self.request)
            body = self.request.state.body_sha256
        return hashlib.sha256(head.encode() + body).digest()

    async def once(self) -> Idempotency:
        """The request's key and digest, for hot-path functions that keep their answer themselves."""
        key = idempotency_key(self.request)
        return Idempotency(key=key, digest=await self.digest() if key else b"")


class Authenticator:
    """Finds out who asks, believing what it found of a key for a few seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._believed: Remembered[bytes, tuple[float, Principal]] = Remembered(10_000)

    async def principal(self, request: Request) -> Principal:
        """Who sent this request. Raises ``Unauthenticated``, or ``Forbidden`` for a session used from
        elsewhere."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return await self._known(token.strip())
        session = request.cookies.get(COOKIE)
        if session:
            # Asked each time: a session that ended has ended in every process at once (A32).
            principal = await identity.who_has_session(self._engine, session)
            request.state.principal = principal
            check_origin(request)
            return principal
        raise Unauthenticated("auth.missing", "the request says nothing of who asks")

    def forget(self) -> None:
        """Believe nobody: after a key was revoked."""
        self._believed = Remembered(10_000)

    async def _known(self, key: str) -> Principal:
        fingerprint = hashlib.sha256(key.encode()).digest()
        now = self._engine.monotonic()
        believed = self._believed.get(fingerprint)
        if believed is not None and now - believed[0] < PRINCIPAL_SECONDS:
            return believed[1]
        principal = await identity.who_has_key(self._engine, key)
        self._believed.put(fingerprint, (now, principal))
        return principal


async def _call(request: Request) -> Call:
    authenticator: Authenticator = request.app.state.authenticator
    principal = await authenticator.principal(request)
    request.state.principal = principal
    if request.method == "POST":
        idempotency_key(request)  # also where settling is by natural key, a key must be one
    return Call(request, request.app.state.engine, principal)


Caller = Annotated[Call, Depends(_call)]


def answer(result: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A result as JSON; nothing at all for ``None``."""
    if result is None:
        return Response(status_code=204)
    return Response(
        encode(result), status, dict(headers or {}) | {"Cache-Control": "no-store"}, "application/json"
    )


def idempotency_key(request: Request) -> str | None:
    """The request's key, if it sent one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= MAX_KEY_CHARS or not key.isascii() or not key.isprintable():
        raise Malformed(
            "idempotency.key",
            f"a key is 1 to {MAX_KEY_CHARS} printable ASCII characters",
            limit=MAX_KEY_CHARS,
        )
    return key


def check_origin(request: Request) -> None:
    """A cookie acts only for pages of our own (A36). Compared whole, never by suffix."""
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("origin.refused", "a signed-in browser may change things only from this address")


def one_of(value: str, allowed: tuple[str, ...], pointer: str) -> str:
    """A query parameter that takes one of a few words."""
    if value not in allowed:
        raise Invalid("field.invalid", f"must be one of {', '.join(allowed)}", pointer=pointer)
    return value
