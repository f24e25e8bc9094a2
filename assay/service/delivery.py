"""Deliveries: events become signed requests to webhooks, tried until they are answered or given up.

Sources: Standard Webhooks 1.0 (signatures, schedule, 410); RFC 9110 §10.2.3 (``Retry-After``).
"""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

import orjson
from opentelemetry.trace import SpanKind

from assay.crash_point import crash_point
from assay.errors import AssayError, Invalid
from assay.service.engine import Engine
from assay.service.secrets import webhook_key
from assay.store import delivery as delivery_store
from assay.store import event as event_store
from assay.store import webhook as webhook_store
from assay.store.delivery import Claimed
from assay.tracing import sent_along, span

PAUSES_SECS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""How long after the n-th failed attempt comes the next: ten attempts within three days and a half."""
LONGEST_PAUSE_SECS = 86_400
"""What ``Retry-After`` may ask for; the last pause of the schedule."""
ATTEMPT_SECS = 20.0
LEASE_SECS = 90.0
"""How long a claim holds: well beyond an attempt, its wait for a connection included."""
MAX_PAYLOAD_BYTES = 20_000
LAID_AT_ONCE = 500
SENT_AT_ONCE = 10
"""Deliveries of one webhook on their way at the same time."""
LOOK_SECS = 0.5
GONE = 410


class Laying:
    """Lays deliveries for what was settled in the feed since the last look; one for each worker."""

    def __init__(self) -> None:
        self._settled: int | None = None

    async def look_after(self, engine: Engine) -> bool:
        """Lay what there is. The place moves on only when all of it is laid."""
        async with engine.database.system() as tx:
            if self._settled is None:
                settled, organizations = await event_store.horizon(tx), None
            else:
                settled, organizations = await event_store.settled_since(tx, self._settled)
            hooks = await webhook_store.active(tx, organizations)
        for organization, webhook in hooks:
            laid = LAID_AT_ONCE
            while laid == LAID_AT_ONCE:
                async with engine.database.transaction(organization) as tx:
                    laid = await webhook_store.lay(tx, organization, webhook, LAID_AT_ONCE)
        self._settled = settled
        return False


class Sending:
    """Sends due deliveries; a receiver that hangs holds up its own webhook and no other."""

    def __init__(self) -> None:
        self._under_way: dict[UUID, asyncio.Task[None]] = {}

    async def look_after(self, engine: Engine) -> bool:
        """Claim what is due and begin to send it; whether there was anything."""
        async with engine.database.system() as tx:
            organizations = await delivery_store.due(tx)
        begun = False
        for organization in organizations:
            async with engine.database.transaction(organization) as tx:
                claimed = await delivery_store.claim(
                    tx, organization, self._under_way, SENT_AT_ONCE, LEASE_SECS
                )
            for webhook in {each.webhook for each in claimed}:
                batch = [each for each in claimed if each.webhook == webhook]
                self._under_way[webhook] = asyncio.create_task(_send_all(engine, batch))
                begun = True
        if self._under_way:
            await asyncio.wait(
                self._under_way.values(), timeout=LOOK_SECS, return_when=asyncio.FIRST_COMPLETED
            )
        self._reap()
        return begun

    async def finish(self) -> None:
        """Let what is under way end."""
        if self._under_way:
            await asyncio.wait(self._under_way.values())
        self._reap()

    def _reap(self) -> None:
        for webhook in [webhook for webhook, sending in self._under_way.items() if sending.done()]:
            self._under_way.pop(webhook).result()


async def _send_all(engine: Engine, batch: Sequence[Claimed]) -> None:
    ended = await asyncio.gather(*(attempt(engine, each) for each in batch), return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, BaseException):
            raise outcome


async def attempt(engine: Engine, claimed: Claimed) -> None:
    """One attempt, and what comes of it: 2xx is delivered, 410 ends the webhook, the rest is a failure."""
    crash_point("delivery.claimed")
    try:
        body = payload(claimed)
        with span("POST webhook", SpanKind.CLIENT, messaging__message__id=f"evt_{claimed.seq}") as current:
            headers = signed_headers(engine, claimed, body) | sent_along()
            answer = await engine.egress.send(
                "POST", claimed.url, content=body, headers=headers, total_secs=ATTEMPT_SECS
            )
            current.set_attribute("http.response.status_code", answer.status)
    except AssayError as error:
        await _settle(engine, claimed, None, f"{error.code}: {error.detail}", None)
        return
    crash_point("delivery.sent")
    error_text = "" if 200 <= answer.status < 300 else f"answered with status {answer.status}"
    await _settle(engine, claimed, answer.status, error_text, answer.headers.get("retry-after"))


async def _settle(
    engine: Engine, claimed: Claimed, status: int | None, error: str, retry_after: str | None
) -> None:
    async with engine.database.transaction(claimed.organization) as tx:
        if not error and status is not None:
            await delivery_store.delivered(tx, claimed, status)
        elif status == GONE:
            await webhook_store.disable(tx, claimed.organization, claimed.webhook, "answered 410 Gone")
            await delivery_store.failed(tx, claimed, status, error, None)
            await delivery_store.bury(tx, claimed.organization, claimed.webhook)
        else:
            pause = pause_secs(claimed.attempts, retry_after, claimed.now)
            await delivery_store.failed(tx, claimed, status, error, pause)


def payload(claimed: Claimed) -> bytes:
    """The body of every attempt, the same bytes each time: ids and states, never a label."""
    project = str(claimed.project) if claimed.project is not None else None
    data = {"project": project, "subject": str(claimed.subject), "body": claimed.body}
    written = orjson.dumps({"type": claimed.kind, "timestamp": claimed.at, "data": data})
    if len(written) > MAX_PAYLOAD_BYTES:
        raise Invalid("limit.exceeded", f"evt_{claimed.seq} is too large to send", limit=MAX_PAYLOAD_BYTES)
    return written


def signed_headers(engine: Engine, claimed: Claimed, body: bytes) -> dict[str, str]:
    """What the receiver checks. While a secret is being replaced, both sign."""
    message = f"evt_{claimed.seq}"
    secrets = (engine.secrets.webhook_secret(claimed.webhook, each) for each in claimed.secret_versions)
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(claimed.now),
        "webhook-signature": " ".join(sign(secret, message, claimed.now, body) for secret in secrets),
    }


def sign(secret: str, message: str, timestamp_secs: int, body: bytes) -> str:
    """``v1,`` and the base64 of HMAC-SHA-256 over ``id.timestamp.body``."""
    signed = f"{message}.{timestamp_secs}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(webhook_key(secret), signed, "sha256")).decode()


def pause_secs(attempts: int, retry_after: str | None, now: int) -> float | None:
    """How long to wait after this many failed attempts; ``None`` when there is no other.

    A receiver may ask for more time than the schedule gives, up to a day; what it wrote wrong is passed over.
    """
    if attempts > len(PAUSES_SECS):
        return None
    return float(max(PAUSES_SECS[attempts - 1], min(_asked_secs(retry_after, now), LONGEST_PAUSE_SECS)))


def _asked_secs(retry_after: str | None, now: int) -> float:
    if retry_after is None:
        return 0.0
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        return (parsedate_to_datetime(retry_after) - datetime.fromtimestamp(now, UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
