"""Claim, hold, edit a draft, submit: what the routes add to the queue's own tests."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from assay.domain.labeler import LabelerKind

STEP = {"question": "topic", "value": "news"}


def operation(value: str, identifier: str | None = None) -> dict[str, Any]:
    return {
        "id": identifier or str(uuid4()),
        "forward": [{"question": "topic", "value": value}],
        "inverse": [{"question": "topic", "value": None}],
    }


async def test_claims_are_bounded_and_empty_answers_exact(rest: Any, refused: Any) -> None:
    project = await rest.project()
    leases = f"/v1/projects/{project}/leases"
    assert (await rest.post(leases, {})).json() == {"leases": []}
    for body, pointer in (
        ({"count": 0}, "/count"),
        ({"count": 101}, "/count"),
        ({"count": "3"}, "/count"),
        ({"count": 1.5}, "/count"),
        ({"count": True}, "/count"),
        ({"stage": "sleep"}, "/stage"),
    ):
        assert refused(await rest.post(leases, body), 422, "field.invalid")["pointer"] == pointer
    assert refused(await rest.post(leases, {"much": 1}), 422, "field.unknown")["pointer"] == "/much"
    await rest.add_notes(project, *"abcdefghijkl")
    ann, model = await rest.labeler("ann"), await rest.labeler("m", kind=LabelerKind.MODEL)
    assert len(await ann.claim(project, 100)) == 10
    told = refused(await ann.post(leases, {"count": 1}), 429, "lease.quota")
    assert told["limit"] == 10
    assert (await ann.post(leases, {})).headers["retry-after"] == "1"
    assert len(await model.claim(project, 100)) == 2
    mine = (await ann.get(leases)).json()["leases"]
    assert [lease["stage"] for lease in mine] == ["label"] * 10
    assert (await rest.get(leases)).json() == {"items": [], "next_cursor": None, "leases": []}
    refused(await ann.get(leases, params={"expand": "labeler"}), 422, "filter.field_refused")


async def test_golds_place_in_a_batch_tells_nothing(rest: Any) -> None:
    project = await rest.project(quality={"gold_rate": 0.5})
    gold = {"gold": {"topic": "news"}}
    await rest.add_items(
        project,
        [
            {
                "external_id": f"{'g' if n < 3 else 'n'}-{n}",
                "fields": {"note": "x"},
                **(gold if n < 3 else {}),
            }
            for n in range(8)
        ],
    )
    draws = iter([0.9, 0.1, 0.9, 0.9, 0.1, 0.9, 0.2, 0.9])
    rest.app.state.engine = dataclasses.replace(rest.engine, uniform=lambda: next(draws))
    ann = await rest.labeler("ann")
    leases = await ann.claim(project, 8)
    assert "".join(lease["item"]["external_id"][0] for lease in leases) == "ngnngngn"
    fences = [lease["fence"] for lease in leases]
    assert fences == sorted(fences)


async def test_a_submit_is_checked_before_anything_is_stored(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    (lease,) = await rest.claim(project)
    submit = f"/v1/leases/{lease['lease']}/submit"
    right = {"fence": lease["fence"], "label": {"topic": "news"}}
    for body, code, pointer in (
        ({"label": {"topic": "news"}}, "field.missing", "/fence"),
        ({"fence": lease["fence"]}, "field.missing", "/label"),
        (right | {"fence": str(lease["fence"])}, "field.invalid", "/fence"),
        (right | {"label": []}, "field.invalid", "/label"),
        (right | {"model_url": "http://x"}, "field.unknown", "/model_url"),
        (right | {"label": {}}, "label.required", "/label/topic"),
        (right | {"label": {"topic": "weather"}}, "label.class", "/label/topic"),
        (right | {"label": {"topic": "news", "x": 1}}, "label.unknown_question", "/label/x"),
        (right | {"verdict": "accept"}, "field.missing", "/target"),
    ):
        assert refused(await rest.post(submit, body), 422, code)["pointer"] == pointer
    refused(await rest.post(submit, right | {"fence": lease["fence"] + 1}), 409, "lease.fence")
    assert (await rest.resolutions(project))[0]["annotations"] == 0
    first = await rest.post(submit, right)
    assert first.json() == {"annotation": lease["lease"], "task_state": "resolved"}
    assert (await rest.post(submit, right)).json() == first.json()
    conflict = refused(await rest.post(submit, right | {"label": {"topic": "other"}}), 409, "submit.conflict")
    assert conflict["annotation"] == lease["lease"]


async def test_a_batch_of_submissions_answers_line_by_line(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, *map(str, range(120)))
    model = await rest.labeler("m", kind=LabelerKind.MODEL)
    leases = await model.claim(project, 100) + await model.claim(project, 20)
    good = [{"lease": one["lease"], "fence": one["fence"], "label": {"topic": "news"}} for one in leases]
    lines = [
        *good[:50],
        {"lease": "no id", "fence": 1, "label": {}},
        good[50] | {"label": {"topic": "weather"}},
        good[51] | {"fence": 0},
        good[52] | {"lease": str(uuid4())},
        *good[50:],
        good[0],
    ]
    answer = await model.post_lines(f"/v1/projects/{project}/submissions", lines)
    assert answer.headers["content-type"] == "application/x-ndjson"
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert len(told) == len(lines)
    assert [one["code"] for one in told[50:54]] == [
        "field.invalid",
        "label.class",
        "lease.fence",
        "not_found",
    ]
    assert [one["pointer"] for one in told[50:53]] == ["/lease", "/label/topic", "/fence"]
    for sent, one in zip(lines[:50] + lines[54:], told[:50] + told[54:], strict=True):
        assert one == {"lease": sent["lease"], "annotation": sent["lease"], "task_state": "submitted"}
    assert sum(one["annotations"] for one in await rest.resolutions(project)) == 120
    refused(await model.post(f"/v1/projects/{project}/submissions", good[0]), 415, "body.type")


async def test_a_line_too_long_ends_a_batch_with_a_problem_and_keeps_what_was_answered(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, *map(str, range(100)))
    model = await rest.labeler("m", kind=LabelerKind.MODEL)
    good = [
        json.dumps({"lease": one["lease"], "fence": one["fence"], "label": {"topic": "news"}})
        for one in await model.claim(project, 100)
    ]
    answer = await model.post(
        f"/v1/projects/{project}/submissions",
        content="\n".join([*good, "x" * (17 << 20)]).encode(),
        headers={"Content-Type": "application/x-ndjson"},
    )
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert (len(told), told[-1]["code"]) == (101, "body.too_large")
    assert sum(one["annotations"] for one in await rest.resolutions(project)) == 100


async def test_a_lease_is_prolonged_and_given_back(rest: Any, refused: Any) -> None:
    project = await rest.project(lease_seconds=60)
    await rest.add_notes(project, "Ann won.")
    ann = await rest.labeler("ann")
    (lease,) = await ann.claim(project)
    held = f"/v1/leases/{lease['lease']}"
    beat = (await ann.post(f"{held}/heartbeat")).json()
    assert beat["lease"] == lease["lease"]
    assert datetime.fromisoformat(beat["expires_at"]) == datetime.fromisoformat(lease["expires_at"])
    for reason, limit in (("", 200), (" ", 200), ("x" * 201, 200), ("expired", None)):
        told = refused(await ann.post(f"{held}/release", {"reason": reason}), 422, "field.invalid")
        assert (told["pointer"], told.get("limit")) == ("/reason", limit)
    for _ in range(2):
        assert (await ann.post(f"{held}/release", {"reason": "skip"})).json()["released"] is True
    assert await ann.claim(project) == []
    refused(await ann.post(f"{held}/heartbeat"), 409, "lease.lost")
    refused(await ann.post(f"/v1/leases/{uuid4()}/heartbeat"), 404, "not_found")


async def test_held_leases_are_a_list(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one", "two", "three")
    ann, bob = [await rest.labeler(name) for name in ("ann", "bob")]
    claimed = [one["lease"] for one in await ann.claim(project, 2) + await bob.claim(project)][:2]
    path = f"/v1/projects/{project}/leases"
    told = (await ann.get(path)).json()
    assert [one["lease"] for one in told["items"]] == claimed
    assert (told["leases"], told["next_cursor"]) == (told["items"], None)
    first = (await ann.get(path, params={"limit": 1})).json()
    second = (await ann.get(path, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert (first["items"] + second["items"], second["next_cursor"]) == (told["items"], None)


async def test_no_body_says_the_defaults(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    ann = await rest.labeler("ann")
    granted = await ann.post(f"/v1/projects/{project}/leases")
    (lease,) = granted.json()["leases"]
    assert (await ann.post(f"/v1/leases/{lease['lease']}/release")).json()["released"] is True
    (again,) = await ann.claim(project)
    assert (again["task"], (await ann.submit(again, {"topic": "news"})).status_code) == (lease["task"], 200)
    made = await rest.post(f"/v1/projects/{project}/snapshots")
    assert (made.status_code, made.json()["min_probability"]) == (201, 0.5)
    refused(await rest.post("/v1/projects"), 415, "body.type")
    refused(await ann.post(f"/v1/projects/{project}/leases", content=b'{"count": 2}'), 415, "body.type")


async def test_a_draft_takes_each_edit_once_and_outlives_its_lease(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    ann = await rest.labeler("ann")
    (lease,) = await ann.claim(project)
    edits, draft = f"/v1/leases/{lease['lease']}/operations", f"/v1/leases/{lease['lease']}/draft"
    assert (await ann.get(draft)).json() == {"label": {}, "revision": 0}
    one, two, three = operation("news"), operation("other"), operation("sports")
    for _ in range(2):
        assert (await ann.post(edits, {"base": 0, "operations": [one, two]})).json() == {"revision": 2}
    assert (await ann.get(draft)).json() == {"label": {"topic": "other"}, "revision": 2}
    told = refused(await ann.post(edits, {"base": 0, "operations": [three]}), 409, "draft.conflict")
    assert told["revision"] == 2
    assert (await ann.post(edits, {"base": 1, "operations": [two, three]})).json() == {"revision": 3}
    for body, pointer in (
        ({"base": 3, "operations": [operation("x", one["id"])] * 2}, "/operations/1/id"),
        (
            {"base": 3, "operations": [operation("x") | {"forward": [{"value": 1}]}]},
            "/operations/0/forward/0",
        ),
        ({"base": 3, "operations": [operation("x") | {"inverse": [STEP, "x"]}]}, "/operations/0/inverse/1"),
        ({"base": "3", "operations": []}, "/base"),
    ):
        assert refused(await ann.post(edits, body), 422, "field.invalid")["pointer"] == pointer
    many = {"base": 3, "operations": [operation("x") for _ in range(1_001)]}
    assert refused(await ann.post(edits, many), 422, "limit.exceeded")["limit"] == 1_000
    await ann.post(f"/v1/leases/{lease['lease']}/release", {})
    (again,) = await ann.claim(project)
    kept = (await ann.get(f"/v1/leases/{again['lease']}/draft")).json()
    assert kept == {"label": {"topic": "sports"}, "revision": 3}
    assert (await ann.submit(again, {"topic": "sports"})).status_code == 200


async def test_edits_that_come_at_once_go_one_after_the_other(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won.")
    (lease,) = await rest.claim(project)
    edits = f"/v1/leases/{lease['lease']}/operations"
    same = operation("news")
    answers = await asyncio.gather(
        *(rest.post(edits, {"base": 0, "operations": [same]}) for _ in range(8)),
        *(rest.post(edits, {"base": 0, "operations": [operation("other")]}) for _ in range(8)),
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert sum(answer.status_code == 200 for answer in answers) >= 1
    assert (await rest.get(f"/v1/leases/{lease['lease']}/draft")).json()["revision"] == 1


@pytest.mark.parametrize("removed", ["classes", "question"])
async def test_an_old_lease_submits_after_the_ontology_changed(rest: Any, removed: str) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won.", "Bob lost.")
    old, answered = await rest.claim(project, 2)
    await rest.submit(answered, {"topic": "other"})
    changed = json.loads(json.dumps(rest.TOPIC))
    if removed == "classes":
        changed["questions"][0]["classes"] = ["sports", "news", "culture"]
    else:
        changed["questions"][0]["name"] = "subject"
    told = (await rest.put(f"/v1/projects/{project}/ontology", json=changed)).json()
    assert (told["ontology_version"], told["migration"]["orphaned_answers"]) == (2, {"topic": 1})
    assert (await rest.submit(old, {"topic": "other"})).status_code == 200
    current = await rest.resolutions(project)
    assert [one["annotations"] for one in current] == [1, 1]
    if removed == "question":
        assert [one["label"] for one in current] == [{}, {}]
