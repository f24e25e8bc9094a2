"""Skills move with gold and agreement, and take the whole project's posteriors with them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from assay.domain.labeler import LabelerKind, Principal, Role
from assay.domain.lease import NewReview, ReviewTarget
from assay.domain.project import NewProject, Quality
from assay.labels.kind import Ballot
from assay.service import importing, lease, project, quality, review
from assay.service.engine import Engine
from assay.service.lease import Idempotency
from assay.service.quality import Refits, refit
from assay.service.skill import Known, refit_project, tally
from assay.store import labeler as labeler_store
from assay.store import quality as quality_store

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["a", "b", "c"]},
        {"name": "tags", "kind": "choice", "field": "note", "classes": ["x", "y"], "multiple": True},
    ],
}


@pytest.fixture
async def owner(database_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_dsn)
    yield connection
    await connection.close()


@pytest.fixture
def admin(founded: tuple[Principal, str]) -> Principal:
    return founded[0]


async def make_labeler(engine: Engine, admin: Principal, name: str) -> Principal:
    labeler, kind = engine.ids.new(), LabelerKind.MODEL
    async with engine.database.transaction(admin.organization) as tx:
        await labeler_store.insert(tx, admin.organization, labeler, name=name, kind=kind, role=Role.LABELER)
    return Principal(
        organization=admin.organization, labeler=labeler, name=name, kind=kind, role=Role.LABELER
    )


async def make_project(engine: Engine, admin: Principal, items: list[dict[str, Any]], **quality: Any) -> UUID:
    new = NewProject(name="p", ontology=ONTOLOGY, quality=Quality(**quality))
    async with engine.database.transaction(admin.organization) as tx:
        made = await project.create_project(engine, tx, admin, new)

    async def lines() -> AsyncIterator[importing.Line]:
        for n, item in enumerate(items):
            yield n + 1, {"external_id": f"n-{n}", "fields": {"note": "text"}} | item

    await importing.import_items(engine, admin, made.id, lines(), "abort")
    return made.id


async def label_all(engine: Engine, who: Principal, project_id: UUID, topic: str) -> None:
    while leases := await lease.claim(engine, who, project_id, 50, Idempotency()):
        batch = [(UUID(h["lease"]), h["fence"], {"topic": topic, "tags": ["x"]}) for h in leases]
        for result in await lease.submit_many(engine, who, batch):
            assert not isinstance(result, Exception)


async def test_the_tally_in_python_is_the_tally_in_sql(owner: asyncpg.Connection) -> None:
    labelers = [UUID(int=n) for n in range(4)]
    said = {"a": {"a": 0.9, "b": 0.2, "c": 0.00001}, "b": {"a": 0.1, "b": 0.7}}
    known = {
        (labelers[0], "q"): Known(accuracy=0.95),
        (labelers[1], "q"): Known(accuracy=0.1, confusion=said),
        (labelers[2], "q"): Known(accuracy=0.9999),
        (labelers[3], "q"): Known(accuracy=0.7, confusion=said),
    }
    ballots = [
        (labelers[n % 4], "q", Ballot(facet=facet, answer=answer, n_answers=k))
        for n, (facet, answer, k) in enumerate(
            [("", "a", 3), ("", "b", 3), ("x", "yes", 2), ("", "a", 3)] * 3
        )
    ]
    stored: Any = {}
    for labeler, question, ballot in ballots:
        cast = [[question, ballot.facet, ballot.answer, ballot.n_answers]]
        skill = known[labeler, question]
        skills = {question: {"accuracy": skill.accuracy, "confusion": skill.confusion}}
        stored = json.loads(
            await owner.fetchval(
                "SELECT assay_add_ballots($1::text::jsonb, $2::text::jsonb, $3::text::jsonb)",
                json.dumps(stored),
                json.dumps(cast),
                json.dumps(skills),
            )
        )
    made = tally(ballots, known)
    assert made.keys() == stored.keys()
    for facet, counted in made["q"].items():
        assert counted["k"] == stored["q"][facet]["k"]
        assert counted["w"] == pytest.approx(stored["q"][facet]["w"])


async def test_gold_moves_a_labelers_skill(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    gold = [{"gold": {"topic": "a"}} for _ in range(30)]
    project_id = await make_project(
        engine, admin, [*gold, *({} for _ in range(30))], gold_rate=0.5, min_labels=2
    )
    good, bad = await make_labeler(engine, admin, "good"), await make_labeler(engine, admin, "bad")
    await label_all(engine, good, project_id, "a")
    await label_all(engine, bad, project_id, "b")
    await refit_project(engine, admin.organization, project_id)
    rows = await owner.fetch(
        "SELECT labeler, accuracy, low, high FROM labeler_skill WHERE question = 'topic'"
    )
    skill = {row["labeler"]: row for row in rows}
    assert skill[good.labeler]["low"] > 0.8
    assert skill[bad.labeler]["high"] < 0.5
    elected = await owner.fetch("SELECT tally #> '{topic,\"\",w}' AS w FROM task WHERE NOT gold")
    for row in elected:
        weights = json.loads(row["w"])
        assert weights["a"] > 10 * weights["b"], "the posterior follows the labeler who knows the gold"


async def test_a_refit_lets_an_ambiguous_task_close(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    gold = [{"gold": {"topic": "a", "tags": ["x"]}} for _ in range(40)]
    items = [*gold, *({} for _ in range(30))]
    project_id = await make_project(engine, admin, items, gold_rate=0.5, target_accuracy=0.9)
    await label_all(engine, await make_labeler(engine, admin, "good"), project_id, "a")
    states = "SELECT state, count(*) FROM task WHERE NOT gold GROUP BY state"
    assert [tuple(row) for row in await owner.fetch(states)] == [("ambiguous", 30)], "0.8 is below the target"
    await refit_project(engine, admin.organization, project_id)
    assert [tuple(row) for row in await owner.fetch(states)] == [("resolved", 30)]


async def test_a_rejected_annotation_counts_no_longer(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, [{}], min_labels=2, max_labels=2)
    for name, topic in (("ann", "a"), ("bob", "b")):
        await label_all(engine, await make_labeler(engine, admin, name), project_id, topic)
    wrong = await owner.fetchrow("SELECT id, task FROM annotation WHERE label ->> 'topic' = 'b'")
    async with engine.database.transaction(admin.organization) as tx:
        target = ReviewTarget(annotation=wrong["id"])
        await review.override(engine, tx, admin, wrong["task"], NewReview(target=target, verdict="reject"))
    await refit_project(engine, admin.organization, project_id)
    weights = json.loads(await owner.fetchval("SELECT tally #> '{topic,\"\",w}' FROM task"))
    assert set(weights) == {"a"}
    assert await owner.fetchval("SELECT state FROM task") == "open"


async def test_a_refit_reaches_a_task_with_a_rejected_annotation(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    gold = [{"gold": {"topic": "a", "tags": ["x"]}} for _ in range(40)]
    project_id = await make_project(engine, admin, [*gold, {}], gold_rate=0.5, min_labels=2, max_labels=2)
    for name, topic in (("ann", "a"), ("bob", "b")):
        await label_all(engine, await make_labeler(engine, admin, name), project_id, topic)
    task, wrong = await owner.fetchrow(
        "SELECT t.id, a.id FROM annotation a JOIN task t ON t.id = a.task "
        "WHERE NOT t.gold AND a.label ->> 'topic' = 'b'"
    )
    async with engine.database.transaction(admin.organization) as tx:
        target = ReviewTarget(annotation=wrong)
        await review.override(engine, tx, admin, task, NewReview(target=target, verdict="reject"))
    before = await owner.fetchval("SELECT confidence FROM task WHERE id = $1", task)
    await refit_project(engine, admin.organization, project_id)
    assert await owner.fetchval("SELECT confidence FROM task WHERE id = $1", task) > before


async def test_a_large_project_is_not_refitted_while_someone_waits(
    engine: Engine, admin: Principal, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_id = await make_project(engine, admin, [{} for _ in range(20)])
    await label_all(engine, await make_labeler(engine, admin, "ann"), project_id, "a")
    monkeypatch.setattr(quality, "FRESH_LABELS", 19)
    told = await quality.project_quality(engine, admin, project_id)
    assert told["states"] == {"resolved": 20}
    assert told["cost"] == {"labels": 20}
    assert told["labelers"] == []
    assert await owner.fetchval("SELECT count(*) FROM labeler_skill") == 0
    await refit(engine, admin.organization, project_id)
    assert (await quality.project_quality(engine, admin, project_id))["labelers"] != []


async def test_refits_follow_the_feed_and_measure_the_project(engine: Engine, admin: Principal) -> None:
    project_id = await make_project(engine, admin, [{} for _ in range(20)], min_labels=2, max_labels=2)
    refits = Refits()
    for name in ("ann", "bob"):
        await label_all(engine, await make_labeler(engine, admin, name), project_id, "a")
    async with engine.database.transaction(admin.organization) as tx:
        assert await quality_store.find(tx, admin.organization, project_id) is None
    found = None
    async with asyncio.timeout(60):  # the feed is read up to the oldest transaction of the whole server
        while found is None:
            await refits.look_after(engine)
            async with engine.database.transaction(admin.organization) as tx:
                found = await quality_store.find(tx, admin.organization, project_id)
    assert found[0] == 40
    measured = await refit(engine, admin.organization, project_id)
    assert measured["accuracy"]["low"] <= measured["accuracy"]["estimate"] <= measured["accuracy"]["high"]
    assert measured["cost"] == {"labels": 40}
    assert {row["name"] for row in measured["labelers"]} == {"ann", "bob"}
    assert measured["states"] == {"resolved": 20}
    assert (measured["forecast"]["labels_to_target"], measured["forecast"]["date"]) == (0, None)


async def test_a_refit_learns_what_each_answer_of_a_labeler_says(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    gold = [{"gold": {"topic": "abc"[n % 3], "tags": ["x"]}} for n in range(60)]
    project_id = await make_project(
        engine, admin, [*gold, *({} for _ in range(90))], gold_rate=0.5, min_labels=2
    )
    known = {
        row["id"]: "abc"[int(row["external_id"][2:]) % 3]
        for row in await owner.fetch("SELECT t.id, i.external_id FROM task t JOIN item i ON i.id = t.item")
    }
    for name in ("careful", "blind to b"):
        who = await make_labeler(engine, admin, name)
        while leases := await lease.claim(engine, who, project_id, 50, Idempotency()):
            said = [known[UUID(h["task"])] for h in leases]
            if name == "blind to b":
                said = ["a" if topic == "b" else topic for topic in said]
            batch = [
                (UUID(h["lease"]), h["fence"], {"topic": topic, "tags": ["x"]})
                for h, topic in zip(leases, said, strict=True)
            ]
            for result in await lease.submit_many(engine, who, batch):
                assert not isinstance(result, Exception)
    measured = await refit(engine, admin.organization, project_id)
    skill = {row["name"]: row["questions"]["topic"] for row in measured["labelers"]}
    assert skill["careful"]["confusion"]["b"]["b"] > 0.8
    assert skill["blind to b"]["confusion"]["a"]["b"] > 0.6, "most true b are called a"
    assert skill["blind to b"]["accuracy"] < skill["careful"]["accuracy"]
    assert measured["accuracy"]["method"] == "calibrated_by_gold"
    assert sum(row["tasks"] for row in measured["histogram"]) == 90
    assert sum(row["answers"] for row in measured["reliability"]["topic"]) >= 20
    assert all(row["votes"]["a"] == row["votes"]["b"] == 1 for row in measured["contested"])
    assert len(measured["contested"]) == 20
    (seen,) = measured["history"]
    assert seen["labels"] == measured["cost"]["labels"]
    assert seen["estimate"] == measured["accuracy"]["estimate"]
    again = await refit(engine, admin.organization, project_id)
    assert again["history"] == [seen], "no label, no new point"
    alpha = measured["agreement"]["topic"]
    assert alpha["low"] <= alpha["alpha"] <= alpha["high"] < 1
    rows = await owner.fetch("SELECT tally, method FROM task WHERE NOT gold")
    assert {row["method"] for row in rows} == {"auto"}
    rates = await owner.fetch("SELECT gold_rate FROM labeler_skill WHERE question = 'topic'")
    assert all(0.125 <= row["gold_rate"] <= 0.5 for row in rates)


async def test_a_labeler_who_is_known_meets_less_gold(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    gold = [{"gold": {"topic": "a", "tags": ["x"]}} for _ in range(200)]
    project_id = await make_project(engine, admin, [*gold, *({} for _ in range(200))], gold_rate=0.5)
    known, new = await make_labeler(engine, admin, "known"), await make_labeler(engine, admin, "new")
    await owner.execute(
        "INSERT INTO labeler_skill (organization, project, labeler, question, accuracy, low, high, labels, "
        "gold_rate, updated_at) VALUES ($1, $2, $3, 'topic', 0.95, 0.94, 0.96, 900, 0.0, clock_timestamp())",
        admin.organization,
        project_id,
        known.labeler,
    )
    met = {}
    for who in (known, new):
        leases = await lease.claim(engine, who, project_id, 100, Idempotency())
        tasks = [UUID(h["task"]) for h in leases]
        met[who.name] = await owner.fetchval("SELECT count(*) FROM task WHERE gold AND id = ANY ($1)", tasks)
    assert met["known"] == 0
    assert met["new"] > 0


async def test_a_review_stands_whatever_a_refit_finds(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, [{} for _ in range(10)], min_labels=2, max_labels=2)
    for name in ("ann", "bob"):
        await label_all(engine, await make_labeler(engine, admin, name), project_id, "a")
    task, version = await owner.fetchrow("SELECT id, version FROM task ORDER BY seq LIMIT 1")
    fix = NewReview(
        target=ReviewTarget(resolution_version=version), verdict="fix", label={"topic": "c", "tags": []}
    )
    async with engine.database.transaction(admin.organization) as tx:
        await review.override(engine, tx, admin, task, fix)
    before = await owner.fetchrow("SELECT label, confidence, method, version FROM task WHERE id = $1", task)
    await refit_project(engine, admin.organization, project_id)
    after = await owner.fetchrow("SELECT label, confidence, method, version FROM task WHERE id = $1", task)
    assert tuple(after) == tuple(before)
    assert after["method"] == "review"
    versions = "SELECT array_agg(version ORDER BY seq) FROM task"
    settled = await owner.fetchval(versions)
    await refit_project(engine, admin.organization, project_id)
    assert await owner.fetchval(versions) == settled, "a refit that finds nothing new changes no task"
