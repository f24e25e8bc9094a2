"""Items and the imports that bring them, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.item import ItemFilter
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("item")
_IMPORT = named_queries("import")


@dataclass(frozen=True, kw_only=True, slots=True)
class StagedPrediction:
    """A model's label for a staged item; JSON as text."""

    labeler: str
    label: str
    scores: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StagedItem:
    """A checked item on its way in; JSON as text."""

    line: int
    item: UUID
    task: UUID
    external_id: str
    fields: str
    metadata: str
    facts: str | None
    digest: bytes
    priority: int
    gold: bool
    state: str
    label: str
    probability: str
    predictions: tuple[StagedPrediction, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExistingItem:
    """An item that was there under the same external id."""

    item: UUID
    digest: bytes
    asked: bool
    unpublished: tuple[UUID, str] | None
    """The import that still brings it, and its state."""


async def assets(tx: Connection, organization: UUID, sha256s: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The measured facts of assets by hash; those that do not exist are left out."""
    rows = await tx.fetch(_SQL["assets"], organization, sha256s)
    return {
        row["sha256"]: {key: row[key] for key in ("media_type", "width", "height", "frames")} for row in rows
    }


async def insert_items(
    tx: Connection, organization: UUID, dataset: UUID, items: Sequence[StagedItem]
) -> set[UUID]:
    """Stage items; the ids of those that were new."""
    rows = await tx.fetch(
        _SQL["insert_items"],
        organization,
        dataset,
        [i.item for i in items],
        [i.external_id for i in items],
        [i.fields for i in items],
        [i.metadata for i in items],
        [i.facts for i in items],
        [i.digest for i in items],
    )
    return {row["id"] for row in rows}


async def find_existing(
    tx: Connection, organization: UUID, dataset: UUID, project: UUID, external_ids: Sequence[str]
) -> dict[str, ExistingItem]:
    """Items already there, by external id."""
    rows = await tx.fetch(_SQL["find_existing"], organization, dataset, project, external_ids)
    return {
        row["external_id"]: ExistingItem(
            item=row["id"],
            digest=row["digest"],
            asked=row["asked"],
            unpublished=(row["import"], row["import_state"]) if row["import"] else None,
        )
        for row in rows
    }


async def insert_tasks(
    tx: Connection,
    organization: UUID,
    project: UUID,
    version: int,
    import_id: UUID | None,
    wanted: int,
    tasks: Sequence[StagedItem],
) -> tuple[int, int]:
    """Stage the tasks of items; the first and last sequence number they took (an empty range when none)."""
    first: int = await tx.fetchval(_SQL["next_block"])
    await tx.execute(
        _SQL["insert_tasks"],
        organization,
        project,
        version,
        import_id,
        wanted,
        [t.task for t in tasks],
        [t.item for t in tasks],
        list(range(first, first + len(tasks))),
        [t.priority for t in tasks],
        [t.gold for t in tasks],
        [t.state for t in tasks],
        [t.label for t in tasks],
        [t.probability for t in tasks],
    )
    offered = [(t.task, p) for t in tasks for p in t.predictions]
    if offered:
        await tx.execute(
            _SQL["insert_predictions"],
            organization,
            [task for task, _ in offered],
            [p.labeler for _, p in offered],
            [p.label for _, p in offered],
            [p.scores for _, p in offered],
        )
    return first, first + len(tasks) - 1


async def search(
    tx: Connection,
    organization: UUID,
    project: UUID,
    after: int,
    limit: int,
    searched: int,
    wanted: ItemFilter,
) -> list[asyncpg.Record]:
    """Up to ``limit`` published items, of the first ``searched`` after a sequence number. The exact name is
    not looked at: see :func:`place`."""
    return await tx.fetch(
        _SQL["search"],
        organization,
        project,
        after,
        limit,
        searched,
        wanted.state,
        wanted.gold,
        wanted.min_confidence,
        wanted.max_confidence,
        wanted.question,
        wanted.answer,
        wanted.text,
    )


async def search_end(
    tx: Connection, organization: UUID, project: UUID, after: int, searched: int
) -> int | None:
    """Where a search of so many items ends, or ``None`` where there are no more than these."""
    end: int | None = await tx.fetchval(_SQL["search_end"], organization, project, after, searched)
    return end


async def place(tx: Connection, organization: UUID, project: UUID, external_id: str) -> int | None:
    """The sequence number of the item of this name."""
    seq: int | None = await tx.fetchval(_SQL["place"], organization, project, external_id)
    return seq


async def insert_import(
    tx: Connection, organization: UUID, import_id: UUID, project: UUID, labeler: UUID
) -> None:
    """Begin an import."""
    await tx.execute(_IMPORT["insert"], organization, import_id, project, labeler)


async def insert_chunk(
    tx: Connection,
    organization: UUID,
    import_id: UUID,
    number: int,
    seqs: tuple[int, int],
    *,
    accepted: int,
    existing: int,
    rejected: int,
) -> bool:
    """Remember a staged chunk; false when the import was taken away meanwhile."""
    found = await tx.fetchval(
        _IMPORT["insert_chunk"], organization, import_id, number, *seqs, accepted, existing, rejected
    )
    return found is not None


async def field(
    tx: Connection, organization: UUID, project: UUID, item: UUID, name: str, given_to: UUID | None
) -> Any:
    """The value of one field of a published item; ``None`` where there is none, or where ``given_to`` names a
    labeler who was never given it."""
    value = await tx.fetchval(_SQL["field"], organization, project, item, name, given_to)
    return None if value is None else orjson.loads(value)


async def find_import(tx: Connection, organization: UUID, import_id: UUID) -> asyncpg.Record | None:
    """Where an import stands, held still."""
    return await tx.fetchrow(_IMPORT["find"], organization, import_id)


async def set_import_state(tx: Connection, organization: UUID, import_id: UUID, old: str, new: str) -> bool:
    """Move an import from one state to another; false when it was not there."""
    return await tx.fetchval(_IMPORT["set_state"], organization, import_id, old, new) is not None


async def chunks(tx: Connection, organization: UUID, import_id: UUID) -> list[tuple[int, int]]:
    """The ranges of sequence numbers an import took."""
    return [
        (row["first_seq"], row["last_seq"])
        for row in await tx.fetch(_IMPORT["chunks"], organization, import_id)
    ]


async def publish_chunk(
    tx: Connection, organization: UUID, project: UUID, import_id: UUID, seqs: tuple[int, int], slot: int
) -> None:
    """Lay one slot of each task of a chunk, and remember it."""
    await tx.execute(_IMPORT["lay_slots"], organization, project, *seqs, slot)
    await tx.execute(_IMPORT["advance"], organization, import_id)


async def remove_chunk(
    tx: Connection, organization: UUID, project: UUID, import_id: UUID, seqs: tuple[int, int]
) -> None:
    """Remove what a chunk staged."""
    await tx.execute(_IMPORT["remove_chunk"], organization, project, *seqs, import_id)


async def set_removed(tx: Connection, organization: UUID, import_id: UUID) -> None:
    """Remember that nothing of an aborted import is there any more."""
    await tx.execute(_IMPORT["removed"], organization, import_id)


async def stale_imports(tx: Connection, after_secs: float) -> list[asyncpg.Record]:
    """Imports whose process died (system role)."""
    return await tx.fetch(_IMPORT["stale"], after_secs)


async def wanted_labels(tx: Connection, organization: UUID, project: UUID) -> int:
    """How many slots each new task of a project gets."""
    wanted: int = await tx.fetchval(_IMPORT["wanted_labels"], organization, project)
    return wanted
