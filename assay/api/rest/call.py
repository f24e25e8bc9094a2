"""One request: who asks, under which idempotency key, and the transaction its use case runs in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from assay.api.authenticator import Authenticator
from assay.api.encode import encode
from assay.api.idempotency import UseCase, check_key, once
from assay.api.rate import RateLimit
from assay.api.rest.json_body import read_body
from assay.domain.labeler import Principal
from assay.errors import Forbidden, Invalid, Unauthenticated
from assay.service import identity
from assay.service.engine import Engine
from assay.service.lease import Idempotency
from assay.store.turns import RANK, Rank

COOKIE = "assay_session"

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


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
        result, status = await once(
            self.engine,
            self.principal,
            key,
            await self.digest(),
            use_case,
            status=status,
            hide=hide,
            reveal=reveal,
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


async def principal_of(request: Request) -> Principal:
    """Who sent this request. Raises ``Unauthenticated``, or ``Forbidden`` for a session from elsewhere."""
    authenticator: Authenticator = request.app.state.authenticator
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return await authenticator.by_key(token.strip())
    session = request.cookies.get(COOKIE)
    if session:
        # Asked each time: a session that ended has ended in every process at once (A32).
        principal = await identity.who_has_session(request.app.state.engine, session)
        request.state.principal = principal
        check_origin(request)
        return principal
    raise Unauthenticated("auth.missing", "the request says nothing of who asks")


async def call_of(request: Request) -> Call:
    """The call that a request is. Raises ``Unauthenticated``, ``Forbidden`` or ``TooMany``."""
    principal = await principal_of(request)
    request.state.principal = principal
    if RANK.get() is Rank.REST:
        rate: RateLimit = request.app.state.rate
        request.state.allowance = rate.take(principal.labeler)
    if request.method == "POST":
        idempotency_key(request)  # also where settling is by natural key, a key must be one
    return Call(request, request.app.state.engine, principal)


Caller = Annotated[Call, Depends(call_of)]


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
    return None if key is None else check_key(key)


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
