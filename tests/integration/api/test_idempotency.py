"""One key, one effect, one answer; whatever comes twice, at once or from someone else (A48)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from assay.domain.labeler import LabelerKind
from assay.store import upkeep


@pytest.fixture
async def owner(database_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_dsn)
    yield connection
    await connection.close()


def key(value: str) -> dict[str, str]:
    return {"Idempotency-Key": value}


def project_body(rest: Any, name: str) -> dict[str, Any]:
    return {"name": name, "ontology": dict(rest.TOPIC)}


async def test_a_repeat_gets_the_same_answer_and_another_body_is_refused(rest: Any, refused: Any) -> None:
    first = await rest.post("/v1/projects", project_body(rest, "one"), headers=key("k-1"))
    again = await rest.post("/v1/projects", project_body(rest, "one"), headers=key("k-1"))
    assert (again.status_code, again.json()) == (201, first.json())
    other = await rest.post("/v1/projects", project_body(rest, "two"), headers=key("k-1"))
    refused(other, 422, "idempotency.mismatch")
    elsewhere = await rest.post("/v1/labelers", {"name": "ann"}, headers=key("k-1"))
    refused(elsewhere, 422, "idempotency.mismatch")
    assert len((await rest.get("/v1/projects")).json()["items"]) == 1


async def test_a_key_belongs_to_whoever_sent_it(rest: Any, stranger: Any) -> None:
    mine = await rest.post("/v1/projects", project_body(rest, "mine"), headers=key("same"))
    manager = await rest.labeler("mia", role="manager")
    for other in (manager, stranger):
        theirs = await other.post("/v1/projects", project_body(rest, "theirs"), headers=key("same"))
        assert theirs.status_code == 201
        assert theirs.json()["id"] != mine.json()["id"]


async def test_a_labelers_key_is_given_again_and_never_stored(rest: Any, database_dsn: str) -> None:
    first = await rest.post("/v1/labelers", {"name": "ann"}, headers=key("k"))
    again = await rest.post("/v1/labelers", {"name": "ann"}, headers=key("k"))
    assert again.json() == first.json()
    me = await rest.http.get("/v1/me", headers={"Authorization": f"Bearer {again.json()['api_key']}"})
    assert me.json()["name"] == "ann"
    owner = await asyncpg.connect(database_dsn)
    stored = await owner.fetchval("SELECT string_agg(body::text, '') FROM idempotency")
    await owner.close()
    assert first.json()["api_key"].rpartition("_")[2] not in stored


@pytest.mark.parametrize("bad", ["", "x" * 256, "tab\there", "x" * 10_240])
async def test_a_key_is_short_printable_ascii(rest: Any, refused: Any, bad: str) -> None:
    project = await rest.project()
    for path, body in (("/v1/labelers", {"name": "a"}), (f"/v1/projects/{project}/leases", {})):
        told = refused(await rest.post(path, body, headers=key(bad)), 400, "idempotency.key")
        assert told["limit"] == 255
    lines = await rest.post_lines(f"/v1/projects/{project}/items", [{}], headers=key(bad))
    refused(lines, 400, "idempotency.key")
    assert (await rest.post("/v1/labelers", {"name": "a"}, headers=key("x" * 255))).status_code == 201


async def test_a_refusal_is_not_kept(rest: Any, refused: Any) -> None:
    body = {"name": "ann"}
    made = await rest.post("/v1/labelers", body)
    refused(await rest.post("/v1/labelers", body, headers=key("k")), 409, "existing")
    assert made.status_code == 201
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    (lease,) = await rest.claim(project)
    submit = f"/v1/leases/{lease['lease']}/submit"
    wrong = {"fence": lease["fence"] + 1, "label": {"topic": "news"}}
    refused(await rest.post(submit, wrong, headers=key("s")), 409, "lease.fence")
    right = wrong | {"fence": lease["fence"]}
    first = await rest.post(submit, right, headers=key("s"))
    assert first.status_code == 200
    assert (await rest.post(submit, right, headers=key("s"))).json() == first.json()
    refused(await rest.post(submit, wrong, headers=key("s")), 422, "idempotency.mismatch")
    other = right | {"label": {"topic": "other"}}
    refused(await rest.post(submit, other, headers=key("s")), 422, "idempotency.mismatch")


async def test_a48_fifty_at_once_have_one_effect(rest: Any) -> None:
    answers = await asyncio.gather(
        *(rest.post("/v1/projects", project_body(rest, "p"), headers=key("k")) for _ in range(50))
    )
    made = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.json()["id"] for answer in made}) == 1
    for answer in answers:
        if answer.status_code != 201:
            assert (answer.status_code, answer.json()["code"]) == (409, "idempotency.in_flight")
            assert answer.headers["retry-after"] == "1"
    (project,) = [one["id"] for one in (await rest.get("/v1/projects")).json()["items"]]
    await rest.add_notes(project, *"abcdefghij")
    model = await rest.labeler("m", kind=LabelerKind.MODEL)
    leases = f"/v1/projects/{project}/leases"
    claims = await asyncio.gather(*(model.post(leases, {"count": 2}, headers=key("c")) for _ in range(50)))
    assert {claim.status_code for claim in claims} == {200}
    assert len({lease["lease"] for claim in claims for lease in claim.json()["leases"]}) == 2
    lease = claims[0].json()["leases"][0]
    body = {"fence": lease["fence"], "label": {"topic": "news"}}
    submit = f"/v1/leases/{lease['lease']}/submit"
    submitted = await asyncio.gather(*(model.post(submit, body, headers=key("s")) for _ in range(50)))
    assert {(one.status_code, one.text) for one in submitted} == {(200, submitted[0].text)}


async def test_a48_after_thirty_days_a_key_is_new(rest: Any, refused: Any, owner: asyncpg.Connection) -> None:
    """Before that a repeat is answered as the first was; afterwards it is a request like any other."""
    project = await rest.project()
    await rest.add_notes(project, "one")
    (lease,) = await rest.claim(project)
    submit = f"/v1/leases/{lease['lease']}/submit"
    body = {"fence": lease["fence"], "label": {"topic": "news"}}
    sent = {"/v1/labelers": {"name": "ann"}, "/v1/projects": project_body(rest, "one"), submit: body}
    first = {path: await rest.post(path, one, headers=key(path)) for path, one in sent.items()}
    ages = (("29 days 23 hours", True), ("30 days 1 hour", False))
    for age, is_kept in ages:
        await owner.execute("UPDATE idempotency SET created_at = clock_timestamp() - $1::text::interval", age)
        async with rest.engine.database.system() as tx:
            await upkeep.forget(tx)
        assert bool(await owner.fetchval("SELECT count(*) FROM idempotency")) is is_kept
        if is_kept:
            for path, one in sent.items():
                again = await rest.post(path, one, headers=key(path))
                assert (again.status_code, again.json()) == (first[path].status_code, first[path].json())
    refused(
        await rest.post("/v1/labelers", sent["/v1/labelers"], headers=key("/v1/labelers")), 409, "existing"
    )
    made = await rest.post("/v1/projects", sent["/v1/projects"], headers=key("/v1/projects"))
    assert (made.status_code, made.json()["id"] == first["/v1/projects"].json()["id"]) == (201, False)
    assert (await rest.post(submit, body, headers=key(submit))).json() == first[submit].json()


async def test_one_key_on_different_routes_at_once_is_never_an_error_of_ours(rest: Any) -> None:
    one, two = await rest.project(), await rest.project()
    for project in (one, two):
        await rest.add_notes(project, "a", "b")
    (lease,) = await rest.claim(one)
    body = {"fence": lease["fence"], "label": {"topic": "news"}}
    for attempt in range(5):
        same = key(f"k-{attempt}")
        answers = await asyncio.gather(
            rest.post(f"/v1/projects/{one}/leases", {}, headers=same),
            rest.post(f"/v1/projects/{two}/leases", {}, headers=same),
            rest.post(f"/v1/leases/{lease['lease']}/submit", body, headers=same),
            rest.post(f"/v1/leases/{lease['lease']}/heartbeat", headers=same),
            rest.post("/v1/labelers", {"name": f"l-{attempt}"}, headers=same),
        )
        assert {answer.status_code for answer in answers} <= {200, 201, 409, 422}
        assert sum(answer.is_success for answer in answers) <= 1


async def test_a_key_that_a_repeated_submit_was_answered_under_is_taken(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "a")
    (lease,) = await rest.claim(project)
    submit = f"/v1/leases/{lease['lease']}/submit"
    body = {"fence": lease["fence"], "label": {"topic": "news"}}
    assert (await rest.post(submit, body)).status_code == 200
    assert (await rest.post(submit, body, headers=key("repeat"))).status_code == 200
    other = await rest.post("/v1/labelers", {"name": "l"}, headers=key("repeat"))
    refused(other, 422, "idempotency.mismatch")
