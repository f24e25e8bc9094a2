"""Imports: staged in chunks that nobody sees, published at the end, or removed without a trace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from assay.crash_point import crash_point
from assay.domain.event import EventKind
from assay.domain.labeler import Principal, Role
from assay.domain.project import Project
from assay.errors import AssayError, Conflict, Invalid, Unavailable
from assay.labels.schema import Schema
from assay.service.access import project_of, require
from assay.service.engine import Engine
from assay.service.item import CheckedItem, check_item, stage_item
from assay.store import item as item_store
from assay.store import job as job_store
from assay.store import probing as probing_store
from assay.store import record
from assay.store.item import StagedItem

CHUNK_ROWS = 5_000
BREATH_ROWS = 250
"""After so many lines others have a turn, among them the chunk before, on its way into the database."""
BEAT_SECS = 3.0
"""A worker takes an import for dead after several times as long (``worker/rounds.py``)."""
MAX_REPORTED_ERRORS = 1_000
Line = tuple[int, Any | AssayError]
"""A line's number and its parsed value (or a ``CheckedItem``), or why it could not be parsed."""


@dataclass(kw_only=True)
class LineReport:
    """What became of lines; grows while they are read."""

    accepted: int = 0
    existing: int = 0
    rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    first_line: int = 0
    first_error: AssayError | None = None

    def reject(self, line: int, error: AssayError) -> None:
        """Count a line that was refused, in whatever order, and say why while there is room."""
        self.rejected += 1
        if self.first_error is None or line < self.first_line:
            self.first_line, self.first_error = line, error
        if len(self.errors) < MAX_REPORTED_ERRORS:
            told = {"line": line, "code": error.code, "pointer": error.pointer, "detail": error.detail}
            self.errors.append(told | error.extra)

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "accepted": self.accepted,
            "existing": self.existing,
            "rejected": self.rejected,
            "errors": sorted(self.errors, key=lambda told: int(told["line"])),
        }

    def aborted(self) -> AssayError:
        """The refusal of all lines because of those that are wrong."""
        told = {key: value for key, value in self.to_json().items() if key != "accepted"}
        if isinstance(self.first_error, Conflict) and self.first_error.code == "existing":
            first = self.first_error
            return Conflict("existing", first.detail, pointer=first.pointer, extra=told | first.extra)
        return Invalid(
            "import.aborted", f"{self.rejected} of the lines are wrong; nothing was stored", extra=told
        )


@dataclass(kw_only=True)
class ImportReport(LineReport):
    """What became of an import."""

    import_id: UUID

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"import": str(self.import_id)} | super().to_json()


async def import_items(
    engine: Engine, principal: Principal, project: UUID, lines: AsyncIterator[Line], on_error: str
) -> ImportReport:
    """Import items as they stream in, in bounded memory.

    With ``on_error="abort"`` one bad line leaves nothing behind: raises ``Invalid`` (``import.aborted``), or
    ``Conflict`` (``existing``) when that is what was wrong. With ``"skip"`` the good lines are stored.
    """
    report = ImportReport(import_id=engine.ids.new())
    await stage_items(engine, principal, project, lines, on_error, report)
    try:
        await publish_import(engine, principal.organization, report.import_id)
    except BaseException:
        # Where not even the decision to publish was kept, a repeat finds nothing in its way; what has begun
        # stays, and the repeat finishes it.
        await remove_import(engine, principal.organization, report.import_id)
        raise
    crash_point("import.published")
    return report


async def stage_items(
    engine: Engine,
    principal: Principal,
    project: UUID,
    lines: AsyncIterator[Line],
    on_error: str,
    report: ImportReport,
) -> None:
    """Stage an import under the report's id, ready to be published. Raises as :func:`import_items`; nothing
    is left behind then."""
    require(principal, Role.MANAGER)
    async with engine.database.transaction(principal.organization) as tx:
        found = await project_of(tx, principal, project)
        schema = await engine.schema(tx, principal.organization, project, found.ontology_version)
        await item_store.insert_import(
            tx, principal.organization, report.import_id, project, principal.labeler
        )
        await record.audit(tx, principal, "import.start", report.import_id, project=str(project))
    staging = _Staging(engine=engine, principal=principal, project=found, schema=schema, report=report)
    try:
        async with _alive(engine, principal.organization, report.import_id):
            await staging.take(lines)
        if report.rejected and on_error == "abort":
            raise report.aborted()
    except BaseException:
        # Also when the client went away in the middle: what was staged is removed before anything else
        # happens.
        await remove_import(engine, principal.organization, report.import_id)
        raise


async def publish_import(engine: Engine, organization: UUID, import_id: UUID) -> None:
    """Lay the slots of all staged tasks, breadth first, and show the import. Safe to run again after a
    crash, and by several at once. Raises ``Conflict`` (``import.aborted``) when it was removed meanwhile."""
    async with engine.database.transaction(organization) as tx:
        await item_store.set_import_state(tx, organization, import_id, "staging", "publishing")
        chunks = await item_store.chunks(tx, organization, import_id)
    step = 0
    while True:
        async with engine.database.transaction(organization) as tx:
            found = await item_store.find_import(tx, organization, import_id)
            if found is None or found["state"] == "aborted":
                raise _removed()
            if found["state"] != "publishing":
                return
            wanted = await item_store.wanted_labels(tx, organization, found["project"])
            step = found["published_chunks"]
            if step >= len(chunks) * wanted:
                await item_store.set_import_state(tx, organization, import_id, "publishing", "published")
                await record.feed(
                    tx,
                    organization,
                    EventKind.IMPORT_PUBLISHED,
                    found["project"],
                    import_id,
                    accepted=found["accepted"],
                )
                if await probing_store.in_import(tx, organization, found["project"], import_id):
                    await job_store.insert(
                        tx,
                        organization,
                        engine.ids.new(),
                        kind="probe",
                        project=found["project"],
                        labeler=found["labeler"],
                        request={"import": str(import_id)},
                    )
                return
            await item_store.publish_chunk(
                tx,
                organization,
                found["project"],
                import_id,
                chunks[step % len(chunks)],
                step // len(chunks) + 1,
            )
        crash_point("import.publishing")


async def remove_import(engine: Engine, organization: UUID, import_id: UUID) -> None:
    """Remove everything an import staged. Safe to run again after a crash."""
    async with engine.database.transaction(organization) as tx:
        found = await item_store.find_import(tx, organization, import_id)
        if found is None or found["state"] in ("publishing", "published"):
            return
        # First of all: from here on nobody stages or publishes it, however late they wake up.
        await item_store.set_import_state(tx, organization, import_id, "staging", "aborted")
        chunks = await item_store.chunks(tx, organization, import_id)
    for seqs in chunks:
        async with engine.database.transaction(organization) as tx:
            await item_store.remove_chunk(tx, organization, found["project"], import_id, seqs)
    async with engine.database.transaction(organization) as tx:
        await item_store.set_removed(tx, organization, import_id)


@asynccontextmanager
async def _alive(engine: Engine, organization: UUID, import_id: UUID) -> AsyncIterator[None]:
    """Say every few seconds that an import is alive, however slow its lines; a silent one is removed."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(BEAT_SECS)
            with suppress(Unavailable):
                async with engine.database.transaction(organization) as tx:
                    await item_store.set_import_state(tx, organization, import_id, "staging", "staging")

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


def _removed() -> Conflict:
    return Conflict("import.aborted", "the import stood still for too long and was removed")


def _in_flight() -> Unavailable:
    return Unavailable(
        "import.in_flight", "another import of the same items has not ended", retry_after_secs=1
    )


@dataclass(kw_only=True)
class _Staging:
    """One import's way from lines to staged rows, a chunk at a time."""

    engine: Engine
    principal: Principal
    project: Project
    schema: Schema
    report: ImportReport
    chunk_number: int = 0
    refused: int = 0
    """How many lines of the chunk under way the database's view of them refused."""

    async def take(self, lines: AsyncIterator[Line]) -> None:
        """Check the next chunk while the database takes the one before: two are in memory at most."""
        chunk: list[CheckedItem] = []
        under_way = asyncio.create_task(self._stage([]))
        try:
            async for number, value in lines:
                self._check(number, value, chunk)
                if len(chunk) >= CHUNK_ROWS:
                    await under_way
                    under_way = asyncio.create_task(self._stage(chunk))
                    chunk = []
                elif number % BREATH_ROWS == 0:
                    await asyncio.sleep(0)
            await under_way
            await self._stage(chunk)
        finally:
            under_way.cancel()
            await asyncio.gather(under_way, return_exceptions=True)

    def _check(self, number: int, value: Any, chunk: list[CheckedItem]) -> None:
        try:
            if isinstance(value, AssayError):
                raise value
            is_checked = isinstance(value, CheckedItem)
            references = self.engine.references
            chunk.append(value if is_checked else check_item(value, number, self.schema, references))
        except AssayError as error:
            self.report.reject(number, error)

    def _refuse(self, line: int, error: AssayError) -> None:
        self.refused += 1
        self.report.reject(line, error)

    async def _stage(self, chunk: list[CheckedItem]) -> None:
        if not chunk:
            return
        organization = self.principal.organization
        self.refused = 0
        async with self.engine.database.transaction(organization) as tx:
            needed = sorted({sha256 for checked in chunk for sha256 in checked.assets.values()})
            facts = await item_store.assets(tx, organization, needed) if needed else {}
            staged = self._ready(chunk, facts)
            new = await item_store.insert_items(tx, organization, self.project.dataset, staged)
            tasks, existing, unfinished = [s for s in staged if s.item in new], 0, set[UUID]()
            taken = [s for s in staged if s.item not in new]
            if taken:
                found = await item_store.find_existing(
                    tx, organization, self.project.dataset, self.project.id, [s.external_id for s in taken]
                )
                unfinished = self._unfinished(taken, found)
                existing = self._settle(taken, found)
            seqs = await item_store.insert_tasks(
                tx,
                organization,
                self.project.id,
                self.project.ontology_version,
                self.report.import_id,
                self.project.quality.min_labels,
                tasks,
            )
            alive = await item_store.insert_chunk(
                tx,
                organization,
                self.report.import_id,
                self.chunk_number,
                seqs,
                accepted=len(tasks),
                existing=existing,
                rejected=self.refused,
            )
            if not alive:
                raise _removed()
        crash_point("import.staged")
        for other in unfinished:
            await publish_import(self.engine, organization, other)
        self.chunk_number += 1
        self.report.accepted += len(tasks)
        self.report.existing += existing

    def _ready(self, chunk: list[CheckedItem], facts: dict[str, dict[str, Any]]) -> list[StagedItem]:
        ids = self.engine.ids.many(2 * len(chunk))
        staged = []
        for index, checked in enumerate(chunk):
            try:
                staged.append(stage_item(checked, self.schema, facts, ids[2 * index], ids[2 * index + 1]))
            except Invalid as error:
                self._refuse(checked.line, error)
        return staged

    def _unfinished(self, taken: list[StagedItem], found: dict[str, item_store.ExistingItem]) -> set[UUID]:
        """Other imports that must be published before what they bring may be called existing.

        Raises ``Unavailable`` (``import.in_flight``) while one may still be removed: who repeats an import
        whose process died must not be told that its items are there.
        """
        unfinished = set()
        for staged in taken:
            there = found.get(staged.external_id)
            if there is None:  # it was removed a moment ago
                raise _in_flight()
            if there.unpublished is not None and there.unpublished[0] != self.report.import_id:
                if there.unpublished[1] != "publishing":
                    raise _in_flight()
                unfinished.add(there.unpublished[0])
        return unfinished

    def _settle(self, taken: list[StagedItem], found: dict[str, item_store.ExistingItem]) -> int:
        """An equal body is the same item; another body is refused with the id of the one that is there."""
        existing = 0
        for staged in taken:
            there = found[staged.external_id]
            if there.digest == staged.digest:
                existing += 1
            else:
                self._refuse(
                    staged.line,
                    Conflict(
                        "existing",
                        f"an item {staged.external_id!r} is there with another body",
                        pointer="/external_id",
                        extra={"existing": str(there.item)},
                    ),
                )
        return existing
