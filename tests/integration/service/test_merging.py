"""Merging never stands in the way of answers: neither waits for the other in a circle."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from assay.domain.labeler import Principal
from assay.domain.project import NewProject
from assay.service import draw, importing, lease, project
from assay.service.engine import Engine
from assay.service.lease import Idempotency
from assay.service.merging import merge_due

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [{"name": "who", "kind": "span", "field": "note", "classes": ["person"]}],
}
LABEL = {"who": [{"id": "a", "class": "person", "start": 0, "end": 3}]}


@pytest.fixture
async def owner(database_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_dsn)
    yield connection
    await connection.close()


async def answered_task(engine: Engine, admin: Principal) -> UUID:
    """A task with one answer that waits to be merged."""
    async with engine.database.transaction(admin.organization) as tx:
        made = await project.create_project(engine, tx, admin, NewProject(name="p", ontology=ONTOLOGY))

    async def lines() -> AsyncIterator[importing.Line]:
        yield 1, {"external_id": "n", "fields": {"note": "Ann ran."}}

    await importing.import_items(engine, admin, made.id, lines(), "abort")
    (leased,) = await lease.claim(engine, admin, made.id, 1, Idempotency())
    await draw.submit(engine, admin, UUID(leased["lease"]), leased["fence"], LABEL, None)
    return UUID(leased["task"])


async def test_a_task_that_is_being_answered_is_merged_the_next_time(
    engine: Engine, founded: tuple[Principal, str], owner: asyncpg.Connection
) -> None:
    admin = founded[0]
    task = await answered_task(engine, admin)
    answering = owner.transaction()
    await answering.start()
    await owner.execute("SELECT FROM task WHERE id = $1 FOR UPDATE", task)
    assert await merge_due(engine, admin.organization) == 0
    await answering.rollback()
    assert await merge_due(engine, admin.organization) == 1
    assert await owner.fetchval("SELECT state FROM task WHERE id = $1", task) == "resolved"
