"""The queue's promises: never twice, never too many, nothing lost, empty only when empty."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from assay.domain.labeler import LabelerKind, Principal, Role
from assay.domain.project import NewProject, Quality
from assay.errors import Conflict, Invalid, NotFound, TooMany
from assay.service import draw, importing, lease, project
from assay.service.annotation import import_annotations
from assay.service.engine import Engine, Marks
from assay.service.lease import Idempotency
from assay.store import labeler as labeler_store
from assay.store.migrations import APP_ROLE, role_dsn

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["a", "b"], "required": True}
    ],
}
ONCE = Idempotency()


@pytest.fixture
async def owner(database_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's view: what is really stored, whatever the policies say."""
    connection = await asyncpg.connect(database_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def as_server(database_dsn: str, role_password: str) -> AsyncIterator[asyncpg.Connection]:
    """What the server sees, under its row-level security."""
    connection = await asyncpg.connect(role_dsn(database_dsn, APP_ROLE, role_password))
    yield connection
    await connection.close()


@pytest.fixture
def admin(founded: tuple[Principal, str]) -> Principal:
    return founded[0]


async def make_labeler(engine: Engine, admin: Principal, name: str, kind: LabelerKind) -> Principal:
    labeler = engine.ids.new()
    async with engine.database.transaction(admin.organization) as tx:
        await labeler_store.insert(tx, admin.organization, labeler, name=name, kind=kind, role=Role.LABELER)
    return Principal(
        organization=admin.organization, labeler=labeler, name=name, kind=kind, role=Role.LABELER
    )


async def make_project(engine: Engine, admin: Principal, tasks: int, **quality: Any) -> UUID:
    """A project with so many texts."""
    new = NewProject(name="p", ontology=ONTOLOGY, quality=Quality(**quality))
    async with engine.database.transaction(admin.organization) as tx:
        made = await project.create_project(engine, tx, admin, new)
    await add_items(engine, admin, made.id, tasks)
    return made.id


async def add_items(engine: Engine, admin: Principal, project_id: UUID, count: int, **more: Any) -> None:
    async def lines() -> AsyncIterator[importing.Line]:
        for n in range(count):
            yield n + 1, {"external_id": f"n-{n}", "fields": {"note": f"note {n}"}} | more

    report = await importing.import_items(engine, admin, project_id, lines(), "abort")
    assert report.accepted == count


async def answer(engine: Engine, who: Principal, held: dict[str, Any], topic: str = "a") -> dict[str, Any]:
    return await draw.submit(engine, who, UUID(held["lease"]), held["fence"], {"topic": topic}, None)


async def test_eight_labelers_at_once_finish_two_thousand_tasks_of_overlap_three(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 2_000, min_labels=3, max_labels=3)
    crowd = [await make_labeler(engine, admin, f"m{n}", LabelerKind.MODEL) for n in range(8)]

    async def work(who: Principal) -> list[str]:
        seen: list[str] = []
        while leases := await lease.claim(engine, who, project_id, 20, ONCE):
            live = await owner_lock(
                owner, "SELECT max(n) FROM (SELECT count(*) AS n FROM lease GROUP BY task) x"
            )
            assert live is None or live <= 3
            seen += [held["task"] for held in leases]
            batch = [(UUID(held["lease"]), held["fence"], {"topic": "a"}) for held in leases]
            for result in await lease.submit_many(engine, who, batch):
                assert not isinstance(result, Exception)
        return seen

    guard = asyncio.Lock()

    async def owner_lock(connection: asyncpg.Connection, query: str) -> Any:
        async with guard:
            return await connection.fetchval(query)

    served = await asyncio.gather(*map(work, crowd))
    for seen in served:
        assert len(seen) == len(set(seen)), "one labeler was given a task twice"
    assert set(Counter(task for seen in served for task in seen).values()) == {3}
    assert await owner.fetchval("SELECT count(*) FROM task WHERE state = 'resolved' AND given = 3") == 2_000
    assert await owner.fetchval("SELECT count(*) FROM ready_slot") == 0
    assert await owner.fetchval("SELECT count(*) FROM lease") == 0


async def test_one_labelers_last_claims_read_no_more_than_the_first_and_those_no_more_than_of_a_few_tasks(
    engine: Engine,
    admin: Principal,
    owner: asyncpg.Connection,
    as_server: asyncpg.Connection,
) -> None:
    """20,000 tasks of overlap 3, counted in pages the database touches: a clock would measure the machine.

    As the server's own role: row-level security decides which conditions an index may serve.
    """
    few = await make_project(engine, admin, 50, min_labels=3, max_labels=3)
    many = await make_project(engine, admin, 20_000, min_labels=3, max_labels=3)
    who = await make_labeler(engine, admin, "m", LabelerKind.MODEL)
    await as_server.execute("SELECT set_config('app.organization', $1, false)", str(admin.organization))

    async def pages_of_ten_claims(project_id: UUID) -> float:
        pages = []
        for _ in range(10):
            marks = engine.marks.get((who.labeler, project_id)) or Marks()
            pages.append(
                await _pages_read(
                    as_server,
                    "SELECT assay_claim($1, $2, $3, true, $4, '{0.5}', 1000, $5, $6, $7, $8, NULL, '')",
                    who.organization,
                    project_id,
                    who.labeler,
                    [engine.ids.new()],
                    list(marks.slots),
                    list(marks.slots.values()),
                    marks.held,
                    marks.after,
                )
            )
            for held in await owner.fetch("SELECT id AS lease, fence FROM lease"):
                await draw.submit(engine, who, held["lease"], held["fence"], {"topic": "a"}, None)
        return median(pages)

    async def claim_and_submit(project_id: UUID, count: int) -> None:
        leases = await lease.claim(engine, who, project_id, count, ONCE)
        await lease.submit_many(
            engine, who, [(UUID(held["lease"]), held["fence"], {"topic": "a"}) for held in leases]
        )

    await claim_and_submit(few, 10)
    of_few = await pages_of_ten_claims(few)
    await claim_and_submit(many, 100)
    first = await pages_of_ten_claims(many)
    await owner.execute("ANALYZE")  # what the planner knows of the tables changes nothing either
    for _ in range(198):
        await claim_and_submit(many, 100)
    last = await pages_of_ten_claims(many)
    assert await owner.fetchval("SELECT count(*) FROM labeler_task") == 19_940
    assert max(first, last) <= 1.3 * of_few, (of_few, first, last)


async def test_a_person_holds_ten_leases_and_no_more(engine: Engine, admin: Principal) -> None:
    project_id = await make_project(engine, admin, 30)
    ann = await make_labeler(engine, admin, "ann", LabelerKind.PERSON)
    assert len(await lease.claim(engine, ann, project_id, 100, ONCE)) == 10
    with pytest.raises(TooMany) as refused:
        await lease.claim(engine, ann, project_id, 1, ONCE)
    assert (refused.value.code, refused.value.limit) == ("lease.quota", 10)


async def test_a_vanished_labeler_delays_a_task_by_the_lease_and_no_more(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 1)
    ann, bob = [await make_labeler(engine, admin, name, LabelerKind.PERSON) for name in ("ann", "bob")]
    [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
    assert await lease.claim(engine, bob, project_id, 1, ONCE) == []
    await owner.execute("UPDATE lease SET until = clock_timestamp() - interval '1 ms'")
    # No cleaner runs here: the claim itself takes back what has expired.
    [taken] = await lease.claim(engine, bob, project_id, 1, ONCE)
    assert taken["task"] == held["task"]
    assert taken["fence"] > held["fence"]


async def test_a_late_submit_counts_while_its_slot_is_free(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 1)
    ann, bob = [await make_labeler(engine, admin, name, LabelerKind.PERSON) for name in ("ann", "bob")]
    [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
    await owner.execute("UPDATE lease SET until = clock_timestamp() - interval '1 ms'")
    await owner.fetchval("SELECT assay_expire_leases($1, NULL, 100)", admin.organization)
    assert (await answer(engine, ann, held))["annotation"] == held["lease"]
    assert await lease.claim(engine, bob, project_id, 1, ONCE) == []
    assert await owner.fetchval("SELECT state FROM task") == "resolved"


async def test_a_submit_after_the_slot_was_given_away_is_kept_uncounted(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 1)
    ann, bob = [await make_labeler(engine, admin, name, LabelerKind.PERSON) for name in ("ann", "bob")]
    [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
    await owner.execute("UPDATE lease SET until = clock_timestamp() - interval '1 ms'")
    [taken] = await lease.claim(engine, bob, project_id, 1, ONCE)
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            await answer(engine, ann, held, "b")
        assert refused.value.code == "lease.lost"
    await answer(engine, bob, taken, "a")
    stored = await owner.fetch("SELECT label, counted FROM annotation ORDER BY counted")
    assert [(row["label"], row["counted"]) for row in stored] == [
        ('{"topic": "b"}', False),
        ('{"topic": "a"}', True),
    ]


async def test_a_late_submit_for_a_task_that_was_given_anew_leaves_both_slots_as_they_are(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    """A labeler returns a task, gets it again under another slot, then sends the first answer after all."""
    project_id = await make_project(engine, admin, 1, min_labels=2, max_labels=2)
    ann, bob = [await make_labeler(engine, admin, name, LabelerKind.PERSON) for name in ("ann", "bob")]
    [first] = await lease.claim(engine, ann, project_id, 1, ONCE)
    async with engine.database.transaction(admin.organization) as tx:
        await lease.release(tx, ann, UUID(first["lease"]), "returned")
    [second] = await lease.claim(engine, ann, project_id, 1, ONCE)
    assert second["task"] == first["task"]
    with pytest.raises(Conflict) as refused:
        await answer(engine, ann, first)
    assert refused.value.code == "lease.lost"
    await answer(engine, ann, second)
    [other] = await lease.claim(engine, bob, project_id, 1, ONCE)
    await answer(engine, bob, other)
    assert tuple(await owner.fetchrow("SELECT state, given FROM task")) == ("resolved", 2)


async def test_a_submit_beside_an_imported_vote_gives_the_slot_back(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 1, min_labels=2, max_labels=2)
    ann, bob = [await make_labeler(engine, admin, name, LabelerKind.PERSON) for name in ("ann", "bob")]
    [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
    name = await owner.fetchval("SELECT external_id FROM item")

    async def lines() -> AsyncIterator[importing.Line]:
        yield 1, {"external_id": name, "labeler": str(ann.labeler), "label": {"topic": "b"}}

    await import_annotations(engine, admin, project_id, lines(), "abort")
    with pytest.raises(Conflict) as refused:
        await answer(engine, ann, held)
    assert refused.value.code == "lease.lost"
    [other] = await lease.claim(engine, bob, project_id, 1, ONCE)
    await answer(engine, bob, other)
    assert tuple(await owner.fetchrow("SELECT state, given FROM task")) == ("resolved", 2)


async def test_a_repeated_submit_answers_the_same_and_a_different_one_is_refused(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 1)
    ann = await make_labeler(engine, admin, "ann", LabelerKind.PERSON)
    [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
    first = await answer(engine, ann, held)
    assert first == {"annotation": held["lease"], "task_state": "submitted"}
    assert await answer(engine, ann, held) == first
    with pytest.raises(Conflict) as refused:
        await answer(engine, ann, held, "b")
    assert refused.value.code == "submit.conflict"
    assert await owner.fetchval("SELECT count(*) FROM annotation") == 1


async def test_a_wrong_fence_stores_nothing_and_leaves_the_lease(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 1)
    ann = await make_labeler(engine, admin, "ann", LabelerKind.PERSON)
    [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
    with pytest.raises(Conflict) as refused:
        await answer(engine, ann, held | {"fence": held["fence"] + 1})
    assert refused.value.code == "lease.fence"
    assert await owner.fetchval("SELECT count(*) FROM annotation") == 0
    await answer(engine, ann, held)


async def test_nobody_submits_for_a_lease_of_another(engine: Engine, admin: Principal) -> None:
    project_id = await make_project(engine, admin, 1)
    ann, bob = [await make_labeler(engine, admin, name, LabelerKind.PERSON) for name in ("ann", "bob")]
    [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
    with pytest.raises(NotFound):
        await answer(engine, bob, held)


async def test_a_returned_task_comes_again_and_a_skipped_one_does_not(
    engine: Engine, admin: Principal
) -> None:
    project_id = await make_project(engine, admin, 1)
    ann, bob = [await make_labeler(engine, admin, name, LabelerKind.PERSON) for name in ("ann", "bob")]
    for reason, comes_again in (
        ("returned", True),
        ("I do not know this sport", True),
        ("skip", False),
    ):
        [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
        async with engine.database.transaction(admin.organization) as tx:
            await lease.release(tx, ann, UUID(held["lease"]), reason)
        again = await lease.claim(engine, ann, project_id, 1, ONCE)
        assert bool(again) is comes_again
        for one in again:
            async with engine.database.transaction(admin.organization) as tx:
                await lease.release(tx, ann, UUID(one["lease"]), "returned")
    assert len(await lease.claim(engine, bob, project_id, 1, ONCE)) == 1


async def test_a_task_let_go_ten_times_needs_attention(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    """What an app fetched ahead and gave back, however often, says nothing of the task."""
    project_id = await make_project(engine, admin, 1)
    ann = await make_labeler(engine, admin, "ann", LabelerKind.PERSON)
    for reason in ["returned"] * 11 + ["does not load"] * 10:
        [held] = await lease.claim(engine, ann, project_id, 1, ONCE)
        async with engine.database.transaction(admin.organization) as tx:
            await lease.release(tx, ann, UUID(held["lease"]), reason)
    assert await lease.claim(engine, ann, project_id, 1, ONCE) == []
    assert await owner.fetchval("SELECT state FROM task") == "needs_attention"


async def test_one_claim_never_takes_two_slots_of_one_task(engine: Engine, admin: Principal) -> None:
    project_id = await make_project(engine, admin, 4, min_labels=3, max_labels=3)
    model = await make_labeler(engine, admin, "m", LabelerKind.MODEL)
    leases = await lease.claim(engine, model, project_id, 100, ONCE)
    assert len({held["task"] for held in leases}) == len(leases) == 4


async def test_urgent_items_come_first_whenever_they_arrive(engine: Engine, admin: Principal) -> None:
    project_id = await make_project(engine, admin, 3)
    ann = await make_labeler(engine, admin, "ann", LabelerKind.PERSON)
    await lease.claim(engine, ann, project_id, 1, ONCE)

    async def urgent() -> AsyncIterator[importing.Line]:
        yield 1, {"external_id": "urgent", "fields": {"note": "now"}, "priority": 5}
        yield 2, {"external_id": "idle", "fields": {"note": "later"}, "priority": -5}

    await importing.import_items(engine, admin, project_id, urgent(), "abort")
    order = [held["item"]["external_id"] for held in await lease.claim(engine, ann, project_id, 9, ONCE)]
    assert order == ["urgent", "n-1", "n-2", "idle"]


async def test_labels_are_asked_for_until_the_posterior_passes_the_target(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    """At the prior accuracy of 0.8 two equal votes give 0.941 and a third 0.985."""
    project_id = await make_project(engine, admin, 1, min_labels=1, max_labels=5, target_accuracy=0.98)
    crowd = [await make_labeler(engine, admin, f"m{n}", LabelerKind.MODEL) for n in range(5)]
    for who, state, sure in zip(crowd, ("open", "open", "resolved"), (0.8, 0.9412, 0.9846), strict=False):
        [held] = await lease.claim(engine, who, project_id, 1, ONCE)
        await answer(engine, who, held)
        row = await owner.fetchrow("SELECT state, confidence FROM task")
        assert (row["state"], round(row["confidence"], 4)) == (state, sure)
    assert await lease.claim(engine, crowd[3], project_id, 1, ONCE) == []


async def test_a_task_that_stays_unsure_becomes_ambiguous(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 1, min_labels=2, max_labels=2, target_accuracy=0.9)
    for name, topic in (("ann", "a"), ("bob", "b")):
        who = await make_labeler(engine, admin, name, LabelerKind.PERSON)
        [held] = await lease.claim(engine, who, project_id, 1, ONCE)
        await answer(engine, who, held, topic)
    assert await owner.fetchval("SELECT state FROM task") == "ambiguous"


async def test_gold_is_mixed_in_at_its_rate_and_once_for_each_labeler(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    project_id = await make_project(engine, admin, 300, gold_rate=0.2, min_labels=2, max_labels=2)

    async def gold() -> AsyncIterator[importing.Line]:
        for n in range(40):
            yield n + 1, {"external_id": f"g-{n}", "fields": {"note": "known"}, "gold": {"topic": "a"}}

    await importing.import_items(engine, admin, project_id, gold(), "abort")
    who = await make_labeler(engine, admin, "m", LabelerKind.MODEL)
    seen = []
    while leases := await lease.claim(engine, who, project_id, 10, ONCE):
        for held in leases:
            assert set(held) == {
                "lease",
                "fence",
                "task",
                "item",
                "ontology_version",
                "predictions",
                "expires_at",
            }
            seen.append(held["item"]["external_id"])
            await answer(engine, who, held)
    known = [name for name in seen if name.startswith("g-")]
    assert len(known) == len(set(known)) == 40
    assert sum(name.startswith("n-") for name in seen) == 300
    share = sum(name.startswith("g-") for name in seen[:100]) / 100
    assert 0.1 <= share <= 0.3
    assert (
        await owner.fetchval("SELECT count(*) FROM task WHERE gold AND given = 1 AND state = 'resolved'")
        == 40
    )


async def test_a_claim_repeated_under_its_key_gets_the_same_leases(engine: Engine, admin: Principal) -> None:
    project_id = await make_project(engine, admin, 5)
    ann = await make_labeler(engine, admin, "ann", LabelerKind.PERSON)
    once = Idempotency(key="k", digest=b"one")
    first = await lease.claim(engine, ann, project_id, 2, once)
    assert await lease.claim(engine, ann, project_id, 2, once) == first
    with pytest.raises(Invalid) as refused:
        await lease.claim(engine, ann, project_id, 1, Idempotency(key="k", digest=b"two"))
    assert refused.value.code == "idempotency.mismatch"


async def test_a_label_is_checked_against_its_leases_version_after_the_ontology_changed(
    engine: Engine, admin: Principal
) -> None:
    project_id = await make_project(engine, admin, 2)
    ann = await make_labeler(engine, admin, "ann", LabelerKind.PERSON)
    [old] = await lease.claim(engine, ann, project_id, 1, ONCE)
    changed = {**ONTOLOGY, "questions": [{**ONTOLOGY["questions"][0], "classes": ["a", "c"]}]}  # type: ignore[dict-item,index]
    async with engine.database.transaction(admin.organization) as tx:
        await project.change_ontology(engine, tx, admin, project_id, changed)
    [new] = await lease.claim(engine, ann, project_id, 1, ONCE)
    assert (old["ontology_version"], new["ontology_version"]) == (1, 2)
    await answer(engine, ann, old, "b")
    with pytest.raises(Invalid) as refused:
        await answer(engine, ann, new, "b")
    assert (refused.value.code, refused.value.pointer) == ("label.class", "/label/topic")


async def _pages_read(asker: asyncpg.Connection, statement: str, *values: Any) -> int:
    """Pages that this statement and its functions touched; what vacuum reads meanwhile is not in it."""
    [told] = json.loads(await asker.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", *values))
    return int(told["Plan"]["Shared Hit Blocks"] + told["Plan"]["Shared Read Blocks"])
