"""Signing in and out, and what a cookie may do (A32, A35, A36)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assay.service import sign_in

HOME = {"Origin": "http://assay.test"}
ANN = {"email": "Ann@Example.org", "password": "a long password"}


@pytest.fixture
async def ann(rest: Any) -> Any:
    """A labeler who can sign in."""
    made = await rest.post("/v1/labelers", {"name": "ann", **ANN})
    assert made.status_code == 201, made.text
    return made.json()


def cookie(response: httpx.Response) -> dict[str, str]:
    return {"Cookie": response.headers["set-cookie"].partition(";")[0]}


async def test_a32_a_session_is_new_at_sign_in_and_dead_after_sign_out(
    rest: Any, ann: Any, refused: Any
) -> None:
    planted = {"Cookie": "assay_session=planted"}
    first = await rest.http.post("/v1/login", json=ANN, headers=planted)
    assert first.status_code == 200
    assert (first.json()["labeler"], first.json()["role"]) == (ann["labeler"], "labeler")
    told = first.headers["set-cookie"]
    assert all(word in told for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"))
    assert "planted" not in told
    rest.http.cookies.clear()
    second = await rest.http.post("/v1/login", json=ANN | {"email": "ann@example.org"})
    assert cookie(first) != cookie(second)
    rest.http.cookies.clear()
    refused(await rest.http.get("/v1/me", headers=planted), 401, "auth.invalid")
    assert (await rest.http.get("/v1/me", headers=cookie(first))).json()["name"] == "ann"
    gone = await rest.http.post("/v1/logout", headers=cookie(first) | HOME)
    assert gone.status_code == 204
    rest.http.cookies.clear()
    refused(await rest.http.get("/v1/me", headers=cookie(first)), 401, "auth.invalid")
    assert (await rest.http.get("/v1/me", headers=cookie(second))).status_code == 200
    refused(await rest.post("/v1/logout"), 403, "role.forbidden")
    disabled = await rest.delete(f"/v1/labelers/{ann['labeler']}")
    assert disabled.json()["disabled_at"] is not None
    refused(await rest.http.get("/v1/me", headers=cookie(second)), 401, "auth.invalid")
    key = {"Authorization": f"Bearer {ann['api_key']}"}
    refused(await rest.http.get("/v1/me", headers=key), 401, "auth.invalid")
    refused(await rest.http.post("/v1/login", json=ANN), 401, "auth.invalid")


async def test_a36_a_cookie_acts_only_for_our_own_pages(rest: Any, ann: Any, refused: Any) -> None:
    signed = cookie(await rest.http.post("/v1/login", json=ANN))
    rest.http.cookies.clear()
    project = await rest.project()
    leases = f"/v1/projects/{project}/leases"
    for origin in (
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.test"},
        {"Origin": "http://evil-assay.test"},
        {"Origin": "http://assay.test.evil.test"},
        {"Origin": "http://assay.test@evil.test"},
        {"Origin": "http://assay.test:8081"},
        {"Origin": "http://sub.assay.test"},
    ):
        answer = await rest.http.post(leases, json={}, headers=signed | origin)
        refused(answer, 403, "origin.refused")
        assert not [name for name in answer.headers if name.startswith("access-control")]
        if origin:
            refused(await rest.http.post("/v1/login", json=ANN, headers=origin), 403, "origin.refused")
    assert (await rest.http.post(leases, json={}, headers=signed | HOME)).status_code == 200
    assert (await rest.http.get("/v1/me", headers=signed)).status_code == 200


async def test_a35_guessing_is_slow_and_learns_nothing(rest: Any, ann: Any, refused: Any) -> None:
    told = [
        refused(await rest.http.post("/v1/login", json=tried), 401, "auth.invalid")
        for tried in (ANN | {"password": "wrong password"}, {"email": "no@one.org", "password": "x" * 2_000})
    ]
    assert told[0] | {"request_id": ""} == told[1] | {"request_id": ""}
    for _ in range(9):
        await rest.http.post("/v1/login", json=ANN | {"password": "wrong"})
    for tried in (ANN, ANN | {"password": "wrong"}, ANN | {"email": " ann@example.ORG "}):
        answer = await rest.http.post("/v1/login", json=tried)
        assert refused(answer, 429, "auth.throttled")["limit"] == 10
        assert answer.headers["retry-after"] == "900"


async def test_a_link_works_once(rest: Any, ann: Any, refused: Any) -> None:
    token = await sign_in.make_link(rest.engine, rest.principal.organization, rest.principal.labeler)
    signed = await rest.http.post("/v1/login", json={"token": token})
    assert signed.json()["name"] == "admin"
    rest.http.cookies.clear()
    for used in (token, "guessed"):
        refused(await rest.http.post("/v1/login", json={"token": used}), 410, "auth.link_used")
    refused(await rest.http.post("/v1/login", json={"email": "ann@example.org"}), 422, "field.missing")


async def test_what_is_wrong_with_a_labeler_is_named_and_leaves_nothing(
    rest: Any, ann: Any, refused: Any
) -> None:
    bob = {"name": "bob", "email": "bob@example.org", "password": "a long password"}
    for body, code, pointer in (
        ({}, "field.missing", "/name"),
        (bob | {"name": ""}, "field.invalid", "/name"),
        (bob | {"kind": "robot"}, "field.invalid", "/kind"),
        (bob | {"kind": "model"}, "field.invalid", "/email"),
        (bob | {"role": "owner"}, "field.invalid", "/role"),
        (bob | {"email": "bob"}, "field.invalid", "/email"),
        (bob | {"email": "@bob"}, "field.invalid", "/email"),
        (bob | {"password": "short"}, "field.invalid", "/password"),
        ({"name": "bob", "password": "a long password"}, "field.missing", "/email"),
        (bob | {"superuser": True}, "field.unknown", "/superuser"),
    ):
        assert refused(await rest.post("/v1/labelers", body), 422, code)["pointer"] == pointer, body
    told = refused(await rest.post("/v1/labelers", bob | {"name": "ann"}), 409, "existing")
    assert told["existing"] == ann["labeler"]
    taken = bob | {"email": "ann@example.org"}
    assert refused(await rest.post("/v1/labelers", taken), 409, "existing")["pointer"] == "/email"
    assert (await rest.post("/v1/labelers", bob)).status_code == 201
    assert (await rest.http.post("/v1/login", json=bob | {"name": None})).status_code == 422
    listed = (await rest.get("/v1/labelers")).json()["items"]
    assert [one["name"] for one in listed] == ["admin", "ann", "bob"]
    assert not any("email" in one or "api_key" in one for one in listed)


async def test_nobody_hands_out_more_than_they_have(rest: Any, refused: Any) -> None:
    mia = await rest.labeler("mia", role="manager")
    refused(await mia.post("/v1/labelers", {"name": "x", "role": "admin"}), 403, "role.forbidden")
    assert (await mia.post("/v1/labelers", {"name": "y", "role": "manager"})).status_code == 201
    refused(await rest.delete(f"/v1/labelers/{rest.id}"), 422, "field.invalid")
