"""Views: filters that a person keeps for themselves."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from assay.domain.labeler import Role
from assay.domain.view import MAX_VIEWS

DOUBTFUL: dict[str, Any] = {
    "name": "Doubtful news",
    "filters": {"question": "topic", "answer": "news", "max_confidence": 0.8},
}


async def kept(who: Any, project: str) -> list[str]:
    answer = await who.get(f"/v1/projects/{project}/views")
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def test_a_view_is_kept_found_and_forgotten_by_its_person_alone(rest: Any, refused: Any) -> None:
    project = await rest.project()
    rita, ruth = [await rest.labeler(name, role=Role.REVIEWER) for name in ("rita", "ruth")]
    made = await rita.post(f"/v1/projects/{project}/views", DOUBTFUL)
    assert made.status_code == 201, made.text
    told = made.json()
    unset = dict.fromkeys(("state", "external_id", "gold", "min_confidence", "text"))
    assert told["filters"] == unset | DOUBTFUL["filters"]
    assert (told["id"], told["name"], told["project"]) == (told["view"], "Doubtful news", project)
    await rita.post(f"/v1/projects/{project}/views", {"name": "All", "filters": {}})
    assert await kept(rita, project) == ["All", "Doubtful news"]
    assert await kept(ruth, project) == []
    assert (await ruth.post(f"/v1/projects/{project}/views", DOUBTFUL)).status_code == 201
    refused(await ruth.delete(f"/v1/views/{told['id']}"), 404, "not_found")
    assert (await rita.delete(f"/v1/views/{told['id']}")).status_code == 204
    refused(await rita.delete(f"/v1/views/{told['id']}"), 404, "not_found")
    assert (await kept(rita, project), await kept(ruth, project)) == (["All"], ["Doubtful news"])
    other = await rest.project()
    assert await kept(rita, other) == []


async def test_what_is_no_view_is_refused(rest: Any, refused: Any) -> None:
    project = await rest.project()
    path = f"/v1/projects/{project}/views"
    for wrong, code, pointer in (
        ({"name": "", "filters": {}}, "field.invalid", "/name"),
        ({"name": " ", "filters": {}}, "field.invalid", "/name"),
        ({"name": "x" * 101, "filters": {}}, "field.invalid", "/name"),
        ({"name": "x"}, "field.missing", "/filters"),
        ({"name": "x", "filters": {"colour": "red"}}, "field.unknown", "/filters/colour"),
        ({"name": "x", "filters": {"state": "lost"}}, "field.invalid", "/filters/state"),
        ({"name": "x", "filters": {"max_confidence": 2}}, "field.invalid", "/filters/max_confidence"),
        ({"name": "x", "filters": {"question": "topic"}}, "field.invalid", "/filters/answer"),
    ):
        assert refused(await rest.post(path, wrong), 422, code)["pointer"] == pointer
    refused(await rest.post(f"/v1/projects/{uuid4()}/views", DOUBTFUL), 404, "not_found")
    assert (await rest.post(path, DOUBTFUL)).status_code == 201
    assert refused(await rest.post(path, DOUBTFUL), 409, "view.name")["pointer"] == "/name"
    for n in range(MAX_VIEWS - 1):
        assert (await rest.post(path, {"name": f"{n}", "filters": {}})).status_code == 201
    refused(await rest.post(path, {"name": "one more", "filters": {}}), 422, "limit.exceeded")
