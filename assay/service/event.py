"""Events: an organisation's feed by pages, or followed as it grows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from assay.domain.event import START, Event, EventFilter, EventKind, Place
from assay.domain.labeler import Principal, Role
from assay.errors import Gone, Invalid, Malformed
from assay.service.access import project_of, require
from assay.service.engine import Engine
from assay.store import event as event_store
from assay.store.queries import stored_json

PAGE_EVENTS = 100
SIGN_OF_LIFE_SECS = 15.0
"""How long a follower may hear nothing."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some events, and the place behind them. Without events it is a sign of life."""

    events: list[Event]
    place: Place
    cursor: str


async def event_page(
    engine: Engine, principal: Principal, wanted: EventFilter, after: Place, limit: int
) -> Batch:
    """Up to ``limit`` events after a place. For reviewers and above, as far as they see projects.

    Where nothing is left, the place behind it is the feed's end as it is now, so that a filter that lets
    little through does not read the same rows again and again.
    """
    require(principal, Role.REVIEWER)
    async with engine.database.transaction(principal.organization) as tx:
        if wanted.project is not None:
            await project_of(tx, principal, wanted.project)
        below = await event_store.horizon(tx)
        rows = await event_store.page(tx, principal, wanted, after, below, limit)
    end = Place(xid=below, seq=0)
    place = _place(rows[-1]) if len(rows) == limit else max(after, end)
    events = [_event(engine, principal, row) for row in rows]
    return Batch(events=events, place=place, cursor=cursor_of(engine, principal.organization, place))


async def follow(
    engine: Engine, principal: Principal, wanted: EventFilter, after: Place, *, secs: float
) -> AsyncIterator[Batch]:
    """Events as they are settled, for ``secs`` or until this process is about to end.

    Read in pages by the follower's own pace, so a slow one costs one page of memory.
    """
    clock = engine.monotonic
    end = clock() + secs
    async with engine.feed_watch.following(principal.organization) as follower:
        while not follower.closing:
            batch = await event_page(engine, principal, wanted, after, PAGE_EVENTS)
            after = batch.place
            yield batch
            if len(batch.events) == PAGE_EVENTS:
                continue
            left = end - clock()
            if left <= 0:
                return
            await follower.wait(min(SIGN_OF_LIFE_SECS, left))


async def place_of(engine: Engine, principal: Principal, cursor: str | None, *, from_start: bool) -> Place:
    """Where to begin: behind a cursor, at the start of what is kept, or now.

    Raises ``Malformed`` (``cursor.invalid``), ``Gone`` (``cursor.expired``).
    """
    if cursor is not None:
        try:
            place = Place.parse(engine.secrets.read_cursor(_scope(principal.organization), cursor))
        except ValueError:
            raise Malformed("cursor.invalid", "this is no cursor of events", pointer="/cursor") from None
        async with engine.database.system() as tx:
            gone = await event_store.start(tx)
        if place < gone:
            # Going on from what is left would pass over what was deleted, and nobody would know.
            raise Gone("cursor.expired", f"events are kept for {engine.event_days} days; these are gone")
        return place
    if from_start:
        return START
    async with engine.database.transaction(principal.organization) as tx:
        return Place(xid=await event_store.horizon(tx), seq=0)


def read_kinds(kinds: Sequence[str], pointer: str = "/kind") -> tuple[EventKind, ...] | None:
    """The kinds a reader asked for; none means all. Raises ``Invalid`` for what is no kind."""
    known = {kind.value for kind in EventKind}
    for kind in kinds:
        if kind not in known:
            raise Invalid("field.invalid", f"kind is one of {', '.join(sorted(known))}", pointer=pointer)
    return tuple(EventKind(kind) for kind in kinds) or None


def cursor_of(engine: Engine, organization: UUID, place: Place) -> str:
    """A place that this organisation's readers may come back to."""
    return engine.secrets.sign_cursor(_scope(organization), str(place))


def _scope(organization: UUID) -> str:
    return f"events of {organization}"


def _place(row: asyncpg.Record) -> Place:
    return Place(xid=int(row["xid"]), seq=row["seq"])


def _event(engine: Engine, principal: Principal, row: asyncpg.Record) -> Event:
    return Event(
        cursor=cursor_of(engine, principal.organization, _place(row)),
        kind=row["kind"],
        project=row["project"],
        subject=row["subject"],
        body=stored_json(row["body"]),
        at=row["at"],
    )
