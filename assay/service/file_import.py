"""Imports of whole files and archives, in the background: items, the media beside them, and their labels.

A file is read twice: first its items are staged and published like any import, then its labels are imported
as votes. Both settle by natural key, so that an attempt that a crash cut short is simply taken up again.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from assay.domain.asset import AssetUrl, ItemUrl, read_sha256, read_url
from assay.domain.job import NewImport, StartedJob
from assay.domain.labeler import Principal, Role
from assay.domain.project import check_name
from assay.errors import AssayError, Invalid, NotFound
from assay.formats import find_format
from assay.formats.archive import open_bundle
from assay.formats.bundle import Bundle
from assay.formats.format import Format, Notes, Record
from assay.formats.pipeline import Refusal, read_records
from assay.labels.schema import Schema
from assay.service.access import project_of, require
from assay.service.annotation import import_annotations
from assay.service.asset import MAX_LOOKED_AT_BYTES, find_asset, keep_asset, media_file
from assay.service.engine import Engine
from assay.service.importing import ImportReport, Line, publish_import, remove_import, stage_items
from assay.service.item import check_item
from assay.service.job import advance, create_job, principal_of, save
from assay.service.reading import closable, in_thread
from assay.store import annotation as annotation_store
from assay.store import item as item_store
from assay.store.blob import key
from assay.store.database import Connection
from assay.store.job import RunningJob

BATCH_RECORDS = 64
MAX_SOURCE_BYTES = 8 << 30
LOOK_FIRST_BYTES = 64 << 20
"""A file no larger than this is opened before the job is made, so that most refusals come at once."""


async def check_import(engine: Engine, principal: Principal, project: UUID, new: NewImport) -> None:
    """Refuse at once what can be refused without reading the records.

    Raises ``Invalid`` (``format.unknown``, ``url.*``, ``ref.not_found``, ``archive.path_refused``, …) and
    ``TooLarge`` (``archive.limit``).
    """
    require(principal, Role.MANAGER)
    async with engine.database.transaction(principal.organization) as tx:
        await project_of(tx, principal, project)
    find_format(new.format)
    if new.labeler is not None:
        check_name(new.labeler, "/labeler")
    if new.media is not None:
        engine.references.check(read_url(new.media + "name", "/media"), "/media")
    if (new.asset is None) == (new.url is None):
        raise Invalid("field.invalid", "give either asset or url", pointer="/asset")
    url, pointer = _reference(new)
    async with _naming(pointer):
        if isinstance(url, AssetUrl):
            await _check_asset(engine, principal, new, url)
        else:
            # The answer's head says whether the address may be asked and answers; the job reads the rest.
            async with _open(engine, principal, url):
                return


async def begin_import(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, new: NewImport
) -> StartedJob:
    """The job that a checked import becomes."""
    job = await create_job(engine, tx, principal, "import", project, asdict(new))
    return StartedJob(id=job, job=job)


async def run_import(engine: Engine, job: RunningJob) -> dict[str, Any]:
    """Do an import; the result is its report. Started over, it goes on from what was published.

    Raises ``Invalid`` (``import.aborted``) with the report, or whatever is wrong with the file as a whole.
    """
    new = NewImport(**job.request)
    if job.project is None:
        raise ValueError("an import is into a project")
    principal = await principal_of(engine, job)
    async with engine.database.transaction(job.organization) as tx:
        found = await project_of(tx, principal, job.project)
        schema = await engine.schema(tx, job.organization, job.project, found.ontology_version)
    published = await _earlier(engine, job)
    async with _source(engine, principal, new) as (path, name):
        bundle = await asyncio.to_thread(open_bundle, path, name)
        try:
            run = _FileImport(
                engine=engine, principal=principal, job=job, new=new, schema=schema, bundle=bundle
            )
            report = published or await run.items()
            await publish_import(engine, job.organization, UUID(report["import"]))
            if new.labels == "annotations":
                report["annotations"] = await run.votes({error["line"] for error in report["errors"]})
            records = report["accepted"] + report["existing"] + report["rejected"]
            await advance(engine, job, records, records)
        finally:
            await asyncio.to_thread(bundle.close)
    return report


@dataclass(kw_only=True)
class _FileImport:
    """One attempt at an import, with its file open."""

    engine: Engine
    principal: Principal
    job: RunningJob
    new: NewImport
    schema: Schema
    bundle: Bundle

    @property
    def format(self) -> Format:
        return find_format(self.new.format)

    @property
    def project(self) -> UUID:
        if self.job.project is None:
            raise ValueError("an import is into a project")
        return self.job.project

    async def items(self) -> dict[str, Any]:
        """Stage the file's items; the report, which is remembered before anything is published."""
        report = ImportReport(import_id=self.engine.ids.new())
        await save(self.engine, self.job, {"import": str(report.import_id)})
        notes = Notes()
        await stage_items(
            self.engine,
            self.principal,
            self.project,
            self._lines(notes, report),
            self.new.on_error,
            report,
        )
        told = report.to_json() | {"notes": notes.lines()}
        await save(self.engine, self.job, told)
        return told

    async def votes(self, refused: set[int]) -> dict[str, Any]:
        """Import the file's labels as votes, but for the records that were refused."""

        async def lines() -> AsyncIterator[Line]:
            async for number, record in self._records(Notes()):
                if isinstance(record, Record) and number not in refused:
                    for labeler, label in self._attributed(record):
                        yield (
                            number,
                            {
                                "external_id": record.item.external_id,
                                "labeler": labeler,
                                "label": label,
                            },
                        )

        report = await import_annotations(self.engine, self.principal, self.project, lines(), "skip")
        return report.to_json()

    async def _records(self, notes: Notes) -> AsyncIterator[tuple[int, Record | Refusal]]:
        """The file's records, numbered from 1, read in a thread a few at a time."""
        read = read_records(self.format, self.bundle, self.schema.ontology, notes)
        with closing(closable(read)) as records:
            number = 0
            async for record in in_thread(records):
                number += 1
                yield number, record

    async def _lines(self, notes: Notes, report: ImportReport) -> AsyncIterator[Line]:
        names = frozenset(self.bundle.names)
        async for number, record in self._records(notes):
            if number % BATCH_RECORDS == 1:
                await advance(self.engine, self.job, number - 1)
            try:
                if isinstance(record, Refusal):
                    raise record.error
                labels = self._attributed(record) if self.new.labels == "annotations" else []
                raw = await self._raw(record, names)
                if raw is None:
                    report.existing += 1
                    continue
                checked = check_item(
                    raw,
                    number,
                    self.schema,
                    self.engine.references,
                    votes=[label for _, label in labels],
                )
                yield number, checked
            except AssayError as error:
                error.extra["where"] = record.where
                yield number, error

    async def _raw(self, record: Record, names: frozenset[str]) -> dict[str, Any] | None:
        """The item as one would send it, once the media beside it are kept.

        ``None`` where the file only brings votes on an item that is there.
        """
        item = record.item
        fields = dict(item.fields)
        for field, name in record.media.items():
            if name in names:
                asset = await keep_asset(
                    self.engine,
                    self.principal,
                    _entry(self.bundle, name),
                    name=name,
                    max_bytes=MAX_LOOKED_AT_BYTES,
                )
                fields[field] = {"url": str(AssetUrl(asset.sha256))}
            elif self.new.media is not None:
                fields[field] = {"url": self.new.media + name.rpartition("/")[2]}
            elif field not in fields:
                if self.new.labels == "annotations" and await self._is_there(item.external_id):
                    return None
                raise Invalid(
                    "item.field",
                    f"the bundle does not hold {ascii(name)[:200]}: send both in one archive, or say in "
                    "media where such files lie",
                    pointer=f"/fields/{field}",
                )
        gold = record.label if self.new.labels == "gold" and record.label is not None else item.gold
        optional: dict[str, Any] = {
            "metadata": dict(item.metadata),
            "gold": gold,
            "priority": item.priority,
            "predictions": [asdict(prediction) for prediction in item.predictions],
        }
        kept = {
            name: value for name, value in optional.items() if value or (name == "gold" and value is not None)
        }
        return {"external_id": item.external_id, "fields": fields} | kept

    async def _is_there(self, external_id: str) -> bool:
        async with self.engine.database.transaction(self.job.organization) as tx:
            project = await project_of(tx, self.principal, self.project)
            found = await annotation_store.tasks_by_external_id(
                tx, self.job.organization, project.id, project.dataset, [external_id]
            )
        return bool(found)

    def _attributed(self, record: Record) -> list[tuple[str, Any]]:
        """Who answered what: the labelers the file names, or else one who stands for the file."""
        if record.votes:
            return [(vote.labeler, vote.label) for vote in record.votes]
        if record.label is None:
            return []
        return [(self.new.labeler or self.new.format, record.label)]


async def _earlier(engine: Engine, job: RunningJob) -> dict[str, Any] | None:
    """The report of an earlier attempt that came as far as publishing; less than that is taken away."""
    if job.saved is None:
        return None
    import_id = UUID(job.saved["import"])
    async with engine.database.transaction(job.organization) as tx:
        found = await item_store.find_import(tx, job.organization, import_id)
    if found is not None and found["state"] in ("publishing", "published"):
        return job.saved
    await remove_import(engine, job.organization, import_id)
    return None


def _reference(new: NewImport) -> tuple[ItemUrl, str]:
    """Where the file is, and the key that says so."""
    if new.asset is not None:
        return AssetUrl(read_sha256(new.asset, "/asset")), "/asset"
    return read_url(new.url, "/url"), "/url"


async def _check_asset(engine: Engine, principal: Principal, new: NewImport, url: AssetUrl) -> None:
    asset = await find_asset(engine, principal, url.sha256)
    if asset.size_bytes <= LOOK_FIRST_BYTES:
        async with _source(engine, principal, new) as (path, name):
            bundle = await asyncio.to_thread(open_bundle, path, name)
            await asyncio.to_thread(bundle.close)


@asynccontextmanager
async def _source(engine: Engine, principal: Principal, new: NewImport) -> AsyncIterator[tuple[Path, str]]:
    """The file on disk, and what it is called."""
    url, _ = _reference(new)
    if isinstance(url, AssetUrl):
        asset = await find_asset(engine, principal, url.sha256)
        async with media_file(engine, key(asset.organization, asset.sha256)) as path:
            yield path, _file_name(new.name or asset.name or "import")
        return
    with tempfile.NamedTemporaryFile() as copy:
        async with _open(engine, principal, url) as opened:
            async for chunk in opened.chunks:
                await asyncio.to_thread(copy.write, chunk)
        await asyncio.to_thread(copy.flush)
        yield Path(copy.name), _file_name(new.name or urlsplit(str(url)).path)


def _open(engine: Engine, principal: Principal, url: ItemUrl) -> Any:
    return engine.references.open(
        str(principal.organization), url, max_bytes=MAX_SOURCE_BYTES, pointer="/url"
    )


@asynccontextmanager
async def _naming(pointer: str) -> AsyncIterator[None]:
    """Answers 422 for a reference that leads nowhere: the route itself was found."""
    try:
        yield
    except NotFound as error:
        raise Invalid("ref.not_found", error.detail, pointer=pointer) from None


def _file_name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2][-200:] or "import"


async def _entry(bundle: Bundle, name: str) -> AsyncIterator[bytes]:
    """One file of a bundle, read in a thread."""
    stream = await asyncio.to_thread(bundle.open, name)
    with closing(stream):
        while chunk := await asyncio.to_thread(stream.read, 1 << 20):
            yield chunk
