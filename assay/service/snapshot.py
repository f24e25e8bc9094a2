"""Snapshots: a project's resolved data, frozen as canonical lines that are named by their hash.

The lines are Assay JSONL (docs/spec/formats.md) with sorted keys, so that equal data are equal bytes: what
was frozen can be checked, read back and written in any other format.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from mimetypes import MimeTypes
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.canonical import canonical_json
from assay.domain.labeler import Principal, Role
from assay.domain.ontology import MEDIA_TYPES
from assay.domain.project import check_name
from assay.domain.snapshot import NewSnapshot, Snapshot
from assay.errors import Conflict, Invalid
from assay.formats.format import Notes
from assay.formats.objects import file_stem
from assay.labels.schema import Schema
from assay.service.access import not_found, project_of, require
from assay.service.asset import declared_type
from assay.service.engine import Engine
from assay.service.resolution import resolve
from assay.store import record
from assay.store import snapshot as snapshot_store
from assay.store import task as task_store
from assay.store.database import Connection
from assay.store.snapshot import Frozen
from assay.store.task import TaskAnswers

PAGE_ROWS = 1_000
_TYPES = MimeTypes()


async def freeze(engine: Engine, principal: Principal, project: UUID, new: NewSnapshot) -> Frozen:
    """Write a project's resolved data as lines into the blob store, a page at a time.

    Each line is whole; tasks resolved while it is written may or may not be in it. Raises ``Conflict``
    (``snapshot.empty``) when nothing is resolved.
    """
    require(principal, Role.MANAGER)
    if new.name is not None:
        check_name(new.name, "/name")
    if not 0 <= new.min_probability <= 1:
        raise Invalid("field.invalid", "min_probability is 0 to 1", pointer="/min_probability", limit=1)
    async with engine.database.transaction(principal.organization) as tx:
        found = await project_of(tx, principal, project)
        schema = await engine.schema(tx, principal.organization, project, found.ontology_version)
    lines = _Lines(engine=engine, principal=principal, project=project, schema=schema, new=new)
    blob = await engine.blobs.put(str(principal.organization), lines.written())
    return Frozen(blob=blob, items=lines.items, ontology_version=found.ontology_version)


async def create_snapshot(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, new: NewSnapshot, frozen: Frozen
) -> Snapshot:
    """Make frozen lines a snapshot."""
    snapshot = engine.ids.new()
    await record.audit(tx, principal, "snapshot.create", snapshot, sha256=frozen.blob.sha256)
    return await snapshot_store.insert(
        tx,
        principal.organization,
        snapshot,
        project=project,
        new=new,
        frozen=frozen,
        created_by=principal.labeler,
    )


async def find_snapshot(tx: Connection, principal: Principal, snapshot: UUID) -> Snapshot:
    """A snapshot of a project this principal may see. For reviewers and above."""
    require(principal, Role.REVIEWER)
    found = await snapshot_store.find(tx, principal.organization, snapshot)
    if found is None:
        raise not_found("snapshot", snapshot)
    await project_of(tx, principal, found.project)
    return found


async def snapshot_page(
    tx: Connection, principal: Principal, project: UUID, after: UUID, limit: int
) -> list[Snapshot]:
    """Up to ``limit`` snapshots of a project after an id. For reviewers and above."""
    require(principal, Role.REVIEWER)
    await project_of(tx, principal, project)
    return await snapshot_store.page(tx, principal.organization, project, after, limit)


class _Lines:
    """The lines of one snapshot on their way; ``items`` counts them."""

    def __init__(
        self, *, engine: Engine, principal: Principal, project: UUID, schema: Schema, new: NewSnapshot
    ) -> None:
        self._engine = engine
        self._principal = principal
        self._project = project
        self._schema = schema
        self._new = new
        self.items = 0

    async def written(self) -> AsyncIterator[bytes]:
        """The bytes, a page of tasks at a time, each read in a transaction of its own."""
        yield canonical_json({"assay": 1, "ontology": self._schema.ontology.to_json()}) + b"\n"
        after, organization = 0, self._principal.organization
        while True:
            async with self._engine.database.transaction(organization) as tx:
                page = await task_store.export_page(
                    tx, organization, self._project, after, PAGE_ROWS, gold=self._new.gold
                )
            if not page:
                break
            yield b"".join(canonical_json(self._line(*one)) + b"\n" for one in page)
            self.items += len(page)
            after = page[-1][0].seq
        if not self.items:
            raise Conflict("snapshot.empty", "no task of the project is resolved")

    def _line(self, answers: TaskAnswers, row: asyncpg.Record) -> dict[str, Any]:
        resolution = resolve(self._schema, answers, self._new.min_probability)
        facts = orjson.loads(row["facts"]) if row["facts"] else {}
        fields = orjson.loads(row["fields"])
        line: dict[str, Any] = {
            "external_id": resolution.external_id,
            "fields": fields,
            "label": resolution.label,
            "probability": resolution.probability,
            "task": str(resolution.task),
            "state": resolution.state,
            "annotations": resolution.annotations,
            "method": resolution.method,
            "version": resolution.version,
        }
        optional = {
            "metadata": orjson.loads(row["metadata"]),
            "media": self._media(resolution.external_id, facts),
            "sizes": {
                name: [measured["width"], measured["height"]]
                for name, measured in facts.items()
                if measured.get("width") and measured.get("height")
            },
        }
        line |= {name: value for name, value in optional.items() if value}
        return line | ({"gold": True} if resolution.gold else {})

    def _media(self, external_id: str, facts: Mapping[str, Any]) -> dict[str, str]:
        """What each media file is called in exports: after its item, with the ending of what it is."""
        fields = [name for name, kind in self._schema.ontology.fields.items() if kind in MEDIA_TYPES]
        stem = file_stem(external_id, Notes())
        named = {}
        for field in fields:
            media_type = facts.get(field, {}).get("media_type")
            base = stem if len(fields) == 1 else f"{stem}.{field}"
            fits = media_type is None or declared_type(base) == media_type
            named[field] = base if fits else base + (_TYPES.guess_extension(media_type) or "")
        return named
