"""Comments: said by reviewers, read by those whose answers they are about, and by nobody else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from assay.domain.labeler import Role

SPANS = {
    "fields": {"note": "text"},
    "questions": [{"name": "who", "kind": "span", "field": "note", "classes": ["PER"]}],
}
ANN = {"who": [{"id": "a1", "class": "PER", "start": 0, "end": 3}]}


@pytest.fixture
async def answered(rest: Any) -> dict[str, Any]:
    """One text that ann marked, and a reviewer."""
    project = await rest.project(SPANS)
    await rest.add_notes(project, "Ann won.")
    ann = await rest.labeler("ann")
    (lease,) = await ann.claim(project)
    answer = await ann.submit(lease, ANN)
    return {
        "project": project,
        "ann": ann,
        "rita": await rest.labeler("rita", role=Role.REVIEWER),
        "task": lease["task"],
        "annotation": answer.json()["annotation"],
    }


async def said(who: Any, project: str, **filters: Any) -> list[dict[str, Any]]:
    answer = await who.get(f"/v1/projects/{project}/comments", params=filters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_comment_on_an_object_reaches_its_labeler_with_the_answer(
    rest: Any, answered: dict[str, Any]
) -> None:
    rita, ann, project = answered["rita"], answered["ann"], answered["project"]
    about = {"annotation": answered["annotation"], "question": "who", "object": "a1"}
    made = await rita.post(f"/v1/tasks/{answered['task']}/comments", {"text": "<b>Why?</b>", **about})
    assert made.status_code == 201, made.text
    comment = made.json()
    assert comment["author_name"] == "rita"
    assert comment["external_id"] == "n-0"
    assert await said(rita, project) == [comment]
    (received,) = await said(ann, project)
    assert received["text"] == "<b>Why?</b>"
    assert received["label"] == ANN
    assert received["item"]["fields"] == {"note": "Ann won."}
    assert "author" not in received
    assert "author_name" not in received
    bob = await rest.labeler("bob")
    assert await said(bob, project) == []
    told: list[Any] = []
    while not told:  # elsewhere a transaction may still run
        told = (await rest.get("/v1/events", params={"kind": "comment.added"})).json()["items"]
    (event,) = told
    assert event["subject"] == answered["task"]
    assert event["body"] == {"comment": comment["id"], "annotation": answered["annotation"]}


async def test_a_comment_on_a_task_reaches_all_who_answered_it(rest: Any, answered: dict[str, Any]) -> None:
    project, task = answered["project"], answered["task"]
    ben = {"external_id": "n-0", "labeler": "ben", "label": {"who": []}}
    await rest.post_lines(f"/v1/projects/{project}/annotations", [ben])
    given = (await rest.get(f"/v1/projects/{project}/tasks/{task}")).json()["annotations"]
    bens = next(one["annotation"] for one in given if one["labeler_name"] == "ben")
    await rest.post(f"/v1/tasks/{task}/comments", {"text": "Mark the name only."})
    await rest.post(f"/v1/tasks/{task}/comments", {"text": "Ben: look again.", "annotation": bens})
    assert [one["text"] for one in await said(answered["ann"], project)] == ["Mark the name only."]
    assert len(await said(answered["rita"], project, task=task)) == 2
    assert await said(answered["rita"], project, task=str(uuid4())) == []


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"text": " "}, "field.invalid", "/text"),
        ({"text": "x" * 2001}, "field.invalid", "/text"),
        ({"text": 3}, "field.invalid", "/text"),
        ({"object": "a1"}, "field.missing", "/question"),
        ({"question": "what"}, "ref.not_found", "/question"),
        ({"question": "who", "object": "zz"}, "ref.not_found", "/object"),
        ({"annotation": str(uuid4())}, "ref.not_found", "/annotation"),
        ({"x": 1.0, "y": 2.0}, "field.missing", "/field"),
        ({"field": "note", "x": 1.0}, "field.missing", "/y"),
        ({"field": "note", "x": 1.0, "y": 2.0}, "ref.not_found", "/field"),
        ({"colour": "red"}, "field.unknown", "/colour"),
    ],
)
async def test_what_is_wrong_with_a_comment_is_said(
    answered: dict[str, Any], refused: Any, wrong: dict[str, Any], code: str, pointer: str
) -> None:
    body = {"text": "Look.", "annotation": answered["annotation"], **wrong}
    answer = await answered["rita"].post(f"/v1/tasks/{answered['task']}/comments", body)
    refused(answer, 422, code)
    assert answer.json()["pointer"] == pointer
    assert await said(answered["rita"], answered["project"]) == []


async def test_a_point_lies_on_its_picture(rest: Any, refused: Any) -> None:
    project = await rest.project(rest.BOXES)
    picture = {"url": "https://pictures.example.org/a.png"}
    added = await rest.add_items(project, [{"external_id": "p", "fields": {"image": picture}}])
    assert added["accepted"] == 1, added
    (item,) = (await rest.get(f"/v1/projects/{project}/items")).json()["items"]
    path = f"/v1/tasks/{item['task']}/comments"
    body = {"text": "Here.", "field": "image", "x": 12, "y": 3.5}
    made = await rest.post(path, body)
    assert made.status_code == 201, made.text
    assert (made.json()["x"], made.json()["y"]) == (12, 3.5)
    refused(await rest.post(path, body | {"y": -1}), 422, "field.invalid")


async def test_reviews_are_blind_unless_the_project_says_otherwise(rest: Any) -> None:
    rita = await rest.labeler("rita", role=Role.REVIEWER)
    names: dict[bool, tuple[Any, Any]] = {}
    for blind in (True, False):
        project = await rest.project(blind_review=blind)
        await rest.add_notes(project, "Ann won.")
        ann = await rest.labeler(f"ann {blind}")
        (lease,) = await ann.claim(project)
        await ann.submit(lease, {"topic": "news"})
        claimed = await rita.post(f"/v1/projects/{project}/leases", {"stage": "review"})
        (candidate,) = claimed.json()["leases"][0]["annotations"]
        view = (await rita.get(f"/v1/projects/{project}/tasks/{lease['task']}")).json()
        names[blind] = (candidate.get("labeler_name"), view["annotations"][0].get("labeler_name"))
        seen = (await rest.get(f"/v1/projects/{project}/tasks/{lease['task']}")).json()
        assert seen["annotations"][0]["labeler_name"] == f"ann {blind}"
    assert names == {True: (None, None), False: ("ann False", "ann False")}
    changed = await rest.patch(f"/v1/projects/{project}", json={"blind_review": True})
    assert changed.json()["blind_review"] is True


async def test_its_author_takes_a_comment_back_and_nobody_else_does(
    rest: Any, refused: Any, answered: dict[str, Any]
) -> None:
    rita, ann, project = answered["rita"], answered["ann"], answered["project"]
    kept, taken = [
        (await rita.post(f"/v1/tasks/{answered['task']}/comments", {"text": text})).json()
        for text in ("Look again.", "Wrong.")
    ]
    ruth = await rest.labeler("ruth", role=Role.REVIEWER)
    path = f"/v1/comments/{taken['id']}"
    for other in (ruth, rest):
        refused(await other.delete(path), 404, "not_found")
    assert len(await said(ann, project)) == 2

    assert [(await rita.delete(path)).status_code for _ in range(2)] == [204, 204]
    assert await said(rita, project) == [kept]
    assert [one["text"] for one in await said(ann, project)] == ["Look again."]

    async def told() -> list[dict[str, Any]]:
        items = (await rest.get("/v1/events", params={"kind": "comment.withdrawn"})).json()["items"]
        return [event["body"] for event in items]

    while not (events := await told()):
        pass
    assert events == [{"comment": taken["id"], "annotation": None}]
