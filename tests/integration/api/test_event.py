"""Events: in order, by cursor, for those who may see them."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import asyncpg
import pytest


async def read_all(caller: Any, **filters: Any) -> tuple[list[Any], str]:
    told = (await caller.get("/v1/events", params=filters)).json()
    return told["items"], told["next_cursor"]


async def until(caller: Any, wanted: int, cursor: str | None = None) -> list[Any]:
    """Events after a cursor, asked for until there are enough: elsewhere a transaction may still run."""
    found: list[Any] = []
    while len(found) < wanted:
        more, cursor = await read_all(caller, **({"cursor": cursor} if cursor else {}))
        found += more
    return found


async def test_an_answer_is_told_before_what_came_of_it(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    (lease,) = await rest.claim(project)
    await rest.submit(lease, {"topic": "sports"})
    told = await until(rest, 3)
    assert [one["kind"] for one in told] == ["import.published", "annotation.submitted", "task.resolved"]
    assert told[2]["subject"] == lease["task"]
    assert [one["kind"] for one in await until(rest, 1, told[1]["cursor"])] == ["task.resolved"]


async def test_a_late_commit_is_not_lost(rest: Any, database_dsn: str) -> None:
    """A row whose transaction began first and commits last is read in its turn."""
    owner = await asyncpg.connect(database_dsn)
    late = owner.transaction()
    await late.start()
    await owner.execute(
        "INSERT INTO feed (organization, kind, subject, body) VALUES ($1, 'task.open', $1, '{}')",
        rest.principal.organization,
    )
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    before, cursor = await read_all(rest)
    assert before == []
    await late.commit()
    await owner.close()
    assert [one["kind"] for one in await until(rest, 2, cursor)] == ["task.open", "import.published"]


async def test_a_stream_tells_what_was_settled_and_waits_for_a_slow_reader(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    (published,) = await until(rest, 1)
    sent: list[MutableMapping[str, Any]] = []

    class Enough(Exception):
        """The reader goes away."""

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)
        if message.get("body"):
            raise Enough

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/events",
        "raw_path": b"/v1/events",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {rest.api_key}".encode()), (b"accept", b"text/event-stream")],
        "client": ("127.0.0.1", 1),
        "server": ("assay.test", 80),
        "scheme": "http",
        "http_version": "1.1",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }
    requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Any:
        return next(requests)

    with pytest.raises(BaseException):  # noqa: B017, PT011 - whatever the server's frame makes of it
        await rest.app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent).decode()
    assert f"id: {published['cursor']}\nevent: import.published\n" in body


async def test_events_are_for_reviewers_of_the_organisation(rest: Any, stranger: Any, refused: Any) -> None:
    await rest.add_notes(await rest.project(), "Ann won.")
    (_,) = await until(rest, 1)
    assert (await read_all(stranger))[0] == []
    ann = await rest.labeler("ann")
    refused(await ann.get("/v1/events"), 403, "role.forbidden")
    _, cursor = await read_all(rest)
    refused(await stranger.get("/v1/events", params={"cursor": cursor}), 400, "cursor.invalid")
    refused(await rest.get("/v1/events", params={"kind": "task.done"}), 422, "field.invalid")
