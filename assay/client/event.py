"""Events: what happened, followed over lost connections and restarts of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from assay.client.paging import page
from assay.client.request import Request, path, query, read_object
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value
from assay.errors import Unavailable

AT = path("events")
STREAM = "text/event-stream"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened. ``cursor`` is where to go on from after it."""

    cursor: str
    kind: str
    project: str | None
    subject: str
    body: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which events, and from where: behind ``cursor``, else from the ``since`` ``"start"`` or ``"now"``."""

    project: str | None = None
    kinds: Sequence[str] = ()
    cursor: str | None = None
    since: str = "start"

    def filters(self) -> dict[str, Any]:
        """As query parameters; ``kind`` is repeated."""
        return {"project": self.project, "kind": list(self.kinds) or None, "since": self.since}


_read = partial(read_value, Event)


class Reading:
    """Reads streams of server-sent events one after another, and remembers the place for the next.

    The place moves with each id that came whole, so also past what the filter left out (WHATWG HTML §9.2.6).
    """

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._place = wanted.cursor
        self._begun = b""

    def request(self) -> Request:
        """What to ask for now: everything behind the place. A message that was cut off is told again."""
        self._begun = b""
        headers = {"Accept": STREAM} | ({"Last-Event-ID": self._place} if self._place else {})
        return Request(method="GET", path=AT, params=query(self._wanted.filters()), headers=headers)

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that this chunk ends; it may be cut anywhere."""
        *messages, self._begun = (self._begun + chunk).split(b"\n\n")
        found = []
        for message in messages:
            told = dict(line.partition(b": ")[::2] for line in message.split(b"\n"))
            if b"data" in told:
                found.append(_read(read_object(told[b"data"])))
            if b"id" in told:
                self._place = told[b"id"].decode()
        return found


def events(session: Session, wanted: Wanted, *, follow: bool) -> Iterator[Event]:
    """What happened, and with ``follow`` what happens, for as long as it is read."""
    if not follow:
        yield from _past(session, wanted)
        return
    reading = Reading(wanted)
    while True:
        with session.stream(reading.request()) as answer:
            try:
                for chunk in answer.chunks:
                    yield from reading.feed(chunk)
            except Unavailable:
                pass  # broken off: the next stream goes on where this one ended, or says why it cannot
        session.pause(session.settings.retry.first_wait_secs)


async def async_events(session: AsyncSession, wanted: Wanted, *, follow: bool) -> AsyncIterator[Event]:
    """The same on an event loop."""
    if not follow:
        async for event in _async_past(session, wanted):
            yield event
        return
    reading = Reading(wanted)
    while True:
        async with session.stream(reading.request()) as answer:
            try:
                async for chunk in answer.chunks:
                    for event in reading.feed(chunk):
                        yield event
            except Unavailable:
                pass  # as above
        await session.pause(session.settings.retry.first_wait_secs)


def _past(session: Session, wanted: Wanted) -> Iterator[Event]:
    cursor = wanted.cursor
    while True:
        items, cursor = session.run(page(AT, cursor, wanted.filters()))
        yield from map(_read, items)
        if not items:
            return


async def _async_past(session: AsyncSession, wanted: Wanted) -> AsyncIterator[Event]:
    cursor = wanted.cursor
    while True:
        items, cursor = await session.run(page(AT, cursor, wanted.filters()))
        for item in items:
            yield _read(item)
        if not items:
            return
