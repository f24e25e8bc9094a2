"""Nobody gets at another organisation's things, nor at what their role may not see (A28, A31)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from assay.domain.labeler import Role
from assay.store.migrations import APP_ROLE, role_dsn

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003860180e5d90f3b0000000049454e44ae426082"
)
EVERYONE = Role.LABELER
LEAST_ROLE: Mapping[str, Role | None] = {
    "POST /v1/login": None,
    "POST /v1/logout": EVERYONE,
    "GET /v1/me": EVERYONE,
    "PUT /v1/me/password": EVERYONE,
    "GET /v1/projects": EVERYONE,
    "GET /v1/projects/{project}": EVERYONE,
    "GET /v1/projects/{project}/ontology": EVERYONE,
    "POST /v1/projects/{project}/leases": EVERYONE,
    "GET /v1/projects/{project}/leases": EVERYONE,
    "POST /v1/projects/{project}/submissions": EVERYONE,
    "POST /v1/leases/{lease}/heartbeat": EVERYONE,
    "POST /v1/leases/{lease}/release": EVERYONE,
    "POST /v1/leases/{lease}/operations": EVERYONE,
    "GET /v1/leases/{lease}/draft": EVERYONE,
    "POST /v1/leases/{lease}/submit": EVERYONE,
    "GET /v1/assets/{sha256}": EVERYONE,
    "GET /v1/assets/{sha256}/thumbnail": EVERYONE,
    "GET /v1/projects/{project}/comments": EVERYONE,
    "POST /v1/tasks/{task}/comments": Role.REVIEWER,
    "DELETE /v1/comments/{comment}": Role.REVIEWER,
    "GET /v1/projects/{project}/items/{item}/media/{field}": EVERYONE,
    "GET /v1/events": Role.REVIEWER,
    "GET /v1/projects/{project}/items": Role.REVIEWER,
    "POST /v1/projects/{project}/views": Role.REVIEWER,
    "GET /v1/projects/{project}/views": Role.REVIEWER,
    "DELETE /v1/views/{view}": Role.REVIEWER,
    "GET /v1/projects/{project}/tasks/{task}": Role.REVIEWER,
    "GET /v1/projects/{project}/resolutions": Role.REVIEWER,
    "GET /v1/projects/{project}/quality": Role.REVIEWER,
    "GET /v1/projects/{project}/looks": Role.REVIEWER,
    "GET /v1/projects/{project}/snapshots": Role.REVIEWER,
    "GET /v1/snapshots/{snapshot}": Role.REVIEWER,
    "GET /v1/snapshots/{snapshot}/export": Role.REVIEWER,
    "GET /v1/snapshots/{snapshot}/certificate": Role.REVIEWER,
    "POST /v1/snapshots/{snapshot}/certificate": Role.MANAGER,
    "GET /v1/certificate-key": None,
    "POST /v1/projects": Role.MANAGER,
    "PATCH /v1/projects/{project}": Role.MANAGER,
    "PUT /v1/projects/{project}/ontology": Role.MANAGER,
    "POST /v1/projects/{project}/items": Role.MANAGER,
    "POST /v1/projects/{project}/imports": Role.MANAGER,
    "POST /v1/projects/{project}/annotations": Role.MANAGER,
    "POST /v1/projects/{project}/snapshots": Role.MANAGER,
    "GET /v1/projects/{project}/members": Role.MANAGER,
    "POST /v1/projects/{project}/members": Role.MANAGER,
    "DELETE /v1/projects/{project}/members/{labeler}": Role.MANAGER,
    "POST /v1/tasks/{task}/reviews": Role.MANAGER,
    "POST /v1/labelers": Role.MANAGER,
    "GET /v1/labelers": Role.MANAGER,
    "GET /v1/labelers/{labeler}": Role.MANAGER,
    "PATCH /v1/labelers/{labeler}": Role.MANAGER,
    "POST /v1/labelers/{labeler}/invitations": Role.MANAGER,
    "POST /v1/uploads": Role.MANAGER,
    "GET /v1/uploads/{upload}": Role.MANAGER,
    "PUT /v1/uploads/{upload}/parts/{number}": Role.MANAGER,
    "POST /v1/uploads/{upload}/complete": Role.MANAGER,
    "POST /v1/webhooks": Role.MANAGER,
    "GET /v1/webhooks": Role.MANAGER,
    "GET /v1/webhooks/{webhook}": Role.MANAGER,
    "PATCH /v1/webhooks/{webhook}": Role.MANAGER,
    "DELETE /v1/webhooks/{webhook}": Role.MANAGER,
    "POST /v1/webhooks/{webhook}/secret": Role.MANAGER,
    "GET /v1/webhooks/{webhook}/deliveries": Role.MANAGER,
    "POST /v1/webhooks/{webhook}/replays": Role.MANAGER,
    "GET /v1/formats": EVERYONE,
    "GET /v1/jobs/{job}": EVERYONE,
    "GET /v1/projects/{project}/jobs": Role.MANAGER,
    "GET /v1/system/durability": Role.ADMIN,
    "GET /v1/system/health": Role.ADMIN,
    "DELETE /v1/projects/{project}": Role.ADMIN,
    "DELETE /v1/labelers/{labeler}": Role.ADMIN,
}
"""Every route with the least role that may use it; ``None`` needs nobody. A route that is not here fails."""

VIEW = {"name": "Open ones", "filters": {"state": "open"}}

Operation = tuple[str, str, Mapping[str, Any]]


@pytest.fixture
async def operations(rest: Any) -> list[Operation]:
    """(method, path, description) of every route in the OpenAPI document."""
    paths = (await rest.http.get("/openapi.json")).json()["paths"]
    return [
        (method.upper(), path, told) for path, methods in paths.items() for method, told in methods.items()
    ]


@pytest.fixture
async def owned(rest: Any) -> dict[str, Any]:
    """One of each thing the first organisation has, by the name of its path parameter."""
    project = await rest.project(quality={"gold_rate": 0.5, "min_labels": 2})
    await rest.add_notes(project, "Ann won.", "Bob lost.")
    await rest.add_items(
        project, [{"external_id": "g", "fields": {"note": "known"}, "gold": {"topic": "news"}}]
    )
    ann = await rest.labeler("ann")
    first, *_ = await ann.claim(project, 2)
    await ann.submit(first, {"topic": "sports"})
    lease = (await rest.claim(project))[0]
    edit = {"id": str(uuid4()), "forward": [{"question": "topic", "value": "news"}], "inverse": []}
    await rest.post(f"/v1/leases/{lease['lease']}/operations", {"base": 0, "operations": [edit]})
    await rest.post(f"/v1/projects/{project}/members", {"labeler": ann.id})
    await rest.get(f"/v1/projects/{project}/quality")
    made = (await rest.post("/v1/uploads", {"size_bytes": len(PNG)})).json()
    await rest.put(f"/v1/uploads/{made['upload']}/parts/1", content=PNG)
    asset = (await rest.post(f"/v1/uploads/{made['upload']}/complete")).json()["asset"]
    return {
        "project": project,
        "task": lease["task"],
        "item": lease["item"]["id"],
        "field": "note",
        "lease": lease["lease"],
        "labeler": ann.id,
        "upload": made["upload"],
        "number": 1,
        "sha256": asset.rpartition(":")[2],
        "job": str(uuid4()),
        "snapshot": str(uuid4()),
        "comment": (await rest.post(f"/v1/tasks/{lease['task']}/comments", {"text": "Why?"})).json()["id"],
        "webhook": (await rest.post("/v1/webhooks", {"url": "https://hooks.example.org/"})).json()["id"],
        "view": (await rest.post(f"/v1/projects/{project}/views", VIEW)).json()["id"],
        "ann": ann,
    }


def filled(path: str, ids: Mapping[str, Any]) -> str:
    for name, value in ids.items():
        path = path.replace("{" + name + "}", str(value))
    assert "{" not in path, f"the fixture `owned` has nothing for {path}"
    return path


def body_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """What an honest client would send: the example in the document."""
    content = told.get("requestBody", {}).get("content", {})
    for media_type, described in content.items():
        sent = described.get("example", "")
        raw = sent if isinstance(sent, str) else json.dumps(sent)
        return {"content": raw.encode() or b"x", "headers": {"Content-Type": media_type}}
    return {}


async def call(caller: Any, operation: Operation, ids: Mapping[str, Any]) -> Any:
    method, path, told = operation
    options = body_of(told)
    options["headers"] = {**options.get("headers", {}), "Authorization": f"Bearer {caller.api_key}"}
    return await caller.http.request(method, filled(path, ids), **options)


async def stored(dsn: str) -> dict[str, int]:
    """Rows of every table of ours but the audit's, as the owner sees them."""
    owner = await asyncpg.connect(dsn)
    try:
        return {name: await owner.fetchval(f'SELECT count(*) FROM "{name}"') for name in await tables(owner)}  # noqa: S608
    finally:
        await owner.close()


async def tables(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'organization'"
    )
    return [row["relname"] for row in rows if row["relname"] != "audit"]


def with_ids(operations: list[Operation]) -> Iterator[Operation]:
    return (operation for operation in operations if "{" in operation[1])


async def test_every_route_says_who_may_use_it(operations: list[Operation]) -> None:
    routes = {f"{method} {path}" for method, path, _ in operations}
    assert sorted(routes - LEAST_ROLE.keys()) == [], "declare the least role of the new routes"


async def test_without_a_key_every_route_but_sign_in_is_closed(
    rest: Any, operations: list[Operation], owned: dict[str, Any], refused: Any
) -> None:
    for method, path, told in operations:
        if LEAST_ROLE[f"{method} {path}"] is None:
            continue
        for headers in ({}, {"Authorization": "Bearer assay_0_0"}, {"Authorization": "Basic YTpi"}):
            options = body_of(told)
            options["headers"] = {**options.get("headers", {}), **headers}
            answer = await rest.http.request(method, filled(path, owned), **options)
            code = "auth.invalid" if "Bearer" in str(headers) else "auth.missing"
            refused(answer, 401, code)
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a28_no_route_reaches_into_another_organisation(
    rest: Any,
    stranger: Any,
    operations: list[Operation],
    owned: dict[str, Any],
    database_dsn: str,
    refused: Any,
) -> None:
    before = await stored(database_dsn)
    missing = {name: uuid4() for name in owned} | {"sha256": "0" * 64, "number": 1}
    for operation in with_ids(operations):
        foreign = refused(await call(stranger, operation, owned), 404, "not_found")
        absent = refused(await call(stranger, operation, missing), 404, "not_found")
        assert foreign.keys() == absent.keys(), operation[:2]
        assert foreign["title"] == absent["title"]
    assert await stored(database_dsn) == before


async def test_a29_a_body_names_nothing_of_another_organisation(
    rest: Any, stranger: Any, owned: dict[str, Any], refused: Any
) -> None:
    theirs = await stranger.project()
    answer = await stranger.post(f"/v1/projects/{theirs}/members", {"labeler": owned["labeler"]})
    assert refused(answer, 422, "ref.not_found")["pointer"] == "/labeler"
    pictures = await stranger.project(rest.BOXES)
    image = {"url": f"asset:sha256:{owned['sha256']}"}
    answer = await stranger.post(
        f"/v1/projects/{pictures}/items", [{"external_id": "x", "fields": {"image": image}}]
    )
    told = refused(answer, 422, "import.aborted")
    assert [error["code"] for error in told["errors"]] == ["ref.not_found"]
    assert told["errors"][0]["pointer"] == "/fields/image/url"
    line = {"lease": owned["lease"], "fence": 1, "label": {"topic": "news"}}
    batch = await stranger.post_lines(f"/v1/projects/{theirs}/submissions", [line])
    assert [json.loads(told)["code"] for told in batch.text.splitlines()] == ["not_found"]


@pytest.mark.parametrize("role", [Role.LABELER, Role.REVIEWER, Role.MANAGER])
async def test_each_role_is_kept_from_what_is_above_it(
    rest: Any, operations: list[Operation], owned: dict[str, Any], role: Role, refused: Any
) -> None:
    who = await rest.labeler(f"one {role}", role=role)
    above = [one for one in operations if not role.covers(LEAST_ROLE[f"{one[0]} {one[1]}"] or role)]
    assert above
    for operation in above:
        told = refused(await call(who, operation, owned), 403, "role.forbidden")
        assert role.value in told["detail"]


async def test_a31_a_labeler_reads_no_gold_no_score_no_answer_of_others(
    rest: Any, operations: list[Operation], owned: dict[str, Any]
) -> None:
    """Every route a labeler may read, searched for keys that would tell."""
    ann = owned["ann"]
    telling = {
        "gold",
        "priority",
        "probability",
        "confidence",
        "scores",
        "resolution",
        "annotations",
        "method",
    }
    for operation in operations:
        if operation[0] == "GET" and LEAST_ROLE[f"{operation[0]} {operation[1]}"] is EVERYONE:
            answer = await call(ann, operation, owned)
            if answer.headers["content-type"] == "application/json":
                assert not telling & _keys(answer.json()), operation[:2]
    project = await rest.project(quality={"gold_rate": 0.5})
    await rest.add_items(
        project,
        [
            {
                "external_id": f"x-{n}",
                "fields": {"note": "n"},
                **({"gold": {"topic": "news"}} if n % 2 else {}),
                "predictions": [{"labeler": "m", "label": {"topic": "news"}, "scores": {"topic": 0.9}}],
            }
            for n in range(8)
        ],
    )
    shapes = set()
    for lease in await ann.claim(project, 8):
        shapes.add(json.dumps(_shape(lease)))
        submitted = (await ann.submit(lease, {"topic": "sports"})).json()
        assert submitted == {"annotation": lease["lease"], "task_state": "submitted"}
    assert len(shapes) == 1, "gold looks like everything else"
    assert not telling & _keys(json.loads(shapes.pop()))


async def test_another_labeler_gets_at_no_lease(rest: Any, owned: dict[str, Any], refused: Any) -> None:
    lease, ann = owned["lease"], owned["ann"]
    refused(await ann.get(f"/v1/leases/{lease}/draft"), 404, "not_found")
    refused(await ann.post(f"/v1/leases/{lease}/heartbeat"), 404, "not_found")
    refused(await ann.post(f"/v1/leases/{lease}/release", {}), 404, "not_found")
    refused(await ann.submit({"lease": lease, "fence": 1}, {"topic": "news"}), 404, "not_found")


async def test_a_project_for_members_is_not_there_for_others(
    rest: Any, owned: dict[str, Any], refused: Any
) -> None:
    ann = owned["ann"]
    closed = await rest.project(access="members")
    await rest.add_notes(closed, "Ann won.")
    for path in ("", "/leases"):
        refused(await ann.get(f"/v1/projects/{closed}{path}"), 404, "not_found")
    refused(await ann.post(f"/v1/projects/{closed}/leases", {}), 404, "not_found")
    assert closed not in [one["id"] for one in (await ann.get("/v1/projects")).json()["items"]]
    await rest.post(f"/v1/projects/{closed}/members", {"labeler": ann.id})
    assert len(await ann.claim(closed)) == 1
    assert (await rest.delete(f"/v1/projects/{closed}/members/{ann.id}")).status_code == 204
    refused(await ann.get(f"/v1/projects/{closed}"), 404, "not_found")


async def test_the_database_itself_shows_an_organisation_nothing_of_another(
    rest: Any, stranger: Any, owned: dict[str, Any], database_dsn: str, role_password: str
) -> None:
    held = {name: count for name, count in (await stored(database_dsn)).items() if count}
    assert len(held) >= 18, sorted(held)
    app = await asyncpg.connect(role_dsn(database_dsn, APP_ROLE, role_password))
    try:
        for organization in ("", str(uuid4()), str(stranger.principal.organization)):
            await app.execute("SELECT set_config('app.organization', $1, false)", organization)
            own = {"labeler", "api_key"} if organization == str(stranger.principal.organization) else set()
            for name in held.keys() - own:
                seen = await app.fetchval(f'SELECT count(*) FROM "{name}"')  # noqa: S608
                assert seen == 0, (name, organization)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await app.execute(
                "INSERT INTO dataset (organization, id, name) VALUES ($1, $2, 'planted')",
                rest.principal.organization,
                uuid4(),
            )
        assert await app.execute("UPDATE project SET name = 'taken'") == "UPDATE 0"
        for kept in ("audit", "annotation"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(f"DELETE FROM {kept}")  # noqa: S608
    finally:
        await app.close()


async def test_refusals_leave_one_audit_record_a_minute(
    rest: Any, owned: dict[str, Any], database_dsn: str
) -> None:
    ann = owned["ann"]
    for _ in range(3):
        await ann.get(f"/v1/projects/{owned['project']}/items")
        await ann.get("/v1/projects", params={"cursor": "forged"})
        await ann.post(f"/v1/projects/{owned['project']}/leases", {"count": 0})
        await ann.get("/v1/me", headers={"Authorization": f"Bearer {ann.api_key}x"})
    owner = await asyncpg.connect(database_dsn)
    try:
        rows = await owner.fetch(
            "SELECT detail ->> 'code' AS code, count(*) AS rows, "
            "count(DISTINCT detail ->> 'minute') AS minutes, max(detail ->> 'where') AS where "
            "FROM audit WHERE action = 'security.refused' AND actor = $1 "
            "GROUP BY detail ->> 'code'",
            ann.principal.labeler,
        )
    finally:
        await owner.close()
    assert {row["code"]: row["where"] for row in rows} == {
        "role.forbidden": "GET /v1/projects/{project}/items",
        "cursor.invalid": "GET /v1/projects",
        "auth.invalid": "API key",
    }
    assert all(row["rows"] == row["minutes"] for row in rows)


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in sorted(value.items())}
    return [_shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__
