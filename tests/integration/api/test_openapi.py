"""The OpenAPI document is whole: every route told, with what it takes, answers and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from assay.errors import CODES

Operation = tuple[str, dict[str, Any]]
NO_BODY = frozenset(
    {
        "POST /v1/labelers/{labeler}/invitations",
        "POST /v1/leases/{lease}/heartbeat",
        "POST /v1/logout",
        "POST /v1/uploads/{upload}/complete",
    }
)
FILES = frozenset(
    {
        "GET /v1/assets/{sha256}",
        "GET /v1/assets/{sha256}/thumbnail",
        "GET /v1/projects/{project}/items/{item}/media/{field}",
        "GET /v1/snapshots/{snapshot}/export",
    }
)


@pytest.fixture
async def document(rest: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await rest.http.get("/openapi.json")).json()
    return found


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield f"{method.upper()} {path}", told


async def test_every_route_is_told_with_what_it_takes_and_answers(document: dict[str, Any]) -> None:
    faults = []
    for name, told in operations(document):
        if not told.get("description", "").endswith("."):
            faults.append(f"{name} has no sentence that describes it")
        faults += [f"{name} {fault}" for fault in _body_faults(name, told)]
        faults += [f"{name} {fault}" for fault in _answer_faults(name, told)]
        faults += [
            f"{name} names no error {status}" for status in ("401", "422") if status not in told["responses"]
        ]
    assert not faults, "\n".join(faults)


async def test_every_reference_leads_somewhere_and_names_are_told_once(document: dict[str, Any]) -> None:
    for reference in _references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    names = [told["operationId"] for _, told in operations(document)]
    assert len(names) == len(set(names))
    for name, told in operations(document):
        in_path = {part["name"] for part in told.get("parameters", []) if part["in"] == "path"}
        assert in_path == {part[1:-1] for part in name.split("/") if part.startswith("{")}, name


async def test_a_problem_is_told_with_every_code(document: dict[str, Any]) -> None:
    problem = document["components"]["schemas"]["Problem"]
    assert problem["properties"]["code"]["enum"] == sorted(CODES)
    assert all(f"`{code}`" in problem["properties"]["code"]["description"] for code in CODES)


async def test_examples_are_accepted(rest: Any, document: dict[str, Any]) -> None:
    """The examples that need nothing but a project or a lease."""
    made = await rest.post("/v1/projects", _example(document, "/v1/projects", "post"))
    assert made.status_code == 201
    project = f"/v1/projects/{made.json()['id']}"
    told = document["paths"]["/v1/projects/{project}/items"]["post"]["requestBody"]["content"]
    lines = [told["application/x-ndjson"]["example"]]
    assert (await rest.post_lines(f"{project}/items", lines)).json()["accepted"] == 1
    for path, method in (("", "patch"), ("/ontology", "put")):
        example = _example(document, "/v1/projects/{project}" + path, method)
        answer = await getattr(rest, method)(project + path, json=example)
        assert answer.status_code == 200, answer.text
    example = _example(document, "/v1/projects/{project}/leases", "post")
    (lease,) = (await rest.post(f"{project}/leases", example)).json()["leases"]
    for action in ("operations", "submit"):
        example = _example(document, "/v1/leases/{lease}/" + action, "post")
        answer = await rest.post(
            f"/v1/leases/{lease['lease']}/{action}",
            example | ({"fence": lease["fence"]} if "fence" in example else {}),
        )
        assert answer.status_code == 200, answer.text
    assert (await rest.post("/v1/labelers", _example(document, "/v1/labelers", "post"))).status_code == 201


async def test_answers_are_what_the_document_says(rest: Any, document: dict[str, Any]) -> None:
    """Every JSON answer of one loop against the schema its route gives."""
    project = await rest.project(quality={"min_labels": 1})
    await rest.add_notes(project, "Ann won.", "Bob lost.")
    lease, other = await rest.claim(project, 2)
    held = f"/v1/leases/{lease['lease']}"
    (await rest.post(f"{held}/submit", {"fence": lease["fence"], "label": {"topic": "news"}})).json()
    reviewer = await rest.labeler("rita", role="reviewer")
    review = await reviewer.post(f"/v1/projects/{project}/leases", {"stage": "review"})
    _expect(document, "post", "/v1/projects/{project}/leases", review)
    target = {"resolution_version": review.json()["leases"][0]["resolution"]["version"]}
    verdict = {"target": target, "verdict": "accept", "reason": ""}
    submitted = await reviewer.post(
        f"/v1/leases/{review.json()['leases'][0]['lease']}/submit",
        {"fence": review.json()["leases"][0]["fence"]} | verdict,
    )
    _expect(document, "post", "/v1/leases/{lease}/submit", submitted)
    ids = {"project": project, "task": lease["task"], "lease": other["lease"], "labeler": rest.id}
    for path in (
        "/v1/me",
        "/v1/projects",
        "/v1/projects/{project}",
        "/v1/projects/{project}/items",
        "/v1/projects/{project}/leases",
        "/v1/projects/{project}/tasks/{task}",
        "/v1/projects/{project}/resolutions",
        "/v1/projects/{project}/quality",
        "/v1/projects/{project}/members",
        "/v1/leases/{lease}/draft",
        "/v1/labelers",
        "/v1/labelers/{labeler}",
    ):
        _expect(document, "get", path, await rest.get(path.format(**ids)))
    for path, body in (
        ("/v1/leases/{lease}/heartbeat", None),
        ("/v1/leases/{lease}/release", {}),
        ("/v1/projects/{project}/leases", {}),
    ):
        _expect(document, "post", path, await rest.post(path.format(**ids), body))
    items = [{"external_id": "n-0", "fields": {"note": "Ann won."}}, {"external_id": "n-9", "fields": {}}]
    report = await rest.post(f"/v1/projects/{project}/items?on_error=skip", items)
    _expect(document, "post", "/v1/projects/{project}/items", report)


def _body_faults(name: str, told: dict[str, Any]) -> Iterator[str]:
    if name.split()[0] in ("GET", "DELETE") or name in NO_BODY:
        if "requestBody" in told:
            yield "takes no body"
        return
    for media_type, content in told.get("requestBody", {"content": {"none": {}}})["content"].items():
        if "schema" not in content:
            yield f"has no schema for a body of {media_type}"
        elif "example" not in content and media_type != "application/octet-stream":
            yield f"has no example of a body of {media_type}"


def _answer_faults(name: str, told: dict[str, Any]) -> Iterator[str]:
    good = {status: answer for status, answer in told["responses"].items() if status.startswith("2")}
    if not good:
        yield "has no answer"
    for status, answer in good.items():
        if status != "204" and name not in FILES:
            schemas = [content.get("schema") for content in answer.get("content", {}).values()]
            if not schemas or not all(schemas):
                yield f"has no schema of its answer {status}"


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _example(document: dict[str, Any], path: str, method: str) -> Any:
    return document["paths"][path][method]["requestBody"]["content"]["application/json"]["example"]


def _expect(document: dict[str, Any], method: str, path: str, response: Any) -> None:
    assert response.is_success, response.text
    answer = document["paths"][path][method]["responses"][str(response.status_code)]
    faults = list(_mismatches(document, answer["content"]["application/json"]["schema"], response.json(), ""))
    assert faults == [], (method, path, json.dumps(response.json())[:2_000])


def _mismatches(document: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    """What of a value is not as its schema says, by the keywords that our schemas use."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        if all(list(_mismatches(document, one, value, at)) for one in schema["anyOf"]):
            yield f"{at}: fits none of {len(schema['anyOf'])}"
        return
    kind = schema.get("type")
    if kind is not None and not isinstance(value, _PYTHON[kind]):
        yield f"{at}: is no {kind}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: is none of {schema['enum']}"
    elif schema.get("format") == "uuid":
        UUID(value)
    elif isinstance(value, dict) and "properties" in schema:
        yield from (f"{at}/{key} is missing" for key in schema.get("required", []) if key not in value)
        for key, inner in value.items():
            if key not in schema["properties"]:
                yield f"{at}/{key} is not told"
            else:
                yield from _mismatches(document, schema["properties"][key], inner, f"{at}/{key}")
    elif isinstance(value, dict) and isinstance(schema.get("additionalProperties"), dict):
        for key, inner in value.items():
            yield from _mismatches(document, schema["additionalProperties"], inner, f"{at}/{key}")
    elif isinstance(value, list) and "items" in schema:
        for index, inner in enumerate(value):
            yield from _mismatches(document, schema["items"], inner, f"{at}/{index}")


_PYTHON: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
