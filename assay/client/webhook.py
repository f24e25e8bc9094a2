"""Webhooks: addresses that are told of events, and what became of each telling."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from assay.client.paging import async_pages, pages
from assay.client.request import Plan, Request, ask, get, path, post, send
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that is told of events. ``secret`` is there only in the answer that made it."""

    id: str
    url: str
    project: str | None
    kinds: tuple[str, ...] | None
    state: str
    reason: str | None
    secret_version: int
    previous_until: datetime | None
    created_at: datetime
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One event for one webhook; ``status`` and ``error`` are of the last attempt."""

    id: str
    kind: str
    project: str | None
    subject: str
    at: datetime
    state: str
    attempts: int
    next_at: datetime | None
    status: int | None
    error: str | None
    ended_at: datetime | None


_read = partial(read_value, Webhook)
_read_delivery = partial(read_value, Delivery)


def create(url: str, project: str | None, kinds: Sequence[str] | None) -> Plan[Webhook]:
    """Make a webhook."""
    given = {"project": project, "kinds": list(kinds) if kinds is not None else None}
    body = {"url": url} | {key: value for key, value in given.items() if value is not None}
    return _read((yield from ask(post(path("webhooks"), body))).json())


def find(webhook: str) -> Plan[Webhook]:
    """One webhook."""
    return _read((yield from ask(get(path("webhooks", webhook)))).json())


def change(webhook: str, changes: dict[str, Any]) -> Plan[Webhook]:
    """Change what is mentioned."""
    return _read((yield from ask(send("PATCH", path("webhooks", webhook), changes))).json())


def rotate(webhook: str, overlap_secs: int) -> Plan[Webhook]:
    """Go on to the next secret."""
    body = {"overlap_seconds": overlap_secs}
    return _read((yield from ask(post(path("webhooks", webhook, "secret"), body))).json())


def delete(webhook: str) -> Plan[None]:
    """Forget a webhook."""
    yield from ask(Request(method="DELETE", path=path("webhooks", webhook)))


def replay(webhook: str, deliveries: Sequence[str] | None) -> Plan[int]:
    """Try dead deliveries anew."""
    body = {"deliveries": list(deliveries) if deliveries is not None else None}
    answer = yield from ask(post(path("webhooks", webhook, "replays"), body))
    return int(answer.json()["replayed"])


class Webhooks:
    """``client.webhooks``"""

    def __init__(self, session: Session) -> None:
        self._session = session

    def create(self, url: str, *, project: str | None = None, kinds: Sequence[str] | None = None) -> Webhook:
        """Have an address told of what happens from now on; the answer holds its secret, this once."""
        return self._session.run(create(url, project, kinds))

    def get(self, webhook: str) -> Webhook:
        """One webhook, by id."""
        return self._session.run(find(webhook))

    def list(self) -> Iterator[Webhook]:
        """All webhooks of your organisation, oldest first."""
        return pages(self._session, path("webhooks"), _read)

    def update(self, webhook: str, **changes: Any) -> Webhook:
        """Change ``url``, ``kinds`` or ``state`` (active or disabled); what is not named stays."""
        return self._session.run(change(webhook, changes))

    def rotate_secret(self, webhook: str, *, overlap_secs: int = 86_400) -> Webhook:
        """Go on to the next secret, in the answer this once; both sign until the overlap ends."""
        return self._session.run(rotate(webhook, overlap_secs))

    def delete(self, webhook: str) -> None:
        """Forget a webhook and its deliveries."""
        self._session.run(delete(webhook))

    def deliveries(self, webhook: str, *, state: str | None = None) -> Iterator[Delivery]:
        """What was told, oldest first; those with ``state="dead"`` were given up."""
        return pages(self._session, path("webhooks", webhook, "deliveries"), _read_delivery, state=state)

    def replay(self, webhook: str, deliveries: Sequence[str] | None = None) -> int:
        """Try dead deliveries anew, those named or all; how many."""
        return self._session.run(replay(webhook, deliveries))


class AsyncWebhooks:
    """``client.webhooks`` on an event loop."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def create(
        self, url: str, *, project: str | None = None, kinds: Sequence[str] | None = None
    ) -> Webhook:
        """Have an address told of what happens from now on; the answer holds its secret, this once."""
        return await self._session.run(create(url, project, kinds))

    async def get(self, webhook: str) -> Webhook:
        """One webhook, by id."""
        return await self._session.run(find(webhook))

    def list(self) -> AsyncIterator[Webhook]:
        """All webhooks of your organisation, oldest first."""
        return async_pages(self._session, path("webhooks"), _read)

    async def update(self, webhook: str, **changes: Any) -> Webhook:
        """Change ``url``, ``kinds`` or ``state`` (active or disabled); what is not named stays."""
        return await self._session.run(change(webhook, changes))

    async def rotate_secret(self, webhook: str, *, overlap_secs: int = 86_400) -> Webhook:
        """Go on to the next secret, in the answer this once; both sign until the overlap ends."""
        return await self._session.run(rotate(webhook, overlap_secs))

    async def delete(self, webhook: str) -> None:
        """Forget a webhook and its deliveries."""
        await self._session.run(delete(webhook))

    def deliveries(self, webhook: str, *, state: str | None = None) -> AsyncIterator[Delivery]:
        """What was told, oldest first; those with ``state="dead"`` were given up."""
        return async_pages(
            self._session, path("webhooks", webhook, "deliveries"), _read_delivery, state=state
        )

    async def replay(self, webhook: str, deliveries: Sequence[str] | None = None) -> int:
        """Try dead deliveries anew, those named or all; how many."""
        return await self._session.run(replay(webhook, deliveries))
