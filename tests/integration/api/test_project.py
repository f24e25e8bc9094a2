"""Projects: strict bodies, bounds, changes, ontologies, signed cursors."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

TOPIC = {
    "fields": {"note": "text"},
    "questions": [{"name": "topic", "kind": "choice", "field": "note", "classes": ["a", "b"]}],
}
BODY: dict[str, Any] = {"name": "p", "ontology": TOPIC}


async def test_what_is_wrong_with_a_project_is_named(rest: Any, refused: Any) -> None:
    question = TOPIC["questions"][0]  # type: ignore[index]

    def asking(*questions: Any, **fields: Any) -> dict[str, Any]:
        return BODY | {"ontology": {"fields": {"note": "text"} | fields, "questions": list(questions)}}

    for body, code, pointer in (
        ({"ontology": TOPIC}, "field.missing", "/name"),
        ({"name": "p"}, "field.missing", "/ontology"),
        (BODY | {"nam": "x"}, "field.unknown", "/nam"),
        (BODY | {"name": 3}, "field.invalid", "/name"),
        (BODY | {"name": " "}, "field.invalid", "/name"),
        (BODY | {"name": "x" * 201}, "field.invalid", "/name"),
        (BODY | {"name": "a\tb"}, "field.invalid", "/name"),
        (BODY | {"access": "all"}, "field.invalid", "/access"),
        (BODY | {"lease_seconds": "60"}, "field.invalid", "/lease_seconds"),
        (BODY | {"lease_seconds": 0}, "field.invalid", "/lease_seconds"),
        (BODY | {"lease_seconds": 10**12}, "field.invalid", "/lease_seconds"),
        (BODY | {"quality": {"min_labels": 0}}, "field.invalid", "/quality/min_labels"),
        (BODY | {"quality": {"min_labels": 3, "max_labels": 2}}, "field.invalid", "/quality/max_labels"),
        (BODY | {"quality": {"min_labels": True}}, "field.invalid", "/quality/min_labels"),
        (BODY | {"quality": {"target_accuracy": 1}}, "field.invalid", "/quality/target_accuracy"),
        (BODY | {"quality": {"gold_rate": 0.6}}, "field.invalid", "/quality/gold_rate"),
        (BODY | {"quality": {"gold_rate": "0"}}, "field.invalid", "/quality/gold_rate"),
        (BODY | {"quality": {"golden": 1}}, "field.unknown", "/quality/golden"),
        (BODY | {"ontology": []}, "field.invalid", "/ontology"),
        (BODY | {"ontology": {}}, "ontology.invalid", "/ontology/fields"),
        (asking(), "ontology.invalid", "/ontology/questions"),
        (asking(question, question), "ontology.name", "/ontology/questions/1/name"),
        (asking(question | {"kind": "telepathy"}), "ontology.kind", "/ontology/questions/0/kind"),
        (asking(question | {"field": "noise"}), "ontology.field", "/ontology/questions/0/field"),
        (asking(question | {"name": ""}), "ontology.name", "/ontology/questions/0/name"),
        (asking(question | {"required": 1}), "ontology.invalid", "/ontology/questions/0/required"),
        (asking(question, tune="song"), "ontology.field", "/ontology/fields/tune"),
    ):
        assert refused(await rest.post("/v1/projects", body), 422, code)["pointer"] == pointer, body
    assert (await rest.get("/v1/projects")).json()["items"] == []


async def test_a17_bad_json_is_refused_by_every_route_alike(rest: Any, refused: Any) -> None:
    json_type = {"Content-Type": "application/json; charset=utf-8"}
    for raw, status, code, pointer in (
        (b"", 400, "json.malformed", ""),
        (b'{"name": NaN}', 400, "json.number", "/name"),
        (b'{"name": "a", "name": "b"}', 400, "json.duplicate_key", "/name"),
        (b'{"name": "\\ud800"}', 400, "json.surrogate", "/name"),
        (b'{"name": "\\u0000"}', 400, "json.nul", "/name"),
        (b'{"quality": {"gold_rate": 1e400}}', 400, "json.number", "/quality/gold_rate"),
        (b'{"ontology": ' + b"[" * 100_000, 400, "json.too_deep", "/ontology" + "/0" * 63),
        (b'"' + b"x" * (17 << 20) + b'"', 413, "body.too_large", None),
        (b"[]", 422, "field.invalid", ""),
    ):
        for path in ("/v1/projects", "/v1/labelers", "/v1/login"):
            told = refused(await rest.post(path, content=raw, headers=json_type), status, code)
            assert told.get("pointer") == pointer


async def test_a36_a_form_is_no_json(rest: Any, refused: Any) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "", "text/json"):
        answer = await rest.post(
            "/v1/projects", content=json.dumps(BODY).encode(), headers={"Content-Type": media_type}
        )
        refused(answer, 415, "body.type")


async def test_a_change_touches_what_it_mentions(rest: Any, refused: Any) -> None:
    made = (await rest.post("/v1/projects", BODY | {"quality": {"min_labels": 2}})).json()
    asked = {"target_accuracy": None, "min_labels": 2, "max_labels": 2}
    assert made["quality"] == asked | {"gold_rate": 0.0, "second_look_rate": 0.0}
    assert (made["id"], made["access"], made["lease_seconds"]) == (made["project"], "organization", 1800)
    path = f"/v1/projects/{made['id']}"
    changed = (await rest.patch(path, json={"name": "q"})).json()
    assert changed == made | {"name": "q"}
    assert (await rest.get(path)).json() == changed
    for body, code in (({"ontology": TOPIC}, "field.unknown"), ({"name": None}, "field.invalid")):
        refused(await rest.patch(path, json=body), 422, code)
    assert (await rest.delete(path)).status_code == 204
    refused(await rest.get(path), 404, "not_found")
    refused(await rest.delete(path), 404, "not_found")
    refused(await rest.get("/v1/projects/no-id"), 422, "field.invalid")


async def test_an_ontology_grows_and_keeps_its_names_meaning(rest: Any, refused: Any) -> None:
    project = await rest.project(TOPIC)
    path, question = f"/v1/projects/{project}/ontology", TOPIC["questions"][0]  # type: ignore[index]
    more = {"name": "tone", "kind": "rating", "field": "note", "min": 1, "max": 5}
    grown = await rest.put(path, json=TOPIC | {"questions": [question | {"classes": ["a", "c"]}, more]})
    assert grown.status_code == 200, grown.text
    assert grown.json()["migration"] == {
        "added": ["tone"],
        "removed": [],
        "changed": ["topic"],
        "orphaned_answers": {},
        "orphaned_classes": [],
        "orphaned_resolutions": {},
        "orphaned_drafts": {},
        "live_leases": 0,
    }
    retold = {"name": "topic", "kind": "text", "field": "note"}
    for ontology, status, code, pointer in (
        ({"fields": {"note": "image"}}, 409, "ontology.changed", "/fields/note"),
        ({"questions": [retold]}, 409, "ontology.changed", "/questions/0/kind"),
        ({"questions": [question | {"tune": 1}]}, 422, "field.unknown", "/questions/0/tune"),
    ):
        answer = await rest.put(path, json=TOPIC | ontology)
        assert refused(answer, status, code)["pointer"] == pointer
    assert (await rest.get(f"/v1/projects/{project}")).json()["ontology_version"] == 2


async def test_a_dry_run_counts_what_a_new_ontology_touches_and_changes_nothing(
    rest: Any, refused: Any
) -> None:
    project = await rest.project(TOPIC)
    await rest.add_notes(project, "one", "two", "three")
    ann = await rest.labeler("ann")
    first, second = await ann.claim(project, count=2)
    assert (await ann.submit(first, {"topic": "a"})).is_success
    written = {
        "id": str(uuid4()),
        "forward": [{"question": "topic", "value": "b"}],
        "inverse": [{"question": "topic", "value": None}],
    }
    assert (
        await ann.post(f"/v1/leases/{second['lease']}/operations", {"base": 0, "operations": [written]})
    ).is_success
    path, question = f"/v1/projects/{project}/ontology", TOPIC["questions"][0]  # type: ignore[index]
    stays = [class_name for class_name in question["classes"] if class_name != "a"]
    narrower = TOPIC | {"questions": [question | {"classes": [*stays, "new"]}]}
    told = await rest.put(path, json=narrower, params={"dry_run": "true"})
    assert told.status_code == 200, told.text
    assert told.json()["ontology_version"] == 2
    assert told.json()["migration"] == {
        "added": [],
        "removed": [],
        "changed": ["topic"],
        "orphaned_answers": {"topic": 1},
        "orphaned_classes": [{"question": "topic", "name": "a", "answers": 1}],
        "orphaned_resolutions": {"topic": 1},
        "orphaned_drafts": {},
        "live_leases": 1,
    }
    other = {"name": "tone", "kind": "rating", "field": "note", "min": 1, "max": 5}
    without = (await rest.put(path, json=TOPIC | {"questions": [other]}, params={"dry_run": "true"})).json()
    assert without["migration"]["removed"] == ["topic"]
    assert without["migration"]["orphaned_drafts"] == {"topic": 1}
    assert without["migration"]["orphaned_classes"] == [{"question": "topic", "name": "a", "answers": 1}]

    assert (await rest.get(f"/v1/projects/{project}")).json()["ontology_version"] == 1
    bad = await rest.put(path, json=TOPIC | {"fields": {}}, params={"dry_run": "true"})
    assert refused(bad, 422, "ontology.invalid")["pointer"] == "/fields"
    refused(await rest.put(path, json=narrower, params={"dryrun": "true"}), 422, "filter.field_refused")
    refused(await rest.put(path, json=narrower, params={"dry_run": "perhaps"}), 422, "field.invalid")
    refused(await ann.put(path, json=narrower, params={"dry_run": "true"}), 403, "role.forbidden")
    saved = (await rest.put(path, json=narrower)).json()
    assert saved["migration"] == told.json()["migration"]


async def test_a_list_ends_where_its_last_page_is_full(rest: Any) -> None:
    project = await rest.project(access="members")
    await rest.project()
    await rest.add_notes(project, "one", "two")
    for name in ("ann", "bob"):
        labeler = await rest.labeler(name)
        assert (await rest.post(f"/v1/projects/{project}/members", {"labeler": labeler.id})).is_success
        assert (await labeler.submit(*(await labeler.claim(project)), {"topic": "news"})).is_success
        assert (await rest.post(f"/v1/projects/{project}/snapshots")).status_code == 201
    within = f"/v1/projects/{project}"
    lists = ("items", "resolutions", "members", "snapshots")
    for path, size in (
        *((f"{within}/{name}", 2) for name in lists),
        ("/v1/projects", 2),
        ("/v1/labelers", 3),
    ):
        full = (await rest.get(path, params={"limit": size})).json()
        assert (len(full["items"]), full["next_cursor"]) == (size, None), path
        first = (await rest.get(path, params={"limit": 1})).json()
        rest_of_it = (await rest.get(path, params={"limit": size - 1, "cursor": first["next_cursor"]})).json()
        assert (first["items"] + rest_of_it["items"], rest_of_it["next_cursor"]) == (full["items"], None), (
            path
        )


async def test_each_version_of_an_ontology_stays_readable(rest: Any, stranger: Any, refused: Any) -> None:
    project = await rest.project(TOPIC)
    path, question = f"/v1/projects/{project}/ontology", TOPIC["questions"][0]  # type: ignore[index]
    newer = TOPIC | {"questions": [question | {"classes": ["a", "c"]}]}
    await rest.put(path, json=newer)
    labeler = await rest.labeler("ann")
    first, second, current = [
        (await labeler.get(path, params=given)).json() for given in ({"version": 1}, {"version": 2}, {})
    ]
    assert first["ontology"]["questions"][0]["classes"] != second["ontology"]["questions"][0]["classes"]
    assert [one["ontology_version"] for one in (first, second, current)] == [1, 2, 2]
    assert current == second
    assert second["ontology"] == (await rest.get(f"/v1/projects/{project}")).json()["ontology"]
    refused(await rest.get(path, params={"version": 3}), 404, "not_found")
    refused(await stranger.get(path, params={"version": 1}), 404, "not_found")
    for version in ("0", "-1", "1.0", "x", "", "9" * 40):
        answer = refused(await rest.get(path, params={"version": version}), 422, "field.invalid")
        assert answer["pointer"] == "/version"
    refused(await rest.get(path, params={"edition": 1}), 422, "filter.field_refused")


async def test_a_list_goes_on_where_its_cursor_says_and_nowhere_else(
    rest: Any, stranger: Any, refused: Any
) -> None:
    made = [await rest.project() for _ in range(5)]
    seen, cursor = [], None
    while True:
        page = await rest.get("/v1/projects", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [one["id"] for one in page.json()["items"]]
        cursor = page.json()["next_cursor"] or None
        if cursor is None:
            break
        last = cursor
    assert seen == made
    project = made[0]
    flipped = ("A" if last[0] != "A" else "B") + last[1:]
    for path, given in (
        ("/v1/labelers", last),
        (f"/v1/projects/{project}/items", last),
        ("/v1/projects", flipped),
        ("/v1/projects", last[:-4]),
        ("/v1/projects", last + "AAAA"),
        ("/v1/projects", ""),
        ("/v1/projects", "é"),
        ("/v1/projects", "' OR 1=1 --"),
    ):
        told = refused(await rest.get(path, params={"cursor": given}), 400, "cursor.invalid")
        assert told["pointer"] == "/cursor"
    await rest.add_notes(project, *"abc")
    items = f"/v1/projects/{project}/items"
    bound = (await rest.get(items, params={"limit": 1, "state": "open"})).json()["next_cursor"]
    refused(await rest.get(items, params={"cursor": bound}), 400, "cursor.invalid")
    refused(await rest.get(items, params={"cursor": bound, "state": "resolved"}), 400, "cursor.invalid")
    more = (await rest.get(items, params={"cursor": bound, "state": "open", "limit": 5})).json()
    assert [one["external_id"] for one in more["items"]] == ["n-1", "n-2"]
    assert more["next_cursor"] is None


async def test_a_limit_is_1_to_1000(rest: Any, refused: Any) -> None:
    for limit in ("0", "1001", "-1", "1.5", "x", "", "1" * 400, "٣", " 5"):
        told = refused(await rest.get("/v1/projects", params={"limit": limit}), 422, "field.invalid")
        assert (told["limit"], told["pointer"]) == (1000, "/limit")


UNOFFERED = (
    *("filter", "ordering", "order_by", "fields", "expand", "include", "sort", "q", "organization"),
    *("created_by", "created_by.password.startswith", "created_by__password__startswith"),
    *("org.api_keys.hash", "task.gold", "state[]", "state.ne", "gold__in", "metadata.x", "1=1", "limit[]"),
)


async def test_a25_no_list_is_filtered_by_what_it_does_not_offer(rest: Any, refused: Any) -> None:
    project = await rest.project()
    for path in (
        "/v1/projects",
        "/v1/labelers",
        f"/v1/projects/{project}/items",
        f"/v1/projects/{project}/resolutions",
        f"/v1/projects/{project}/members",
        f"/v1/projects/{project}/leases",
    ):
        for name in UNOFFERED:
            told = refused(await rest.get(path, params={name: "a"}), 422, "filter.field_refused")
            assert told["pointer"] == f"/{name}"


async def test_a25_a_refused_filter_is_refused_before_anything_is_looked_up(rest: Any, refused: Any) -> None:
    """There is no time to measure: nothing that could match is read, not even the project."""
    nowhere = "/v1/projects/01980000-0000-7000-8000-000000000000"
    for path in ("items", "resolutions", "members", "leases", "snapshots", "jobs"):
        refused(await rest.get(f"{nowhere}/{path}"), 404, "not_found")
        for value in ("a", "z", "%", ""):
            params = {"created_by.password.startswith": value}
            refused(await rest.get(f"{nowhere}/{path}", params=params), 422, "filter.field_refused")
