"""Items: streamed into a project in bounded memory, with the local files they name uploaded first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import IO, Any

from assay.client.item_source import ItemSource, ResolvedLines, read_items
from assay.client.paging import async_pages, pages
from assay.client.request import NDJSON, Plan, Request, ask, path
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value

CHUNK_BYTES = 1 << 20
Progress = Callable[[str, int, int | None], None]
"""Told as work goes on: its stage (``read``, in items; ``send``, in bytes), how much is done, of how much."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item of a project with the state of its task."""

    id: str
    task: str
    external_id: str
    fields: Mapping[str, Any]
    metadata: Mapping[str, Any]
    state: str
    gold: bool
    priority: int
    created_at: datetime
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What became of an import. ``errors`` holds ``{line, code, pointer, detail}`` for what was refused."""

    accepted: int
    existing: int
    rejected: int
    errors: tuple[Mapping[str, Any], ...] = field(default=())


_read = partial(read_value, Item)


def add(
    project: str,
    field_types: Mapping[str, str],
    source: ItemSource,
    on_error: str,
    progress: Progress,
) -> Plan[ImportReport]:
    """Write the items to a temporary file while their local files are uploaded, then send them as one stream.

    No item is sent before the source has ended, so a source that fails leaves none behind; and what was sent
    can be sent again, without asking the source anew.
    """
    with tempfile.TemporaryFile(prefix="assay-items-") as spool:
        count = 0
        for window in ResolvedLines(read_items(source, field_types), field_types):
            for line in (yield from window):
                spool.write(line + b"\n")
                count += 1
            progress("read", count, None)
        answer = yield from ask(stream_lines(path("projects", project, "items"), spool, on_error, progress))
    return read_value(ImportReport, answer.json())


class Items:
    """``project.items``"""

    def __init__(self, session: Session, project: str, field_types: Callable[[], Mapping[str, str]]) -> None:
        self._session = session
        self._project = project
        self._field_types = field_types

    def add(
        self,
        source: ItemSource,
        *,
        on_error: str = "abort",
        progress: Progress = lambda stage, done, total: None,
    ) -> ImportReport:
        """Import items from an iterable of dicts, a ``.jsonl`` or ``.json`` file, or a folder of media files.

        A local path in a media field, given alone or as ``{"url": path}``, is uploaded first and replaced by
        its ``asset:`` URL. It is relative to the items' file and stays below its folder; in an iterable it is
        relative to the working folder. With ``on_error="abort"`` one bad item stores none; with ``"skip"``
        the good ones are stored. Items that are there already with an equal body count as ``existing``.
        """
        return self._session.run(add(self._project, self._field_types(), source, on_error, progress))

    def list(
        self,
        *,
        state: str | None = None,
        external_id: str | None = None,
        gold: bool | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        question: str | None = None,
        answer: str | None = None,
        text: str | None = None,
    ) -> Iterator[Item]:
        """Items in the order they came.

        ``answer`` is the class or value that the best answer to ``question`` is, or contains; ``text`` stands
        in the name or a text; the confidence is that of the least sure answer.
        """
        wanted = {
            "state": state,
            "external_id": external_id,
            "gold": gold,
            "min_confidence": min_confidence,
            "max_confidence": max_confidence,
            "question": question,
            "answer": answer,
            "text": text,
        }
        return pages(self._session, path("projects", self._project, "items"), _read, **wanted)


class AsyncItems:
    """``project.items`` on an event loop."""

    def __init__(
        self, session: AsyncSession, project: str, field_types: Callable[[], Mapping[str, str]]
    ) -> None:
        self._session = session
        self._project = project
        self._field_types = field_types

    async def add(
        self,
        source: ItemSource,
        *,
        on_error: str = "abort",
        progress: Progress = lambda stage, done, total: None,
    ) -> ImportReport:
        """As :meth:`Items.add`; the source is read in a thread."""
        plan = add(self._project, self._field_types(), source, on_error, progress)
        return await self._session.run(plan, reads_files=True)

    def list(
        self,
        *,
        state: str | None = None,
        external_id: str | None = None,
        gold: bool | None = None,
        min_confidence: float | None = None,
        max_confidence: float | None = None,
        question: str | None = None,
        answer: str | None = None,
        text: str | None = None,
    ) -> AsyncIterator[Item]:
        """As :meth:`Items.list`."""
        wanted = {
            "state": state,
            "external_id": external_id,
            "gold": gold,
            "min_confidence": min_confidence,
            "max_confidence": max_confidence,
            "question": question,
            "answer": answer,
            "text": text,
        }
        return async_pages(self._session, path("projects", self._project, "items"), _read, **wanted)


def stream_lines(at: str, spool: IO[bytes], on_error: str, progress: Progress) -> Request:
    """A POST of the lines of an open file, which is read anew each time it is sent."""
    size = spool.seek(0, os.SEEK_END)

    def body() -> Iterator[bytes]:
        spool.seek(0)
        sent = 0
        while chunk := spool.read(CHUNK_BYTES):
            yield chunk
            sent += len(chunk)
            progress("send", sent, size)

    return Request(
        method="POST",
        path=at,
        params={"on_error": on_error},
        headers={"Content-Type": NDJSON, "Content-Length": str(size)},
        body=body,
        slow=True,
    )
