"""Annotations that were made elsewhere, imported as votes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from typing import Any

from assay.client.item import ImportReport, Progress, stream_lines
from assay.client.request import Plan, ask, encode, path
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value

_REPORT_EVERY = 1000


def add(
    project: str, annotations: Iterable[Mapping[str, Any]], on_error: str, progress: Progress
) -> Plan[ImportReport]:
    """Send annotations as one stream, by way of a temporary file."""
    with tempfile.TemporaryFile(prefix="assay-annotations-") as spool:
        for count, annotation in enumerate(annotations, start=1):
            spool.write(encode(annotation) + b"\n")
            if not count % _REPORT_EVERY:
                progress("read", count, None)
        at = path("projects", project, "annotations")
        answer = yield from ask(stream_lines(at, spool, on_error, progress))
    return read_value(ImportReport, answer.json())


class Annotations:
    """``project.annotations``"""

    def __init__(self, session: Session, project: str) -> None:
        self._session = session
        self._project = project

    def add(
        self,
        annotations: Iterable[Mapping[str, Any]],
        *,
        on_error: str = "abort",
        progress: Progress = lambda stage, done, total: None,
    ) -> ImportReport:
        """Import ``{external_id, labeler, label, created_at?}``. They count as votes and take no slot.

        ``labeler`` is an id, or a name that is made a labeler when it is unknown.
        """
        return self._session.run(add(self._project, annotations, on_error, progress))


class AsyncAnnotations:
    """``project.annotations`` on an event loop."""

    def __init__(self, session: AsyncSession, project: str) -> None:
        self._session = session
        self._project = project

    async def add(
        self,
        annotations: Iterable[Mapping[str, Any]],
        *,
        on_error: str = "abort",
        progress: Progress = lambda stage, done, total: None,
    ) -> ImportReport:
        """As :meth:`Annotations.add`; the source is read in a thread."""
        plan = add(self._project, annotations, on_error, progress)
        return await self._session.run(plan, reads_files=True)
