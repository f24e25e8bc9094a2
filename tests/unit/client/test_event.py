"""Following events: whatever cuts the stream, each event comes once and in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import aclosing
from itertools import islice

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assay
from assay.client.event import Reading, Wanted
from assay.errors import Invalid, Unavailable


def told(cursor: str) -> bytes:
    """One event as the server writes it."""
    event = {
        "cursor": cursor,
        "kind": "task.resolved",
        "project": None,
        "subject": "t",
        "body": {},
        "at": "2026-01-01T00:00:00Z",
    }
    return b"id: %s\nevent: task.resolved\ndata: %s\n\n" % (cursor.encode(), json.dumps(event).encode())


def sign(cursor: str) -> bytes:
    """A sign of life, behind what the filter left out."""
    return b": here\nid: %s\n\n" % cursor.encode()


def cut(raw: bytes) -> Callable[[httpx.Request], httpx.Response]:
    """A stream that is lost after these bytes."""

    class Lost(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield raw
            raise httpx.ReadError("reset")

        async def __aiter__(self):  # type: ignore[no-untyped-def]
            yield raw
            raise httpx.ReadError("reset")

    return lambda request: httpx.Response(200, stream=Lost())


def asked_from(fake: assay.FakeTransport) -> list[str | None]:
    return [request.headers.get("last-event-id") for request in fake.requests]


@given(st.lists(st.integers(1, 40), min_size=1))
def test_events_come_whole_however_the_stream_is_cut(cuts: list[int]) -> None:
    raw = told("1") + sign("2") + told("3") + told("4") + sign("5")
    reading, found, start, turn = Reading(Wanted()), [], 0, 0
    reading.request()
    while start < len(raw):
        size = cuts[turn % len(cuts)]
        found += reading.feed(raw[start : start + size])
        start, turn = start + size, turn + 1
    assert [event.cursor for event in found] == ["1", "3", "4"]
    assert reading.request().headers["Last-Event-ID"] == "5"


@pytest.mark.parametrize("length", range(len(told("2"))))
def test_what_was_cut_off_is_asked_for_again(length: int) -> None:
    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/events", cut(told("1") + told("2")[:length]), [told("2"), sign("2")])
    with assay.Client("http://assay.test", "key", transport=fake, sleep=lambda _: None) as client:
        found = list(islice(client.events(kinds=["task.resolved", "task.open"]), 2))
    assert [event.cursor for event in found] == ["1", "2"]
    assert asked_from(fake) == [None, "1"]
    assert fake.requests[0].url.params.get_list("kind") == ["task.resolved", "task.open"]


def test_the_event_loop_resumes_too_and_a_stream_that_ended_is_opened_again() -> None:
    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/events", cut(told("1") + b"id: 2\nev"), [told("2"), sign("3")], [told("4")])

    async def pause(_: float) -> None:
        """Goes on at once."""

    async def follow() -> list[str]:
        found = []
        async with (
            assay.AsyncClient("http://assay.test", "key", transport=fake, sleep=pause) as client,
            aclosing(client.events(cursor="0")) as events,
        ):
            async for event in events:
                found.append(event.cursor)
                if event.cursor == "4":
                    break
        return found

    assert asyncio.run(follow()) == ["1", "2", "4"]
    assert asked_from(fake) == ["0", "1", "3"]


def test_a_server_that_stays_away_is_said_and_a_refusal_is_not_asked_again() -> None:
    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/events", cut(told("1")), httpx.ConnectError("refused"))
    with assay.Client("http://assay.test", "key", transport=fake, sleep=lambda _: None) as client:
        events = client.events()
        assert next(events).cursor == "1"
        with pytest.raises(Unavailable, match="did not answer"):
            next(events)
        fake.answer("GET", "/v1/events", Invalid("field.invalid", "kind is one of …"))
        with pytest.raises(Invalid):
            next(client.events(kinds=["task.done"]))


def test_what_there_is_ends_with_an_empty_page() -> None:
    fake = assay.FakeTransport()
    event = json.loads(told("1").split(b"data: ")[1])
    fake.answer(
        "GET", "/v1/events", {"items": [event], "next_cursor": "1"}, {"items": [], "next_cursor": "9"}
    )
    with assay.Client("http://assay.test", "key", transport=fake) as client:
        assert [one.cursor for one in client.events(follow=False)] == ["1"]
    assert [request.url.params.get("cursor") for request in fake.requests] == [None, "1"]
