"""How many statements each operation sends, whatever the size of what it is about: none asks once a row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from assay.domain.labeler import LabelerKind
from assay.store.database import OneTripConnection
from assay.store.migrations import APP_ROLE, role_dsn
from assay.store.queries import named_queries

Operation = Callable[[Any, str, dict[str, Any]], Awaitable[Any]]
FRAME = 1
"""Which organisation a transaction sees."""
PASSED_OVER = ("BEGIN", "COMMIT", "-- Who a key belongs to")
"""The ends of transactions, and who asks, which is believed for a few seconds."""


@pytest.fixture(autouse=True)
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of every connection, from before the first is made."""
    sent: list[str] = []
    made = OneTripConnection.__init__

    def listening(self: Any, *arguments: Any, **options: Any) -> None:
        made(self, *arguments, **options)
        self.add_query_logger(lambda record: sent.append(" ".join(record.query.split())))

    monkeypatch.setattr(OneTripConnection, "__init__", listening)
    return sent


def asked(statements: list[str]) -> list[str]:
    return [one for one in statements if not one.startswith(PASSED_OVER)]


async def prepared(rest: Any, tasks: int) -> tuple[str, list[dict[str, Any]]]:
    """A project with so many tasks and as many leases of the caller's, all warm."""
    project = await rest.project()
    await rest.add_notes(project, *map(str, range(2 * tasks)))
    leases = await rest.claim(project, tasks)
    return project, leases


def lines(leases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"lease": one["lease"], "fence": one["fence"], "label": {"topic": "sports"}} for one in leases]


ONE_TRIP: dict[str, Operation] = {
    "claim": lambda rest, project, lease: rest.claim(project),
    "submit": lambda rest, project, lease: rest.submit(lease, {"topic": "sports"}),
}


@pytest.mark.parametrize("name", ONE_TRIP)
async def test_work_is_one_round_trip(rest: Any, statements: list[str], name: str) -> None:
    model = await rest.labeler("m", kind=LabelerKind.MODEL)
    project, _ = await prepared(rest, 3)
    first, second = await model.claim(project, 2)
    await model.submit(first, {"topic": "news"})
    statements.clear()
    await ONE_TRIP[name](model, project, second)
    (sent,) = asked(statements)
    assert f"assay_{name}" in sent


@pytest.mark.parametrize("count", [1, 100])
async def test_a_batch_is_one_statement_whatever_its_size(
    rest: Any, statements: list[str], count: int
) -> None:
    model = await rest.labeler("m", kind=LabelerKind.MODEL)
    project = await rest.project()
    await rest.add_notes(project, *map(str, range(count)))
    leases = await model.claim(project, count)
    statements.clear()
    answer = await model.post_lines(f"/v1/projects/{project}/submissions", lines(leases))
    assert answer.text.count('"annotation"') == count
    sent = asked(statements)
    assert sum("assay_submit_many" in one for one in sent) == 1
    assert len(sent) <= 1 + FRAME + 1, "besides who may see the project"


READS = {
    "project": ("/v1/projects/{project}", 1),
    "projects": ("/v1/projects", 1),
    "items": ("/v1/projects/{project}/items?limit=1000", 2),
    "resolutions": ("/v1/projects/{project}/resolutions?limit=1000", 2),
    "leases": ("/v1/projects/{project}/leases?limit=1000", 2),
    "labelers": ("/v1/labelers", 1),
    "jobs": ("/v1/projects/{project}/jobs", 2),
    "snapshots": ("/v1/projects/{project}/snapshots", 2),
    "events": ("/v1/events?limit=1000", 2),
    "task": ("/v1/projects/{project}/tasks/{task}", 4),
}


@pytest.mark.parametrize("name", READS)
async def test_a_read_asks_as_much_of_many_rows_as_of_few(
    rest: Any, statements: list[str], name: str
) -> None:
    path, most = READS[name]
    sent: list[int] = []
    for tasks in (2, 60):
        project, leases = await prepared(rest, tasks)
        for lease in leases[: tasks // 2]:
            await rest.submit(lease, {"topic": "sports"})
        at = path.format(project=project, task=leases[0]["task"])
        assert (await rest.get(at)).status_code == 200  # what is remembered is remembered now
        statements.clear()
        answer = await rest.get(at)
        assert answer.status_code == 200, answer.text
        sent.append(len(asked(statements)))
    assert sent[0] == sent[1], Counter(statements)
    assert sent[0] <= FRAME + most, statements


async def test_an_import_asks_once_a_chunk(rest: Any, statements: list[str]) -> None:
    sent = []
    for count in (10, 1000):
        project = await rest.project()
        await rest.add_items(project, [{"external_id": "warm", "fields": {"note": "warm"}}])
        statements.clear()
        await rest.add_notes(project, *map(str, range(count)))
        sent.append(len(asked(statements)))
    assert sent[0] == sent[1], Counter(statements)


PAGED = {
    "items": (
        "item",
        "search",
        "uuid, uuid, bigint, int, int, text, boolean, float, float, text, text, text",
        "20000, null, null, null, null, null, null, null",
    ),
    "resolutions": ("task", "page", "uuid, uuid, bigint, int, text, boolean", "null, null"),
    "a snapshot": ("task", "export_page", "uuid, uuid, bigint, int, boolean", "false"),
}
"""Queries that read a project page by page: the types of their parameters, and filters that let all pass."""


@pytest.mark.parametrize("name", PAGED)
async def test_a_page_reads_no_more_than_a_page(
    rest: Any, database_dsn: str, role_password: str, name: str
) -> None:
    """Counted in pages of the database, once its planner knows the tables, in as many runs as it makes
    plans."""
    project = await rest.project()
    await rest.add_notes(project, *map(str, range(3_000)))
    owner = await asyncpg.connect(database_dsn)
    await owner.execute("UPDATE task SET state = 'resolved'")
    await owner.execute("VACUUM ANALYZE")
    await owner.close()
    noun, query, types, filters = PAGED[name]
    server = await asyncpg.connect(role_dsn(database_dsn, APP_ROLE, role_password))
    organization = str(rest.principal.organization)
    await server.execute("SELECT set_config('app.organization', $1, false)", organization)
    await server.execute(f"PREPARE paged ({types}) AS {named_queries(noun)[query]}")
    for _ in range(7):
        given = f"'{organization}', '{project}', 0, 100, {filters}"
        [told] = json.loads(
            await server.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE paged ({given})")
        )
        assert told["Plan"]["Actual Rows"] == 100
        assert told["Plan"]["Shared Hit Blocks"] + told["Plan"]["Shared Read Blocks"] < 1_000
    await server.close()
