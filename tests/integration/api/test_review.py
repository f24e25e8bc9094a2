"""Reviews: a second look under a lease, or a manager's word; never at one's own work, nor at what changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from assay.domain.labeler import Role
from assay.service import merging, quality

NEWS, SPORTS = {"topic": "news"}, {"topic": "sports"}


@pytest.fixture
async def answered(rest: Any) -> dict[str, Any]:
    """A project with one task that ann answered `news`, and a reviewer."""
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    ann = await rest.labeler("ann")
    (lease,) = await ann.claim(project)
    await ann.submit(lease, NEWS)
    rita = await rest.labeler("rita", role=Role.REVIEWER)
    return {"project": project, "ann": ann, "rita": rita, "task": lease["task"], "annotation": lease["lease"]}


async def claim(who: Any, project: str) -> list[dict[str, Any]]:
    granted = await who.post(f"/v1/projects/{project}/leases", {"stage": "review", "count": 5})
    assert granted.status_code == 200, granted.text
    leases: list[dict[str, Any]] = granted.json()["leases"]
    return leases


def verdict(lease: dict[str, Any], word: str, label: Any = None, **target: Any) -> dict[str, Any]:
    on = target or {"resolution_version": lease["resolution"]["version"]}
    body = {"fence": lease["fence"], "target": on, "verdict": word, "reason": "because"}
    return body if label is None else body | {"label": label}


async def task(rest: Any, answered: dict[str, Any]) -> dict[str, Any]:
    found = await rest.get(f"/v1/projects/{answered['project']}/tasks/{answered['task']}")
    told: dict[str, Any] = found.json()
    return told


@pytest.mark.parametrize(("word", "label"), [("accept", None), ("fix", SPORTS)])
async def test_accept_and_fix_make_a_new_version_and_are_said_once(
    rest: Any, answered: dict[str, Any], word: str, label: Any, refused: Any
) -> None:
    rita = answered["rita"]
    (lease,) = await claim(rita, answered["project"])
    assert lease["annotations"] == [{"annotation": answered["annotation"], "label": NEWS}]
    assert await claim(rita, answered["project"]) == []
    submit, body = f"/v1/leases/{lease['lease']}/submit", verdict(lease, word, label)
    first = await rita.post(submit, body)
    assert first.json() == {
        "review": lease["lease"],
        "task": answered["task"],
        "version": lease["resolution"]["version"] + 1,
    }
    assert (await rita.post(submit, body)).json() == first.json()
    refused(await rita.post(submit, body | {"reason": "other"}), 409, "submit.conflict")
    told = await task(rest, answered)
    assert (told["state"], told["resolution"]["method"]) == ("resolved", "review")
    assert told["resolution"]["label"] == (label or NEWS)
    assert told["resolution"]["version"] == first.json()["version"]
    assert [one["verdict"] for one in told["reviews"]] == [word]
    assert await claim(rita, answered["project"]) == [], "reviewed once is enough"


async def test_a_rejected_annotation_votes_no_more_and_one_more_label_is_asked_for(
    rest: Any, answered: dict[str, Any]
) -> None:
    (lease,) = await claim(answered["rita"], answered["project"])
    body = verdict(lease, "reject", annotation=answered["annotation"])
    assert (await answered["rita"].post(f"/v1/leases/{lease['lease']}/submit", body)).status_code == 200
    told = await task(rest, answered)
    assert (told["state"], told["resolution"]["label"]) == ("open", {})
    assert [one["counted"] for one in told["annotations"]] == [False]
    assert await answered["ann"].claim(answered["project"]) == [], "never the same labeler again"
    bob = await rest.labeler("bob")
    (second,) = await bob.claim(answered["project"])
    await bob.submit(second, SPORTS)
    told = await task(rest, answered)
    assert (told["state"], told["resolution"]["label"]) == ("resolved", SPORTS)
    await quality.refit(rest.engine, rest.principal.organization, UUID(answered["project"]))
    assert (await task(rest, answered))["resolution"]["label"] == SPORTS


async def test_new_skills_wait_while_a_reviewer_looks(rest: Any, answered: dict[str, Any]) -> None:
    (lease,) = await claim(answered["rita"], answered["project"])
    await quality.refit(rest.engine, rest.principal.organization, UUID(answered["project"]))
    assert (await task(rest, answered))["resolution"] == lease["resolution"]
    release = f"/v1/leases/{lease['lease']}/release"
    assert (await answered["rita"].post(release, {"reason": "returned"})).status_code == 200
    await quality.refit(rest.engine, rest.principal.organization, UUID(answered["project"]))
    assert (await task(rest, answered))["resolution"]["version"] == lease["resolution"]["version"] + 1


async def test_a_rejected_review_is_open_again(rest: Any, answered: dict[str, Any]) -> None:
    override = f"/v1/tasks/{answered['task']}/reviews"
    version = (await task(rest, answered))["resolution"]["version"]
    fix = {"target": {"resolution_version": version}, "verdict": "fix", "label": SPORTS, "reason": ""}
    version = (await rest.post(override, fix)).json()["version"]
    again = {"target": {"resolution_version": version}, "verdict": "reject", "reason": ""}
    assert (await rest.post(override, again)).status_code == 201
    bob = await rest.labeler("bob")
    (lease,) = await bob.claim(answered["project"])
    await bob.submit(lease, NEWS)
    told = await task(rest, answered)
    assert (told["state"], told["resolution"]["label"]) == ("resolved", NEWS)
    assert told["resolution"]["method"] != "review"


async def test_nobody_reviews_their_own_work_nor_what_changed(
    rest: Any, answered: dict[str, Any], refused: Any
) -> None:
    override = f"/v1/tasks/{answered['task']}/reviews"
    own = await rest.labeler("olga", role=Role.MANAGER)
    await rest.add_items(answered["project"], [{"external_id": "own", "fields": {"note": "x"}}])
    (lease,) = await own.claim(answered["project"])
    await own.submit(lease, NEWS)
    assert [one["task"] for one in await claim(own, answered["project"])] == [answered["task"]]
    mine = f"/v1/tasks/{lease['task']}/reviews"
    accept = {"verdict": "accept", "reason": ""}
    refused(await own.post(mine, accept | {"target": {"annotation": lease["lease"]}}), 403, "review.own")
    refused(await own.post(mine, accept | {"target": {"resolution_version": 1}}), 403, "review.own")
    stale = accept | {"target": {"resolution_version": 0}}
    told = refused(await rest.post(override, stale), 409, "review.stale")
    assert (told["version"], told["pointer"]) == (1, "/target/resolution_version")
    for body, code, pointer in (
        (accept | {"target": {}}, "review.target", "/target"),
        (accept | {"target": {"annotation": str(uuid4())}}, "review.target", "/target/annotation"),
        (accept | {"target": {"annotation": lease["lease"]}}, "review.target", "/target/annotation"),
        (accept | {"target": {"resolution_version": 1}, "label": NEWS}, "field.invalid", "/label"),
        ({"target": {"resolution_version": 1}, "verdict": "fix"}, "field.invalid", "/label"),
        (accept | {"target": {"resolution_version": 1}, "verdict": "like"}, "field.invalid", "/verdict"),
        (accept | {"target": {"resolution_version": 1}, "reason": "x" * 2_001}, "field.invalid", "/reason"),
        (
            {"target": {"resolution_version": 1}, "verdict": "fix", "label": {"topic": "?"}},
            "label.class",
            "/label/topic",
        ),
    ):
        assert refused(await rest.post(override, body), 422, code)["pointer"] == pointer
    assert (await task(rest, answered))["reviews"] == []


async def test_a_reviewers_word_withdraws_slots_and_is_not_merged_away(
    rest: Any, database_dsn: str, refused: Any
) -> None:
    ontology = {
        "fields": {"note": "text"},
        "questions": [{"name": "who", "kind": "span", "field": "note", "classes": ["PER"]}],
    }
    project = await rest.project(ontology, quality={"min_labels": 3})
    await rest.add_notes(project, "Ann won.")
    ann, bob = await rest.labeler("ann"), await rest.labeler("bob")
    (first,), (late,) = await ann.claim(project), await bob.claim(project)
    span = {"id": "a", "class": "PER", "start": 0, "end": 3}
    await ann.submit(first, {"who": [span]})
    fixed = {"who": [span | {"end": 2}]}
    body = {"target": {"annotation": first["lease"]}, "verdict": "fix", "label": fixed, "reason": ""}
    assert (await rest.post(f"/v1/tasks/{first['task']}/reviews", body)).status_code == 201
    assert await (await rest.labeler("cid")).claim(project) == []
    assert (await bob.submit(late, {"who": []})).status_code == 200
    while await merging.merge_due(rest.engine, rest.principal.organization):
        pass
    (now,) = await rest.resolutions(project)
    assert (now["state"], now["label"], now["method"]) == ("resolved", fixed, "review")


async def test_an_expired_review_lease_passes_on(
    rest: Any, answered: dict[str, Any], database_dsn: str, refused: Any
) -> None:
    (held,) = await claim(answered["rita"], answered["project"])
    owner = await asyncpg.connect(database_dsn)
    await owner.execute("UPDATE lease SET until = clock_timestamp() - interval '1 ms'")
    await owner.close()
    ruth = await rest.labeler("ruth", role=Role.REVIEWER)
    (taken,) = await claim(ruth, answered["project"])
    assert (taken["task"], taken["fence"] > held["fence"]) == (held["task"], True)
    late = await answered["rita"].post(f"/v1/leases/{held['lease']}/submit", verdict(held, "accept"))
    refused(late, 409, "lease.lost")
    wrong = verdict(taken, "accept") | {"fence": held["fence"]}
    refused(await ruth.post(f"/v1/leases/{taken['lease']}/submit", wrong), 409, "lease.fence")
    refused(await answered["ann"].post(f"/v1/leases/{taken['lease']}/submit", wrong), 403, "role.forbidden")


async def test_gold_is_fixed_not_rejected(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.add_items(project, [{"external_id": "g", "fields": {"note": "x"}, "gold": NEWS}])
    (gold,) = await rest.resolutions(project)
    override, target = f"/v1/tasks/{gold['task']}/reviews", {"target": {"resolution_version": 1}}
    refused(await rest.post(override, target | {"verdict": "reject"}), 422, "review.target")
    assert (await rest.post(override, target | {"verdict": "fix", "label": SPORTS})).status_code == 201
    assert [one["label"] for one in await rest.resolutions(project, gold="true")] == [SPORTS]


async def test_a_fix_is_checked_against_the_ontology_of_its_lease(
    rest: Any, answered: dict[str, Any], refused: Any
) -> None:
    rita, project = answered["rita"], answered["project"]
    (lease,) = await claim(rita, project)
    found = (await rest.get(f"/v1/projects/{project}")).json()["ontology"]
    topic = found["questions"][0] | {"classes": ["news", "weather"]}
    changed = await rest.put(f"/v1/projects/{project}/ontology", json=found | {"questions": [topic]})
    assert changed.status_code == 200, changed.text
    submit = f"/v1/leases/{lease['lease']}/submit"
    refused(await rita.post(submit, verdict(lease, "fix", {"topic": "weather"})), 422, "label.class")
    done = await rita.post(submit, verdict(lease, "fix", SPORTS))
    assert done.status_code == 200, done.text
