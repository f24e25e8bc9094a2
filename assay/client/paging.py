"""Lists that go on by themselves, page by page, and streams of NDJSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, TypeVar

from assay.client.request import NDJSON, Plan, Request, ask, get, query, read_object
from assay.client.session import AsyncSession, Session

T = TypeVar("T")
Read = Callable[[Mapping[str, Any]], T]


def page(at: str, cursor: str | None, filters: Mapping[str, object]) -> Plan[tuple[list[Any], str | None]]:
    """One page: its items, and where the next begins."""
    answer = yield from ask(get(at, cursor=cursor, **filters))
    document = answer.json()
    return document.get("items", []), document.get("next_cursor")


def pages(session: Session, at: str, read: Read[T], **filters: object) -> Iterator[T]:
    """Every item of a list; a page is fetched when it is reached."""
    cursor: str | None = None
    while True:
        items, cursor = session.run(page(at, cursor, filters))
        yield from map(read, items)
        if cursor is None:
            return


async def async_pages(session: AsyncSession, at: str, read: Read[T], **filters: object) -> AsyncIterator[T]:
    """The same on an event loop."""
    cursor: str | None = None
    while True:
        items, cursor = await session.run(page(at, cursor, filters))
        for item in items:
            yield read(item)
        if cursor is None:
            return


def lines(session: Session, at: str, read: Read[T], **filters: object) -> Iterator[T]:
    """Every line of an NDJSON answer, holding one at a time."""
    with session.stream(_stream(at, filters)) as answer:
        splitter = Lines()
        for chunk in answer.chunks:
            for line in splitter.feed(chunk):
                yield read(read_object(line))
        for line in splitter.rest():
            yield read(read_object(line))


async def async_lines(session: AsyncSession, at: str, read: Read[T], **filters: object) -> AsyncIterator[T]:
    """The same on an event loop."""
    async with session.stream(_stream(at, filters)) as answer:
        splitter = Lines()
        async for chunk in answer.chunks:
            for line in splitter.feed(chunk):
                yield read(read_object(line))
        for line in splitter.rest():
            yield read(read_object(line))


class Lines:
    """Puts lines together again that arrive in chunks."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that this chunk ends."""
        if b"\n" not in chunk:
            self._parts.append(chunk)
            return []
        *ended, rest = b"".join([*self._parts, chunk]).split(b"\n")
        self._parts = [rest]
        return [line for line in ended if line.strip()]

    def rest(self) -> list[bytes]:
        """The last line, if nothing ended it."""
        last = b"".join(self._parts)
        self._parts = []
        return [last] if last.strip() else []


def _stream(at: str, filters: Mapping[str, object]) -> Request:
    return Request(method="GET", path=at, params=query(filters), headers={"Accept": NDJSON}, slow=True)
