"""Events: in order, by cursor, for those who may see them."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import asyncpg

from assay.domain.event import START, EventFilter
from assay.service.event import follow
from assay.worker.rounds import trim_events


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


async def test_a_follower_is_told_in_pages_at_its_own_pace_and_leaves_nothing_behind(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    (published,) = await until(rest, 1)
    watch = rest.engine.feed_watch
    following = follow(rest.engine, rest.principal, EventFilter(), START, secs=60)
    async with aclosing(following) as batches:
        assert [event.cursor for event in (await anext(batches)).events] == [published["cursor"]]
        assert watch.followers == 1
        (lease,) = await rest.claim(project)
        await rest.submit(lease, {"topic": "sports"})
        told: list[str] = []
        while len(told) < 2:
            told += [event.kind for event in (await anext(batches)).events]
        assert told == ["annotation.submitted", "task.resolved"]
    assert watch.followers == 0


async def test_no_stream_is_begun_by_a_process_that_is_about_to_end(rest: Any) -> None:
    await rest.add_notes(await rest.project(), "Ann won.")
    (_,) = await until(rest, 1)
    rest.engine.feed_watch.close()
    answer = await rest.get("/v1/events", headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == ""


async def test_events_are_for_reviewers_of_the_organisation(rest: Any, stranger: Any, refused: Any) -> None:
    await rest.add_notes(await rest.project(), "Ann won.")
    (_,) = await until(rest, 1)
    assert (await read_all(stranger))[0] == []
    ann = await rest.labeler("ann")
    refused(await ann.get("/v1/events"), 403, "role.forbidden")
    _, cursor = await read_all(rest)
    refused(await stranger.get("/v1/events", params={"cursor": cursor}), 400, "cursor.invalid")
    refused(await rest.get("/v1/events", params={"kind": "task.done"}), 422, "field.invalid")


async def age(dsn: str, days: int) -> None:
    """All events so far are so many days old."""
    owner = await asyncpg.connect(dsn)
    await owner.execute("UPDATE feed SET at = at - make_interval(days => $1)", days)
    await owner.close()


async def trimmed(rest: Any, left: int) -> None:
    """Old events are deleted, as soon as no transaction elsewhere keeps them."""
    while len((await read_all(rest))[0]) > left:
        await trim_events(rest.engine)


async def test_old_events_go_and_their_cursors_say_so(rest: Any, refused: Any, database_dsn: str) -> None:
    for name in ("one", "two", "three"):
        await rest.add_notes(await rest.project(), name)
    old = await until(rest, 3)
    await age(database_dsn, rest.engine.event_days + 1)
    await rest.add_notes(await rest.project(), "young")
    await until(rest, 4)
    await trimmed(rest, 1)
    (young,) = await until(rest, 1)
    assert young["subject"] not in {one["subject"] for one in old}
    refused(await rest.get("/v1/events", params={"cursor": old[0]["cursor"]}), 410, "cursor.expired")
    refused(await rest.get("/v1/events", params={"cursor": old[1]["cursor"]}), 410, "cursor.expired")
    # Behind the last one that is gone, nothing was passed over.
    assert await until(rest, 1, old[2]["cursor"]) == [young]
    assert await trim_events(rest.engine) is False


async def test_what_a_webhook_has_yet_to_be_told_is_kept(rest: Any, database_dsn: str) -> None:
    made = await rest.post("/v1/webhooks", {"url": "https://hooks.example.org/in"})
    assert made.status_code == 201, made.text
    await rest.add_notes(await rest.project(), "one")
    await until(rest, 1)
    await age(database_dsn, rest.engine.event_days + 1)
    await trim_events(rest.engine)
    assert len(await until(rest, 1)) == 1
    path = f"/v1/webhooks/{made.json()['webhook']}"
    assert (await rest.patch(path, json={"state": "disabled"})).status_code == 200
    await trimmed(rest, 0)
