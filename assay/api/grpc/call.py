"""One call: who asks, under which idempotency key, what it says, and the transaction its use case runs in."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from assay.api.body import validate
from assay.api.grpc.message import to_json, value_of
from assay.api.idempotency import UseCase, once
from assay.api.page import PageRequest, limit_refusal
from assay.domain.labeler import Principal
from assay.domain.page import DEFAULT_LIMIT, MAX_LIMIT
from assay.errors import Invalid
from assay.service.engine import Engine
from assay.service.lease import Idempotency

T = TypeVar("T")


class Call:
    """What a method needs to run a use case."""

    def __init__(
        self,
        engine: Engine,
        principal: Principal,
        method: str,
        *,
        named: Collection[str],
        key: str | None,
        forget: Callable[[], None],
        renew: Callable[[], Awaitable[Principal]],
    ) -> None:
        """``named`` are the fields that name what the call is about: REST has them in the path."""
        self.engine = engine
        self.principal = principal
        self.method = method
        self.key = key
        self.forget = forget
        """To be called where a labeler lost something of what their key stood for."""
        self._renew = renew
        self._named = named
        self._raw = b""
        self._message: Message | None = None

    def take(self, raw: bytes, message: Message) -> None:
        """This is what the call says."""
        self._raw, self._message = raw, message

    async def renew(self) -> None:
        """Make sure that who asks still may. Raises ``Unauthenticated`` where their key was taken away."""
        self.principal = await self._renew()

    @property
    def message(self) -> Message:
        """What the call says."""
        if self._message is None:
            raise RuntimeError("a call is taken before it is answered")
        return self._message

    def id(self, name: str) -> UUID:
        """A field that names something. Raises ``Invalid`` (``field.missing``, ``field.invalid``)."""
        return self.read_id(name, value_of(self.message, name))

    def read_id(self, name: str, given: str | None) -> UUID:
        """The same of a field inside another, by its value."""
        if given is None:
            raise Invalid("field.missing", f"{name} is missing", pointer=f"/{name}")
        return self._uuid(name, given)

    def optional_id(self, name: str) -> UUID | None:
        """The same where it may be left out."""
        given = value_of(self.message, name)
        return None if given is None else self._uuid(name, given)

    def value(self, name: str, default: Any = None) -> Any:
        """A scalar field, or ``default`` where it is not set."""
        given = value_of(self.message, name)
        return default if given is None else given

    def body(self, body_type: type[T]) -> T:
        """All the other fields as a value. Raises as REST's bodies do."""
        return validate(body_type, to_json(self.message, self._named))

    def page(self) -> PageRequest:
        """Which part of a list is asked for; its cursor is bound to the method and every other field."""
        limit = self.value("limit", DEFAULT_LIMIT)
        if not 1 <= limit <= MAX_LIMIT:
            raise limit_refusal()
        filters = to_json(self.message, {"limit", "cursor"}).decode()
        return PageRequest(
            self.engine.secrets, f"{self.method}?{filters}", limit, value_of(self.message, "cursor")
        )

    async def read(self, use_case: UseCase) -> Any:
        """Run a use case in one transaction."""
        async with self.engine.database.transaction(self.principal.organization) as tx:
            return await use_case(tx)

    async def write(
        self,
        use_case: UseCase,
        *,
        hide: Callable[[Any], Any] = lambda result: result,
        reveal: Callable[[Any], Any] = lambda stored: stored,
    ) -> Any:
        """The same for a use case with an effect; under an idempotency key a repeat gets the first answer.

        ``hide`` takes out what must not be stored and ``reveal`` puts it back.
        """
        if self.key is None:
            return await self.read(use_case)
        result, _ = await once(
            self.engine,
            self.principal,
            self.key,
            self._digest(),
            use_case,
            status=200,
            hide=hide,
            reveal=reveal,
        )
        return result

    def once(self) -> Idempotency:
        """The call's key and digest, for hot-path functions that keep their answer themselves."""
        return Idempotency(key=self.key, digest=self._digest() if self.key else b"")

    def _digest(self) -> bytes:
        """What makes this request this request: the method, and the message as it was sent."""
        return hashlib.sha256(f"grpc {self.method}\n".encode() + self._raw).digest()

    @staticmethod
    def _uuid(name: str, given: str) -> UUID:
        try:
            return UUID(given)
        except ValueError:
            raise Invalid("field.invalid", f"{name} must be a UUID", pointer=f"/{name}") from None


class Stream(Call):
    """A call whose request is a stream: the first message is ``message``, and all come one by one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.messages: AsyncIterator[Message] = _nothing()


async def _nothing() -> AsyncIterator[Message]:
    return
    yield
