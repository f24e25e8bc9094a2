"""Annotations from elsewhere: votes by labelers who answered before, checked as those given here."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.labeler import LabelerKind, Principal, Role
from assay.domain.project import Project, check_name
from assay.errors import AssayError, Conflict, Invalid, pointer_token
from assay.labels.schema import Schema
from assay.service.access import project_of, require
from assay.service.engine import Engine
from assay.service.importing import Line, LineReport
from assay.service.lease import field_facts
from assay.service.vote import Vote, check_vote
from assay.store import annotation as annotation_store
from assay.store import labeler as labeler_store
from assay.store import record
from assay.store.annotation import ImportedAnnotation
from assay.store.database import Connection

BATCH_LINES = 500
_SPOOL_BYTES = 1 << 22
_REQUIRED = ("external_id", "labeler", "label")
_KEYS = frozenset({*_REQUIRED, "created_at"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Given:
    """A line whose own form is right."""

    line: int
    external_id: str
    labeler: str
    label: Any
    created_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Checked:
    """A line checked against its task. ``labeler`` is ``None`` for a name nobody bears yet."""

    given: _Given
    task: UUID
    labeler: UUID | None
    vote: Vote


async def import_annotations(
    engine: Engine, principal: Principal, project: UUID, lines: AsyncIterator[Line], on_error: str
) -> LineReport:
    """Import labels given elsewhere, in bounded memory.

    With ``on_error="abort"`` every line is checked before the first is stored: raises ``Invalid``
    (``import.aborted``), or ``Conflict`` (``existing``) when that is what was wrong. With ``"skip"`` the good
    lines are stored. A line that comes again counts as existing, so that an import may be repeated whole.
    """
    require(principal, Role.MANAGER)
    async with engine.database.transaction(principal.organization) as tx:
        found = await project_of(tx, principal, project)
        schema = await engine.schema(tx, principal.organization, project, found.ontology_version)
        await record.audit(tx, principal, "annotation.import", project)
    run = _Run(engine=engine, principal=principal, project=found, schema=schema)
    with ExitStack() as spools:
        if on_error == "abort":
            spool = spools.enter_context(tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES))
            lines = await run.rehearse(lines, spool)
        async for batch in _batches(lines):
            await run.take(batch)
    return run.report


@dataclass(kw_only=True)
class _Run:
    """One import under way."""

    engine: Engine
    principal: Principal
    project: Project
    schema: Schema
    report: LineReport = field(default_factory=LineReport)

    async def rehearse(self, lines: AsyncIterator[Line], spool: IO[bytes]) -> AsyncIterator[Line]:
        """Check all lines without storing any; the same lines again, from disk."""
        organization = self.principal.organization
        async for batch in _batches(lines):
            async with self.engine.database.transaction(organization) as tx:
                checked = await self._check(tx, batch)
                pairs = [(each.task, each.labeler) for each in checked if each.labeler is not None]
                there = await annotation_store.of_labelers(tx, organization, pairs)
            for each in checked:
                found = there.get((each.task, each.labeler)) if each.labeler is not None else None
                if found is not None and found[1] != each.vote.digest:
                    self.report.reject(each.given.line, _answered_otherwise(each, found[0]))
            for number, value in batch:
                if not isinstance(value, AssayError):
                    spool.write(orjson.dumps([number, value]) + b"\n")
        if self.report.rejected:
            raise self.report.aborted()
        spool.seek(0)
        return _again(spool)

    async def take(self, batch: Sequence[Line]) -> None:
        """Store a batch, in one transaction."""
        organization = self.principal.organization
        async with self.engine.database.transaction(organization) as tx:
            checked = await self._check(tx, batch)
            names: dict[str, UUID] = {}
            ids = self.engine.ids.many(len(checked))
            rows = [
                ImportedAnnotation(
                    id=annotation,
                    task=each.task,
                    labeler=each.labeler or await self._labeler(tx, each.given.labeler, names),
                    label=each.vote.label,
                    digest=each.vote.digest,
                    ballots=each.vote.ballots,
                    structured=each.vote.structured,
                    created_at=each.given.created_at,
                )
                for annotation, each in zip(ids, checked, strict=True)
            ]
            outcomes = await annotation_store.insert_imported(
                tx, organization, self.project.id, self.project.ontology_version, rows
            )
        for each, (outcome, annotation) in zip(checked, outcomes, strict=True):
            if outcome == "conflict":
                self.report.reject(each.given.line, _answered_otherwise(each, annotation))
            else:
                self.report.accepted += outcome == "accepted"
                self.report.existing += outcome == "existing"

    async def _check(self, tx: Connection, batch: Sequence[Line]) -> list[_Checked]:
        """The lines that are right; of the others the report says what is wrong."""
        given: list[_Given] = []
        for number, value in batch:
            try:
                if isinstance(value, AssayError):
                    raise value
                given.append(_read(number, value))
            except AssayError as error:
                self.report.reject(number, error)
        tasks = await annotation_store.tasks_by_external_id(
            tx,
            self.principal.organization,
            self.project.id,
            self.project.dataset,
            sorted({each.external_id for each in given}),
        )
        known = {name: await self._known(tx, name) for name in sorted({each.labeler for each in given})}
        checked = []
        for each in given:
            try:
                checked.append(self._against_task(each, tasks.get(each.external_id), known[each.labeler]))
            except AssayError as error:
                self.report.reject(each.line, error)
        return checked

    def _against_task(
        self, given: _Given, task: asyncpg.Record | None, labeler: UUID | AssayError | None
    ) -> _Checked:
        if task is None:
            raise Invalid(
                "ref.not_found",
                f"the project has no item {given.external_id[:200]!r}",
                pointer="/external_id",
            )
        if isinstance(labeler, AssayError):
            raise labeler
        facts = field_facts(
            self.schema.ontology.fields,
            orjson.loads(task["fields"]),
            orjson.loads(task["facts"]) if task["facts"] else None,
        )
        vote = check_vote(self.schema, given.label, facts, "/label")
        return _Checked(given=given, task=task["task"], labeler=labeler, vote=vote)

    async def _known(self, tx: Connection, written: str) -> UUID | AssayError | None:
        """Whom an id or a name means; ``None`` for a new name."""
        organization = self.principal.organization
        try:
            by_id = await labeler_store.find(tx, organization, UUID(written))
        except ValueError:
            by_name = await labeler_store.find_by_name(tx, organization, written)
            return by_name.id if by_name else None
        if by_id is None:
            return Invalid("ref.not_found", f"there is no labeler {written}", pointer="/labeler")
        return by_id.id

    async def _labeler(self, tx: Connection, name: str, names: dict[str, UUID]) -> UUID:
        """A person of this name, without a key: someone who answered elsewhere."""
        if name not in names:
            made = await labeler_store.insert(
                tx,
                self.principal.organization,
                self.engine.ids.new(),
                name=name,
                kind=LabelerKind.PERSON,
                role=Role.LABELER,
            )
            if made is not None:
                await record.audit(tx, self.principal, "labeler.create", made.id, name=name)
            there = made or await labeler_store.find_by_name(tx, self.principal.organization, name)
            if there is None:
                raise RuntimeError("a labeler is neither new nor there")
            names[name] = there.id
        return names[name]


def _read(line: int, value: Any) -> _Given:
    if not isinstance(value, dict):
        raise Invalid("field.invalid", "a line is an object", pointer="")
    for key in value:
        if key not in _KEYS:
            raise Invalid(
                "field.unknown", f"{key!r} is not a key of an annotation", pointer=pointer_token(key)
            )
    for key in _REQUIRED:
        if key not in value:
            raise Invalid("field.missing", f"{key} is missing", pointer=f"/{key}")
    if not isinstance(value["external_id"], str):
        raise Invalid("field.invalid", "external_id is a string", pointer="/external_id")
    if not isinstance(value["labeler"], str):
        raise Invalid("field.invalid", "labeler is an id or a name", pointer="/labeler")
    return _Given(
        line=line,
        external_id=value["external_id"],
        labeler=check_name(value["labeler"], "/labeler"),
        label=value["label"],
        created_at=_read_time(value.get("created_at")),
    )


def _read_time(raw: Any) -> datetime | None:
    if raw is None:
        return None
    try:
        time = datetime.fromisoformat(raw)
    except (TypeError, ValueError):
        time = None
    if time is None or time.tzinfo is None:
        raise Invalid(
            "field.invalid", "created_at is a time such as 2026-01-31T12:00:00Z", pointer="/created_at"
        )
    return time


def _answered_otherwise(checked: _Checked, annotation: UUID) -> Conflict:
    return Conflict(
        "existing",
        f"{checked.given.labeler!r} answered {checked.given.external_id[:200]!r} otherwise",
        pointer="/label",
        extra={"existing": str(annotation)},
    )


async def _batches(lines: AsyncIterator[Line]) -> AsyncIterator[list[Line]]:
    batch: list[Line] = []
    async for line in lines:
        batch.append(line)
        if len(batch) >= BATCH_LINES:
            yield batch
            batch = []
    if batch:
        yield batch


async def _again(spool: IO[bytes]) -> AsyncIterator[Line]:
    for written in spool:
        number, value = orjson.loads(written)
        yield number, value
