"""Exports: a snapshot written in any format, with what the format could not carry."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from assay.domain.asset import read_url
from assay.domain.labeler import Principal
from assay.domain.ontology import Ontology
from assay.domain.snapshot import Snapshot
from assay.errors import Invalid, NotFound, TooLarge
from assay.formats import find_format
from assay.formats.bundle import FileBundle
from assay.formats.format import Format, Notes, Record
from assay.formats.json_stream import write_value
from assay.formats.pipeline import read_records, write_records
from assay.formats.sink import FolderSink
from assay.service.asset import declared_type
from assay.service.engine import Engine
from assay.service.reading import in_thread, readable
from assay.service.snapshot import find_snapshot
from assay.service.zip_stream import ZipStream
from assay.store.blob import key

MAX_SNAPSHOT_BYTES = 64 << 30
MAX_MEDIA_BYTES = 8 << 30
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Export:
    """A file on its way out. ``size_bytes`` is ``None`` where it is made as it is sent."""

    name: str
    media_type: str
    size_bytes: int | None
    notes: tuple[str, ...]
    chunks: AsyncIterator[bytes]


async def export_snapshot(
    engine: Engine, principal: Principal, snapshot: UUID, format_name: str, *, media: bool
) -> Export:
    """A snapshot as one file, or as a zip archive where the format has several or media come with it.

    The labels are written before the first byte leaves, so that whatever is wrong is said as an error and the
    notes are complete; media are fetched while they are sent. Raises ``Invalid`` (``format.unknown``) and
    ``Unsupported`` (``format.unsupported``).
    """
    chosen = find_format(format_name)
    async with engine.database.transaction(principal.organization) as tx:
        found = await find_snapshot(tx, principal, snapshot)
        schema = await engine.schema(tx, principal.organization, found.project, found.ontology_version)
    folder = tempfile.TemporaryDirectory(prefix="assay-export-")
    run = _Export(
        engine=engine,
        principal=principal,
        snapshot=found,
        chosen=chosen,
        ontology=schema.ontology,
        root=Path(folder.name),
    )
    try:
        notes = await run.write_labels()
    except BaseException:
        folder.cleanup()
        raise
    written = await asyncio.to_thread(run.files)
    is_alone = len(written) == 1 and "/" not in written[0] and not media
    chunks = run.file(written[0]) if is_alone else run.archive(written, notes, media=media)
    return Export(
        name=f"{found.id}{Path(written[0]).suffix}" if is_alone else f"{found.id}.{chosen.name}.zip",
        media_type=(
            declared_type(written[0]) or "application/octet-stream" if is_alone else "application/zip"
        ),
        size_bytes=(run.labels / written[0]).stat().st_size if is_alone else None,
        notes=notes.lines(),
        chunks=_then_remove(chunks, folder),
    )


@dataclass(frozen=True, kw_only=True)
class _Export:
    """One export, in a folder of its own."""

    engine: Engine
    principal: Principal
    snapshot: Snapshot
    chosen: Format
    ontology: Ontology
    root: Path

    @property
    def labels(self) -> Path:
        """Where the format's own files are written."""
        return self.root / "labels"

    async def write_labels(self) -> Notes:
        self.labels.mkdir()
        path = key(str(self.principal.organization), self.snapshot.sha256)
        async with self.engine.blobs.as_file(path, max_bytes=MAX_SNAPSHOT_BYTES) as lines:
            return await asyncio.to_thread(self._write, lines)

    def _write(self, lines: Path) -> Notes:
        with closing(self._records(lines)) as records:
            return write_records(self.chosen, self.ontology, records, FolderSink(self.labels))

    def _records(self, lines: Path) -> Generator[Record, None, None]:
        """The snapshot's lines; media under the names they have in this format's bundle."""
        bundle = FileBundle(lines, "snapshot.jsonl")
        folder = self.chosen.media_folder
        for record in readable(read_records(find_format("jsonl"), bundle, self.ontology, Notes())):
            yield replace(record, media={field: folder + name for field, name in record.media.items()})

    def files(self) -> list[str]:
        """What the format wrote, by name."""
        found = (path for path in self.labels.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.labels).as_posix() for path in found)

    async def file(self, name: str) -> AsyncIterator[bytes]:
        with (self.labels / name).open("rb") as stream:
            while chunk := await asyncio.to_thread(stream.read, _CHUNK_BYTES):
                yield chunk

    async def archive(self, names: list[str], notes: Notes, *, media: bool) -> AsyncIterator[bytes]:
        """Everything in one zip, made as it is sent; what was not carried comes last."""
        archive = ZipStream()
        for name in names:
            async for chunk in archive.add(name, self.file(name), compress=True):
                yield chunk
        if media:
            async for chunk in self._media(archive, notes):
                yield chunk
        told = write_value({"format": self.chosen.name, "notes": notes.lines()}).encode()
        async for chunk in archive.add("NOTES.json", _once(told), compress=True):
            yield chunk
        yield archive.close()

    async def _media(self, archive: ZipStream, notes: Notes) -> AsyncIterator[bytes]:
        organization = str(self.principal.organization)
        path = key(organization, self.snapshot.sha256)
        async with self.engine.blobs.as_file(path, max_bytes=MAX_SNAPSHOT_BYTES) as lines:
            with closing(self._records(lines)) as records:
                async for record in in_thread(records):
                    for field, name in record.media.items():
                        url = read_url(record.item.fields[field]["url"])
                        opening = self.engine.references.open(organization, url, max_bytes=MAX_MEDIA_BYTES)
                        try:
                            opened = await opening.__aenter__()
                        except (Invalid, NotFound, TooLarge):
                            notes.add("media files left out: they could not be opened")
                            continue
                        try:
                            async for chunk in archive.add(name, opened.chunks, compress=False):
                                yield chunk
                        finally:
                            await opening.__aexit__(None, None, None)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _then_remove(
    chunks: AsyncIterator[bytes], folder: tempfile.TemporaryDirectory[str]
) -> AsyncIterator[bytes]:
    try:
        async for chunk in chunks:
            yield chunk
    finally:
        # Not awaited: when the client went away this runs in a scope that is cancelled already.
        folder.cleanup()
