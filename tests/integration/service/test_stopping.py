"""Refits put tasks of a project with a target where its bar says."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np
import pytest

from assay.domain.labeler import LabelerKind, Principal, Role
from assay.domain.lease import NewReview, ReviewTarget
from assay.domain.project import NewProject, ProjectChanges, Quality
from assay.labels.kind import Ballot
from assay.service import importing, lease, project, review
from assay.service.engine import Engine
from assay.service.lease import Idempotency
from assay.service.project_votes import QuestionVotes
from assay.service.question_fit import fit_question
from assay.service.skill import refit_project
from assay.service.stopping import beyond_labels
from assay.store import labeler as labeler_store

CLASSES = "abc"
ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [{"name": "topic", "kind": "choice", "field": "note", "classes": list(CLASSES)}],
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


async def make_project(engine: Engine, admin: Principal, gold: int, asked: int, **quality: Any) -> UUID:
    """A project whose n-th item is truly of class n modulo 3; the first ``gold`` say so."""
    new = NewProject(name="p", ontology=ONTOLOGY, quality=Quality(**quality))
    async with engine.database.transaction(admin.organization) as tx:
        made = await project.create_project(engine, tx, admin, new)

    async def lines() -> AsyncIterator[importing.Line]:
        for n in range(gold + asked):
            known = {"gold": {"topic": CLASSES[n % 3]}} if n < gold else {}
            yield n + 1, {"external_id": f"n-{n}", "fields": {"note": "text"}} | known

    await importing.import_items(engine, admin, made.id, lines(), "abort")
    return made.id


async def label_all(
    engine: Engine, who: Principal, project_id: UUID, owner: asyncpg.Connection, skill: float
) -> None:
    """Answer all that is asked, rightly with a chance of ``skill``."""
    chance = random.Random(who.name)
    truth = {
        row["id"]: CLASSES[int(row["external_id"][2:]) % 3]
        for row in await owner.fetch("SELECT t.id, i.external_id FROM task t JOIN item i ON i.id = t.item")
    }
    while leases := await lease.claim(engine, who, project_id, 50, Idempotency()):
        said = [truth[UUID(held["task"])] for held in leases]
        said = [
            right if chance.random() < skill else chance.choice(CLASSES.replace(right, "")) for right in said
        ]
        batch = [
            (UUID(held["lease"]), held["fence"], {"topic": topic})
            for held, topic in zip(leases, said, strict=True)
        ]
        for result in await lease.submit_many(engine, who, batch):
            assert not isinstance(result, Exception)


async def states(owner: asyncpg.Connection) -> dict[str, int]:
    rows = await owner.fetch("SELECT state, count(*) AS n FROM task WHERE NOT gold GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


async def test_gold_lowers_the_bar_and_surplus_labels_are_asked_no_more(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(
        engine, admin, 100, 60, target_accuracy=0.9, gold_rate=0.5, min_labels=1, max_labels=4
    )
    await label_all(engine, await make_labeler(engine, admin, "ann"), project_id, owner, 1.0)
    assert await states(owner) == {"open": 60}, "0.8 is below the target: a second label is asked of all"
    await refit_project(engine, admin.organization, project_id)
    bar = await owner.fetchval("SELECT stop_at FROM project WHERE id = $1", project_id)
    assert bar is not None
    assert 0.5 <= bar <= 0.9995
    left = await states(owner)
    assert left.get("resolved", 0) > 50, (bar, left)
    slots = await owner.fetchval("SELECT count(*) FROM ready_slot WHERE project = $1", project_id)
    assert slots == left.get("open", 0), "what is closed asks for nothing more"
    ours = "SELECT count(*) FROM task WHERE state = 'resolved' AND NOT gold AND wanted <> given"
    assert await owner.fetchval(ours) == 0


async def test_without_gold_the_target_is_the_bar(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 0, 60, target_accuracy=0.9, max_labels=3)
    for name in ("ann", "bob"):
        await label_all(engine, await make_labeler(engine, admin, name), project_id, owner, 0.95)
    await refit_project(engine, admin.organization, project_id)
    assert await owner.fetchval("SELECT stop_at FROM project WHERE id = $1", project_id) is None
    rows = await owner.fetch("SELECT state, confidence FROM task")
    assert {row["state"] for row in rows if row["confidence"] >= 0.9} == {"resolved"}
    assert "resolved" not in {row["state"] for row in rows if row["confidence"] < 0.9}


async def test_another_target_takes_the_bar_away(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 60, 60, target_accuracy=0.9, gold_rate=0.5)
    await label_all(engine, await make_labeler(engine, admin, "ann"), project_id, owner, 0.95)
    await refit_project(engine, admin.organization, project_id)
    found = "SELECT stop_at FROM project WHERE id = $1"
    assert await owner.fetchval(found, project_id) is not None
    for target, kept in ((0.9, True), (0.99, False)):
        async with engine.database.transaction(admin.organization) as tx:
            changes = ProjectChanges(quality=Quality(target_accuracy=target, gold_rate=0.5))
            await project.change_project(tx, admin, project_id, changes)
        assert (await owner.fetchval(found, project_id) is not None) is kept


async def test_one_person_alone_does_not_send_everything_to_review(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 0, 40, target_accuracy=0.97, max_labels=5)
    await label_all(engine, await make_labeler(engine, admin, "ann"), project_id, owner, 0.9)
    await refit_project(engine, admin.organization, project_id)
    assert "ambiguous" not in await states(owner)


async def test_labels_that_fit_no_class_go_to_a_person_and_a_decided_task_stays(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(
        engine, admin, 60, 62, target_accuracy=0.9, gold_rate=0.5, min_labels=8, max_labels=12
    )
    odd = await owner.fetch(
        "SELECT t.id FROM task t JOIN item i ON i.id = t.item WHERE i.external_id IN ('n-60', 'n-61')"
    )
    torn, decided = (row["id"] for row in odd)
    truth = {
        row["id"]: CLASSES[int(row["external_id"][2:]) % 3]
        for row in await owner.fetch("SELECT t.id, i.external_id FROM task t JOIN item i ON i.id = t.item")
    }
    for n in range(8):
        who = await make_labeler(engine, admin, f"careful {n}")
        while leases := await lease.claim(engine, who, project_id, 50, Idempotency()):
            batch = []
            for held in leases:
                task = UUID(held["task"])
                topic = CLASSES[n % 2] if task in (torn, decided) else truth[task]
                batch.append((UUID(held["lease"]), held["fence"], {"topic": topic}))
            for result in await lease.submit_many(engine, who, batch):
                assert not isinstance(result, Exception)
    version = await owner.fetchval("SELECT version FROM task WHERE id = $1", decided)
    async with engine.database.transaction(admin.organization) as tx:
        target = ReviewTarget(resolution_version=version)
        fix = NewReview(target=target, verdict="fix", label={"topic": "c"})
        await review.override(engine, tx, admin, decided, fix)
    await refit_project(engine, admin.organization, project_id)
    assert await states(owner) == {"resolved": 61, "ambiguous": 1}
    assert await owner.fetchval("SELECT state FROM task WHERE id = $1", torn) == "ambiguous"
    assert json.loads(await owner.fetchval("SELECT label FROM task WHERE id = $1", decided)) == {"topic": "c"}
    await refit_project(engine, admin.organization, project_id)
    assert await states(owner) == {"resolved": 61, "ambiguous": 1}, "a refit does not undo another"


def test_a_place_that_no_label_can_settle_is_given_up() -> None:
    votes = QuestionVotes(n_classes=2)
    chance = np.random.default_rng(0)
    for n in range(300):
        for labeler in range(3):
            said = "ab"[chance.integers(2)]
            votes.add(UUID(int=n), UUID(int=labeler), Ballot(facet="", answer=said, n_answers=2))
    aims = {"min_labels": 1, "max_labels": 3}
    lost = beyond_labels(fit_question(votes), 0.99, aims)
    assert lost.all(), "three labels are the most, and coins were tossed"
