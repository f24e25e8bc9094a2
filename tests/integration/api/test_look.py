"""What is worth a look: by what an expert would right, over all kinds; and one task opened by its name."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from assay.domain.labeler import Role
from assay.service import merging

NEWS, SPORTS = {"topic": "news"}, {"topic": "sports"}
BOTH = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news", "other"]},
        {"name": "who", "kind": "span", "field": "note", "classes": ["PER"]},
    ],
}


def person(start: int, end: int) -> dict[str, Any]:
    return {"id": f"s{start}", "class": "PER", "start": start, "end": end}


async def vote(rest: Any, project: str, **labels: Any) -> None:
    lines = [
        {"external_id": "n-" + name[-1], "labeler": name[:-1], "label": label}
        for name, label in labels.items()
    ]
    answer = await rest.post_lines(f"/v1/projects/{project}/annotations", lines)
    assert answer.status_code == 200, answer.text
    while await merging.merge_due(rest.engine, rest.principal.organization):
        pass


async def looks(who: Any, project: str, **options: Any) -> Any:
    answer = await who.get(f"/v1/projects/{project}/looks", params=options)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def torn(rest: Any) -> dict[str, Any]:
    """Three notes by two labelers: agreed on, torn over the topic, and torn over topic and a name."""
    project = await rest.project(BOTH, quality={"min_labels": 2, "max_labels": 2})
    await rest.add_notes(project, "Ann won.", "Bob lost.", "Cid ran.")
    agreed = NEWS | {"who": [person(0, 3)]}
    await vote(rest, project, ann0=agreed, bob0=agreed, ann1=agreed, bob1=agreed | SPORTS)
    await vote(rest, project, ann2=agreed, bob2=SPORTS | {"who": []})
    rita = await rest.labeler("rita", role=Role.REVIEWER)
    return {"project": project, "rita": rita}


async def test_what_a_look_would_right_comes_first_whatever_its_kind(rest: Any, torn: dict[str, Any]) -> None:
    told = await looks(torn["rita"], torn["project"])
    assert (told["considered"], told["complete"]) == (3, True)
    names = [one["external_id"] for one in told["items"]]
    assert names[:2] == ["n-2", "n-1"]
    most, second, *rest_of_them = told["items"]
    assert {answer["question"] for answer in most["answers"]} == {"topic", "who"}
    assert most["value"] > second["value"] > sum(one["value"] for one in rest_of_them)
    by_question = {answer["question"]: answer for answer in most["answers"]}
    assert by_question["topic"]["answer"] == "sports", "of a tie the ontology's first, as the review shows"
    assert by_question["who"]["answer"] == "PER"
    assert 0.5 <= by_question["who"]["probability"] < 0.9
    assert by_question["who"]["value"] == pytest.approx(0.99 - by_question["who"]["probability"])
    assert [one["external_id"] for one in (await looks(rest, torn["project"], limit=1))["items"]] == ["n-2"]


async def test_an_object_that_people_do_not_agree_on_is_contested(rest: Any, torn: dict[str, Any]) -> None:
    measured = (await rest.get(f"/v1/projects/{torn['project']}/quality")).json()
    objects = [row for row in measured["contested"] if row["question"] == "who"]
    (most, *_) = (await looks(rest, torn["project"]))["items"]
    assert [row["task"] for row in objects] == [most["task"]]
    assert objects[0]["votes"] == {}


async def test_the_limit_is_said(rest: Any, refused: Any) -> None:
    project = await rest.project()
    for limit in (0, 201):
        answer = await rest.get(f"/v1/projects/{project}/looks", params={"limit": limit})
        assert refused(answer, 422, "field.invalid")["pointer"] == "/limit"
    refused(
        await rest.get(f"/v1/projects/{project}/looks", params={"sort": "x"}), 422, "filter.field_refused"
    )
    assert await looks(rest, project) == {"items": [], "considered": 0, "complete": True}


async def open_task(who: Any, project: str, task: str, **also: Any) -> Any:
    body = {"stage": "review", "task": task} | also
    return await who.post(f"/v1/projects/{project}/leases", body)


async def test_a_task_is_opened_by_its_name_and_once_more(
    rest: Any, torn: dict[str, Any], refused: Any
) -> None:
    project, rita = torn["project"], torn["rita"]
    task = (await looks(rita, project))["items"][1]["task"]
    (lease,) = (await open_task(rita, project, task)).json()["leases"]
    assert (lease["task"], lease["stage"], len(lease["annotations"])) == (task, "review", 2)
    (again,) = (await open_task(rita, project, task)).json()["leases"]
    assert (again["lease"], again["fence"]) == (lease["lease"], lease["fence"])
    ruth = await rest.labeler("ruth", role=Role.REVIEWER)
    refused(await open_task(ruth, project, task), 409, "review.held")
    assert task not in [one["task"] for one in (await looks(ruth, project))["items"]]
    assert task in [one["task"] for one in (await looks(rita, project))["items"]]
    target = {"resolution_version": lease["resolution"]["version"]}
    body = {"fence": lease["fence"], "target": target, "verdict": "accept", "reason": ""}
    assert (await rita.post(f"/v1/leases/{lease['lease']}/submit", body)).status_code == 200
    refused(await open_task(ruth, project, task), 409, "review.settled")
    assert task not in [one["task"] for one in (await looks(rita, project))["items"]]


async def test_a_named_task_is_refused_as_any_other_review_is(
    rest: Any, torn: dict[str, Any], refused: Any
) -> None:
    project, rita = torn["project"], torn["rita"]
    other = await rest.project(BOTH, quality={"min_labels": 2, "max_labels": 2})
    await rest.add_notes(other, "Ann won.")
    (mine,) = await rita.claim(other)
    await rita.submit(mine, NEWS | {"who": []})
    refused(await open_task(rita, other, mine["task"]), 403, "review.own")
    assert (await looks(rita, other))["items"] == []
    (open_one,) = await rest.resolutions(other)
    refused(await open_task(rest, other, open_one["task"]), 409, "review.settled")
    task = (await looks(rita, project))["items"][0]["task"]
    refused(await open_task(rita, other, task), 404, "not_found")
    refused(await open_task(rita, project, str(uuid4())), 404, "not_found")
    for wrong in ({"count": 2}, {"stage": "label"}, {"stage": "audit"}):
        answer = await open_task(rita, project, task, **wrong)
        assert refused(answer, 422, "field.invalid")["pointer"] == "/task"
    ann = await rest.labeler("eve")
    refused(await open_task(ann, project, task), 403, "role.forbidden")
