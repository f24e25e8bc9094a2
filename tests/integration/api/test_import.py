"""An import is all there or not at all, and nobody sees it before its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from assay.errors import Conflict
from assay.service import importing
from assay.store import item as item_store
from assay.worker import rounds

TABLES = ("item", "task", "prediction", "ready_slot")


@pytest.fixture
async def owner(database_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_dsn)
    yield connection
    await connection.close()


async def rows(owner: asyncpg.Connection) -> dict[str, int]:
    return {name: await owner.fetchval(f"SELECT count(*) FROM {name}") for name in TABLES}  # noqa: S608


def note(name: str, **more: Any) -> dict[str, Any]:
    predictions = [{"labeler": "m", "label": {"topic": "news"}}]
    return {"external_id": name, "fields": {"note": "x"}, "predictions": predictions, **more}


async def test_abort_leaves_nothing_and_the_same_lines_come_in_afterwards(
    rest: Any, owner: asyncpg.Connection, refused: Any
) -> None:
    project = await rest.project()
    before = await rows(owner)
    lines = [*(note(f"n-{n}") for n in range(5_100)), note("bad", priority="high")]
    told = refused(await rest.post_lines(f"/v1/projects/{project}/items", lines), 422, "import.aborted")
    assert (told["rejected"], [error["line"] for error in told["errors"]]) == (1, [5_101])
    assert await rows(owner) == before
    assert await rest.claim(project) == []
    report = await rest.add_items(project, lines[:100])
    assert (report["accepted"], report["existing"]) == (100, 0)


async def test_an_import_shows_at_its_end(rest: Any, owner: asyncpg.Connection) -> None:
    """While the body still comes in, what came is staged, and no list, claim or export knows of it."""
    project = await rest.project()
    staged, go_on = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        for n in range(5_000):
            yield json.dumps(note(f"n-{n}")).encode() + b"\n"
        staged.set()
        await go_on.wait()
        yield json.dumps(note("last")).encode()

    headers = {"Content-Type": "application/x-ndjson"}
    running = asyncio.create_task(rest.post(f"/v1/projects/{project}/items", content=body(), headers=headers))
    await staged.wait()
    while (await rows(owner))["task"] < 5_000:  # a chunk is staged while the next one is read
        assert not running.done()
    assert (await rest.get(f"/v1/projects/{project}/items")).json()["items"] == []
    assert await rest.resolutions(project) == []
    assert await rest.claim(project) == []
    task = await owner.fetchval("SELECT id FROM task LIMIT 1")
    assert (await rest.get(f"/v1/projects/{project}/tasks/{task}")).status_code == 404
    go_on.set()
    assert (await running).json()["accepted"] == 5_001
    assert len(await rest.claim(project, 5)) == 5


async def test_a_client_that_goes_away_leaves_nothing(rest: Any, owner: asyncpg.Connection) -> None:
    project = await rest.project()
    before = await rows(owner)
    staged = asyncio.Event()

    async def lines() -> AsyncIterator[importing.Line]:
        for n in range(5_001):
            yield n + 1, note(f"n-{n}")
        staged.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(
        importing.import_items(rest.engine, rest.principal, UUID(project), lines(), "abort")
    )
    await staged.wait()
    while (await rows(owner))["task"] < 5_000:
        assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await rows(owner) == before
    assert await owner.fetchval("SELECT state FROM import") == "aborted"


async def test_skip_counts_all_errors_and_lists_the_first_thousand(rest: Any) -> None:
    project = await rest.project()
    lines = [note("good"), *({"n": n} for n in range(1_200))]
    report = (await rest.post_lines(f"/v1/projects/{project}/items?on_error=skip", lines)).json()
    assert (report["accepted"], report["rejected"], len(report["errors"])) == (1, 1_200, 1_000)


async def test_what_a_dead_import_staged_is_not_called_existing(
    rest: Any, owner: asyncpg.Connection, refused: Any
) -> None:
    """The client of a process that died repeats its import: its items may yet be removed with the first."""
    project = await rest.project()
    report = importing.ImportReport(import_id=rest.engine.ids.new())

    async def lines() -> AsyncIterator[importing.Line]:
        yield 1, note("n-0")

    await importing.stage_items(rest.engine, rest.principal, UUID(project), lines(), "abort", report)
    told = refused(await rest.post(f"/v1/projects/{project}/items", [note("n-0")]), 503, "import.in_flight")
    assert told["detail"] == "another import of the same items has not ended"
    await importing.remove_import(rest.engine, rest.principal.organization, report.import_id)
    with pytest.raises(Conflict, match="was removed"):
        await importing.publish_import(rest.engine, rest.principal.organization, report.import_id)
    again = await rest.post(f"/v1/projects/{project}/items", [note("n-0")])
    assert (again.json()["accepted"], again.json()["existing"]) == (1, 0)
    assert (await rows(owner))["task"] == 1


async def test_what_an_import_is_publishing_is_published_before_it_is_called_existing(
    rest: Any, owner: asyncpg.Connection
) -> None:
    project = await rest.project()
    report = importing.ImportReport(import_id=rest.engine.ids.new())

    async def lines() -> AsyncIterator[importing.Line]:
        yield 1, note("n-0")

    await importing.stage_items(rest.engine, rest.principal, UUID(project), lines(), "abort", report)
    await owner.execute("UPDATE import SET state = 'publishing'")
    again = await rest.post(f"/v1/projects/{project}/items", [note("n-0")])
    assert (again.json()["accepted"], again.json()["existing"]) == (0, 1)
    assert len(await rest.claim(project)) == 1


async def test_a_removal_that_was_interrupted_goes_on(rest: Any, owner: asyncpg.Connection) -> None:
    project = await rest.project()
    report = importing.ImportReport(import_id=rest.engine.ids.new())

    async def lines() -> AsyncIterator[importing.Line]:
        yield 1, note("n-0")

    await importing.stage_items(rest.engine, rest.principal, UUID(project), lines(), "abort", report)
    await owner.execute("UPDATE import SET state = 'aborted', heartbeat_at = now() - interval '1 hour'")
    await rounds.settle_imports(rest.engine)
    assert (await rows(owner))["task"] == 0
    async with rest.engine.database.system() as tx:
        assert await item_store.stale_imports(tx, rounds.STALE_IMPORT_SECS) == []
