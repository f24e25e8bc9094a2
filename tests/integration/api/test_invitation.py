"""Inviting people, changing what they may do, and passwords (A32, A35, A37)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

HOME = {"Origin": "http://assay.test"}
PASSWORD = "correct horse battery"


def cookie(response: httpx.Response) -> dict[str, str]:
    return {"Cookie": response.headers["set-cookie"].partition(";")[0]} | HOME


def token_of(url: str) -> str:
    address, _, token = url.partition("#token=")
    assert address.endswith("/welcome")
    return token


async def invited(rest: Any, labeler: str, **options: Any) -> dict[str, Any]:
    made = await rest.post(f"/v1/labelers/{labeler}/invitations", **options)
    assert made.status_code == 201, made.text
    told: dict[str, Any] = made.json()
    return told


async def by_link(rest: Any, token: str, **headers: str) -> Any:
    """A sign-in of another browser."""
    rest.http.cookies.clear()
    answer = await rest.http.post("/v1/login", json={"token": token}, headers=headers)
    rest.http.cookies.clear()
    return answer


async def test_an_invited_person_signs_in_once_by_the_link_and_then_by_password(
    rest: Any, refused: Any
) -> None:
    ann = await rest.post("/v1/labelers", {"name": "ann", "email": "ann@example.org"})
    labeler = ann.json()["labeler"]
    told = await invited(rest, labeler)
    assert (told["id"], told["labeler"]) == (told["invitation"], labeler)
    signed = await by_link(rest, token_of(told["url"]))
    assert signed.status_code == 200
    assert (signed.json()["email"], signed.json()["has_password"]) == ("ann@example.org", False)
    # A stranger who has the link of someone with a cookie of theirs gets no further than one without.
    refused(await by_link(rest, token_of(told["url"]), **cookie(signed)), 410, "auth.link_used")
    chosen = await rest.http.put("/v1/me/password", json={"password": PASSWORD}, headers=cookie(signed))
    assert chosen.status_code == 200, chosen.text
    assert chosen.json()["has_password"] is True
    rest.http.cookies.clear()
    # Choosing a password ends the session it was chosen in, too.
    refused(await rest.http.get("/v1/me", headers=cookie(signed)), 401, "auth.invalid")
    assert (await rest.http.get("/v1/me", headers=cookie(chosen))).status_code == 200
    again = await rest.http.post("/v1/login", json={"email": "ann@example.org", "password": PASSWORD})
    assert again.json()["labeler"] == labeler


async def test_a_newer_invitation_ends_the_older_and_a_repeat_gets_the_same(rest: Any, refused: Any) -> None:
    ann = await rest.labeler("ann")
    key = {"headers": {"Idempotency-Key": "invite-ann"}}
    first = await invited(rest, ann.id, **key)
    assert await invited(rest, ann.id, **key) == first
    second = await invited(rest, ann.id)
    assert token_of(second["url"]) != token_of(first["url"])
    refused(await by_link(rest, token_of(first["url"])), 410, "auth.link_used")
    assert (await by_link(rest, token_of(second["url"]))).json()["name"] == "ann"


async def test_someone_without_an_address_names_one_with_the_password(rest: Any, refused: Any) -> None:
    ann = await rest.labeler("ann")
    signed = await by_link(rest, token_of((await invited(rest, ann.id))["url"]))
    put = "/v1/me/password"
    answer = await rest.http.put(put, json={"password": PASSWORD}, headers=cookie(signed))
    assert refused(answer, 422, "field.invalid")["pointer"] == "/email"
    answer = await rest.http.put(put, json={"password": "short"}, headers=cookie(signed))
    assert refused(answer, 422, "field.invalid")["pointer"] == "/password"
    rest.http.cookies.clear()
    new = {"password": PASSWORD, "email": "Ann@Example.org"}
    assert (await rest.http.put(put, json=new, headers=cookie(signed))).status_code == 200
    rest.http.cookies.clear()
    other = await by_link(rest, token_of((await invited(rest, (await rest.labeler("bob")).id))["url"]))
    assert (
        refused(await rest.http.put(put, json=new, headers=cookie(other)), 409, "existing")["pointer"]
        == "/email"
    )


async def test_only_an_admin_makes_a_link_for_who_has_a_password_or_more_to_say(
    rest: Any, refused: Any
) -> None:
    mia = await rest.labeler("mia", role="manager")
    boss = await rest.labeler("boss", role="admin")
    ann = await rest.post("/v1/labelers", {"name": "ann", "email": "ann@example.org", "password": PASSWORD})
    for labeler in (ann.json()["labeler"], boss.id):
        refused(await mia.post(f"/v1/labelers/{labeler}/invitations"), 403, "role.forbidden")
    await invited(rest, ann.json()["labeler"])
    model = await rest.labeler("model", kind="model")
    refused(await rest.post(f"/v1/labelers/{model.id}/invitations"), 422, "field.invalid")
    bob = await rest.labeler("bob")
    link = await invited(mia, bob.id)
    assert (await rest.delete(f"/v1/labelers/{bob.id}")).status_code == 200
    refused(await mia.post(f"/v1/labelers/{bob.id}/invitations"), 409, "labeler.disabled")
    assert (await by_link(rest, token_of(link["url"]))).status_code in (401, 410)


async def test_a32_a_new_password_or_role_ends_every_session(rest: Any, refused: Any) -> None:
    ann = await rest.post("/v1/labelers", {"name": "ann", "email": "ann@example.org", "password": PASSWORD})
    login = {"email": "ann@example.org", "password": PASSWORD}
    sessions = []
    for _ in range(2):
        sessions.append(cookie(await rest.http.post("/v1/login", json=login)))
        rest.http.cookies.clear()
    put = "/v1/me/password"
    wrong = {"current": "not this one", "password": "another sentence"}
    refused(await rest.http.put(put, json=wrong, headers=sessions[0]), 401, "auth.invalid")
    refused(
        await rest.http.put(put, json={"password": "another sentence"}, headers=sessions[0]),
        401,
        "auth.invalid",
    )
    changed = await rest.http.put(put, json=wrong | {"current": PASSWORD}, headers=sessions[0])
    rest.http.cookies.clear()
    for session in sessions:
        refused(await rest.http.get("/v1/me", headers=session), 401, "auth.invalid")
    now = cookie(changed)
    assert (await rest.http.get("/v1/me", headers=now)).json()["role"] == "labeler"
    refused(await rest.http.post("/v1/login", json=login), 401, "auth.invalid")
    await rest.patch(f"/v1/labelers/{ann.json()['labeler']}", json={"role": "reviewer"})
    refused(await rest.http.get("/v1/me", headers=now), 401, "auth.invalid")
    key = {"Authorization": f"Bearer {ann.json()['api_key']}"}
    assert (await rest.http.get("/v1/me", headers=key)).json()["role"] == "reviewer"
    refused(await rest.http.put(put, json=wrong, headers=key), 403, "role.forbidden")


async def test_what_may_change_of_a_labeler_and_by_whom(rest: Any, refused: Any) -> None:
    mia = await rest.labeler("mia", role="manager")
    ann = await rest.labeler("ann")
    path = f"/v1/labelers/{ann.id}"
    assert (await mia.patch(path, json={"name": "Ann B."})).json()["name"] == "Ann B."
    assert (await mia.patch(path, json={"role": "manager"})).json()["role"] == "manager"
    refused(await mia.patch(path, json={"role": "admin"}), 403, "role.forbidden")
    refused(await mia.patch(f"/v1/labelers/{rest.id}", json={"role": "labeler"}), 403, "role.forbidden")
    refused(await mia.patch(f"/v1/labelers/{mia.id}", json={"role": "labeler"}), 422, "field.invalid")
    refused(await mia.patch(path, json={"name": "mia"}), 409, "existing")
    refused(await mia.patch(path, json={"kind": "model"}), 422, "field.unknown")
    refused(await mia.patch(path, json={"name": " "}), 422, "field.invalid")


async def test_a35_stuffing_from_one_place_is_slow_and_good_sign_ins_do_not_count(
    rest: Any, refused: Any
) -> None:
    ann = {"email": "ann@example.org", "password": PASSWORD}
    await rest.post("/v1/labelers", {"name": "ann", **ann})
    assert (await rest.http.post("/v1/login", json=ann)).status_code == 200
    rest.http.cookies.clear()
    statuses = []
    for n in range(101):
        tried = (
            {"email": f"someone-{n}@example.org", "password": "guess"} if n % 2 else {"token": f"guess-{n}"}
        )
        answer = await rest.http.post("/v1/login", json=tried)
        statuses.append(answer.status_code)
    assert set(statuses[:100]) == {401, 410}
    assert refused(answer, 429, "auth.throttled")["limit"] == 100
    assert answer.headers["retry-after"] == "900"
    assert answer.headers["ratelimit-policy"] == '"auth.throttled";q=100'
    assert answer.headers["ratelimit"] == '"auth.throttled";r=0;t=900'
    # Keys are no guess: whoever has one is not kept out by others who guess.
    assert (await rest.get("/v1/me")).status_code == 200


async def test_a35_an_unknown_address_costs_the_database_what_a_known_one_costs(
    rest: Any, database_dsn: str
) -> None:
    """Both write one refusal; only a known one is of somebody."""
    await rest.post("/v1/labelers", {"name": "ann", "email": "ann@example.org", "password": PASSWORD})
    for email in ("ann@example.org", "nobody@example.org"):
        await rest.http.post("/v1/login", json={"email": email, "password": "a wrong password"})
    owner = await asyncpg.connect(database_dsn)
    rows = await owner.fetch(
        "SELECT actor, detail ->> 'where' AS place FROM audit WHERE action = 'security.refused' ORDER BY seq"
    )
    await owner.close()
    assert [row["place"] for row in rows] == ["password", "password"]
    assert rows[1]["actor"] == UUID(int=0) != rows[0]["actor"]


@pytest.mark.parametrize(
    "next_", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/v1"]
)
async def test_a37_nothing_says_where_to_go_after_signing_in(rest: Any, next_: str, refused: Any) -> None:
    for page in ("/", "/sign-in", "/welcome", "/projects"):
        refused(await rest.http.get(page, params={"next": next_}), 400, "route.query")
    login = await rest.http.post("/v1/login", params={"redirect_uri": next_}, json={"token": "x"})
    refused(login, 400, "route.query")
