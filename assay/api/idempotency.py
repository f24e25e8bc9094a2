"""An effect under a key happens once; whoever repeats the request gets the first answer again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from assay.api.encode import encode
from assay.domain.labeler import Principal
from assay.errors import Conflict, Malformed
from assay.service.engine import Engine
from assay.service.lease import key_mismatch
from assay.store import record
from assay.store.database import Connection

MAX_KEY_CHARS = 255
UseCase = Callable[[Connection], Awaitable[Any]]


def check_key(key: str) -> str:
    """A key as it was sent. Raises ``Malformed`` (``idempotency.key``)."""
    if not 0 < len(key) <= MAX_KEY_CHARS or not key.isascii() or not key.isprintable():
        raise Malformed(
            "idempotency.key",
            f"a key is 1 to {MAX_KEY_CHARS} printable ASCII characters",
            limit=MAX_KEY_CHARS,
        )
    return key


async def once(
    engine: Engine,
    principal: Principal,
    key: str,
    digest: bytes,
    use_case: UseCase,
    *,
    status: int,
    hide: Callable[[Any], Any],
    reveal: Callable[[Any], Any],
) -> tuple[Any, int]:
    """Run a use case and keep its answer with its effect; a repeat answers as the first did, in JSON's terms.

    ``digest`` is what makes the request this request. ``hide`` takes out of the answer what must not be
    stored and ``reveal`` puts it back. Raises ``Conflict`` (``idempotency.in_flight``) and ``Invalid``
    (``idempotency.mismatch``).
    """
    async with engine.database.transaction(principal.organization) as tx:
        if not await record.lock_key(tx, principal, key):
            raise Conflict(
                "idempotency.in_flight", "the first request with this key has not ended", retry_after_secs=1
            )
        stored = await record.stored_answer(tx, principal, key)
        if stored is not None:
            if stored.digest != digest:
                raise key_mismatch()
            return reveal(orjson.loads(stored.body)), stored.status
        result = await use_case(tx)
        body = encode(hide(result)).decode()
        await record.store_answer(
            tx, principal, key, record.StoredAnswer(digest=digest, status=status, body=body)
        )
    return result, status
