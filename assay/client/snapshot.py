"""Snapshots: immutable versions of a project's data, exported to files or read for training."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from assay.client.certificate import Audit, Certificate, audit, certificate, page_request
from assay.client.dataset import SnapshotDataset, read_ray
from assay.client.file import write_chunks, write_chunks_async
from assay.client.paging import async_pages, pages
from assay.client.request import Plan, Request, ask, get, path, post, query
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class SnapshotData:
    """What a snapshot holds: so many items, and the SHA-256 that names their content.

    ``gold`` says whether gold is in it; objects less probable than ``min_probability`` are not.
    """

    id: str
    project: str
    name: str | None
    sha256: str
    size_bytes: int
    items: int
    ontology_version: int
    gold: bool
    min_probability: float
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Export:
    """A file that was written; ``notes`` say what its format could not carry."""

    path: Path
    notes: tuple[str, ...]


_read = partial(read_value, SnapshotData)


def create(project: str, options: Mapping[str, Any]) -> Plan[SnapshotData]:
    """Freeze a project's data."""
    given = {key: value for key, value in options.items() if value is not None}
    return _read((yield from ask(post(path("projects", project, "snapshots"), given, slow=True))).json())


def find(snapshot: str) -> Plan[SnapshotData]:
    """One snapshot."""
    return _read((yield from ask(get(path("snapshots", snapshot)))).json())


def export_request(snapshot: str, format_name: str, media: bool) -> Request:
    """What asks for a snapshot in a format."""
    return Request(
        method="GET",
        path=path("snapshots", snapshot, "export"),
        params=query({"format": format_name, "media": media}),
        headers={"Accept": "*/*"},
        slow=True,
    )


class Snapshot:
    """An immutable version of a project's data."""

    def __init__(self, session: Session, data: SnapshotData) -> None:
        self._session = session
        self.data = data
        self.id = data.id

    def export(self, format: str, to: str | os.PathLike[str], *, media: bool = False) -> Export:
        """Write it to a file, which appears when it is whole: ``snapshot.export("coco", "labels.json")``.

        Formats of several files come as one zip archive, and so do all with ``media``, which brings pictures
        along. Raises ``Unsupported`` (``format.unsupported``) where a format carries none of the questions.
        """
        with self._session.stream(export_request(self.id, format, media)) as answer:
            return Export(path=write_chunks(to, answer.chunks), notes=_notes(answer.headers))

    def to_torch(
        self, folder: str | os.PathLike[str], *, transform: Callable[[dict[str, Any]], Any] | None = None
    ) -> SnapshotDataset:
        """A map-style data set for ``torch.utils.data.DataLoader``, kept as a file in ``folder``."""
        kept = _kept(folder, self.data)
        if not kept.exists():
            self.export("jsonl", kept)
        return SnapshotDataset(kept, transform=transform)

    def to_ray(self, folder: str | os.PathLike[str]) -> Any:
        """A ``ray.data.Dataset``. Raises ``Unavailable`` (``extra.missing``) where Ray is not installed."""
        kept = _kept(folder, self.data)
        if not kept.exists():
            self.export("jsonl", kept)
        return read_ray(kept)

    def audit(
        self,
        audits: int,
        *,
        target: float | None = None,
        confidence: float | None = None,
        least_similarity: float | None = None,
    ) -> Audit:
        """Have ``audits`` of its items audited: drawn by design, answered blind by reviewers.

        Asking for more draws more. The audit ends early once an accuracy of ``target`` is certain.
        ``confidence`` (0.95) and ``least_similarity`` (0.75, of objects) are settled the first time.
        """
        options = {
            "audits": audits,
            "target": target,
            "confidence": confidence,
            "least_similarity": least_similarity,
        }
        return self._session.run(audit(self.id, options))

    def certificate(self, slice: str | None = None) -> Certificate:
        """How right it is, with a bound and its evidence, signed.

        Of a slice: ``"label.topic=sports"`` or ``"metadata.source=web"``.
        """
        return self._session.run(certificate(self.id, slice))

    def certificate_page(self, to: str | os.PathLike[str], slice: str | None = None) -> Path:
        """The same as a page for people, written to a file; a browser prints it."""
        with self._session.stream(page_request(self.id, slice)) as answer:
            return write_chunks(to, answer.chunks)

    def __repr__(self) -> str:
        return f"Snapshot(id={self.id!r}, items={self.data.items})"


class AsyncSnapshot:
    """An immutable version of a project's data, on an event loop."""

    def __init__(self, session: AsyncSession, data: SnapshotData) -> None:
        self._session = session
        self.data = data
        self.id = data.id

    async def export(self, format: str, to: str | os.PathLike[str], *, media: bool = False) -> Export:
        """As :meth:`Snapshot.export`."""
        async with self._session.stream(export_request(self.id, format, media)) as answer:
            return Export(path=await write_chunks_async(to, answer.chunks), notes=_notes(answer.headers))

    async def audit(
        self,
        audits: int,
        *,
        target: float | None = None,
        confidence: float | None = None,
        least_similarity: float | None = None,
    ) -> Audit:
        """As :meth:`Snapshot.audit`."""
        options = {
            "audits": audits,
            "target": target,
            "confidence": confidence,
            "least_similarity": least_similarity,
        }
        return await self._session.run(audit(self.id, options))

    async def certificate(self, slice: str | None = None) -> Certificate:
        """As :meth:`Snapshot.certificate`."""
        return await self._session.run(certificate(self.id, slice))

    async def certificate_page(self, to: str | os.PathLike[str], slice: str | None = None) -> Path:
        """As :meth:`Snapshot.certificate_page`."""
        async with self._session.stream(page_request(self.id, slice)) as answer:
            return await write_chunks_async(to, answer.chunks)

    def __repr__(self) -> str:
        return f"AsyncSnapshot(id={self.id!r}, items={self.data.items})"


class Snapshots:
    """``project.snapshots``"""

    def __init__(self, session: Session, project: str) -> None:
        self._session = session
        self._project = project

    def create(
        self, name: str | None = None, *, gold: bool | None = None, min_probability: float | None = None
    ) -> Snapshot:
        """Freeze the project's resolved labels as they are now.

        Gold stays out unless ``gold``; objects less probable than ``min_probability`` (0.5) are left out.
        """
        options = {"name": name, "gold": gold, "min_probability": min_probability}
        return Snapshot(self._session, self._session.run(create(self._project, options)))

    def get(self, snapshot: str) -> Snapshot:
        """One snapshot, by id."""
        return Snapshot(self._session, self._session.run(find(snapshot)))

    def list(self) -> Iterator[Snapshot]:
        """The project's snapshots, oldest first."""
        found = pages(self._session, path("projects", self._project, "snapshots"), _read)
        return (Snapshot(self._session, data) for data in found)


class AsyncSnapshots:
    """``project.snapshots`` on an event loop."""

    def __init__(self, session: AsyncSession, project: str) -> None:
        self._session = session
        self._project = project

    async def create(
        self, name: str | None = None, *, gold: bool | None = None, min_probability: float | None = None
    ) -> AsyncSnapshot:
        """As :meth:`Snapshots.create`."""
        options = {"name": name, "gold": gold, "min_probability": min_probability}
        return AsyncSnapshot(self._session, await self._session.run(create(self._project, options)))

    async def get(self, snapshot: str) -> AsyncSnapshot:
        """One snapshot, by id."""
        return AsyncSnapshot(self._session, await self._session.run(find(snapshot)))

    async def list(self) -> AsyncIterator[AsyncSnapshot]:
        """The project's snapshots, oldest first."""
        async for data in async_pages(self._session, path("projects", self._project, "snapshots"), _read):
            yield AsyncSnapshot(self._session, data)


def _notes(headers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(json.loads(headers.get("assay-notes", "[]")))


def _kept(folder: str | os.PathLike[str], data: SnapshotData) -> Path:
    return Path(folder) / f"{data.sha256}.jsonl"
