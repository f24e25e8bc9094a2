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


async def with_password(rest: Any) -> str:
    """Ann, who has a password and an address."""
    made = await rest.post("/v1/labelers", {"name": "ann", "email": "ann@example.org", "password": PASSWORD})
    return str(made.json()["labeler"])


async def test_who_forgot_the_password_chooses_a_new_one_by_a_link_of_an_admin(
    rest: Any, refused: Any, database_dsn: str
) -> None:
    labeler = await with_password(rest)
    login = {"email": "ann@example.org", "password": PASSWORD}
    elsewhere = cookie(await rest.http.post("/v1/login", json=login))
    rest.http.cookies.clear()
    assert (await rest.http.get("/v1/me", headers=elsewhere)).json()["by_link"] is False
    link = token_of((await invited(rest, labeler))["url"])
    signed = await by_link(rest, link)
    assert (signed.json()["has_password"], signed.json()["by_link"]) == (True, True)
    refused(await by_link(rest, link), 410, "auth.link_used")
    unused = token_of((await invited(rest, labeler))["url"])
    put, new = "/v1/me/password", "another long sentence"
    # One that is named is checked, and a session begun by a password goes on naming it.
    for body, headers in (({"current": "a guess of it"}, cookie(signed)), ({}, elsewhere)):
        answer = await rest.http.put(put, json={"password": new} | body, headers=headers)
        refused(answer, 401, "auth.invalid")
        rest.http.cookies.clear()
    chosen = await rest.http.put(put, json={"password": new}, headers=cookie(signed))
    assert (chosen.status_code, chosen.json()["by_link"]) == (200, False)
    rest.http.cookies.clear()
    for session in (elsewhere, cookie(signed)):
        refused(await rest.http.get("/v1/me", headers=session), 401, "auth.invalid")
    refused(await by_link(rest, unused), 410, "auth.link_used")
    # The link served once: the session it led to names the password like any other.
    answer = await rest.http.put(put, json={"password": "yet another one"}, headers=cookie(chosen))
    refused(answer, 401, "auth.invalid")
    rest.http.cookies.clear()
    refused(await rest.http.post("/v1/login", json=login), 401, "auth.invalid")
    assert (await rest.http.post("/v1/login", json=login | {"password": new})).status_code == 200
    owner = await asyncpg.connect(database_dsn)
    told = await owner.fetch("SELECT detail FROM audit WHERE action = 'labeler.password'")
    await owner.close()
    assert ['"by_link": true' in row["detail"] for row in told] == [True]


async def test_a_link_that_is_too_old_lets_nobody_choose_a_password(
    rest: Any, refused: Any, database_dsn: str
) -> None:
    link = token_of((await invited(rest, await with_password(rest)))["url"])
    owner = await asyncpg.connect(database_dsn)
    await owner.execute("UPDATE login_link SET expires_at = clock_timestamp()")
    await owner.close()
    refused(await by_link(rest, link), 410, "auth.link_used")


async def test_nobody_makes_links_for_or_restores_labelers_of_others(
    rest: Any, stranger: Any, refused: Any
) -> None:
    labeler = await with_password(rest)
    await rest.delete(f"/v1/labelers/{labeler}")
    refused(await stranger.post(f"/v1/labelers/{labeler}/invitations"), 404, "not_found")
    refused(await stranger.patch(f"/v1/labelers/{labeler}", json={"disabled": False}), 404, "not_found")
    assert (await rest.get(f"/v1/labelers/{labeler}")).json()["disabled_at"] is not None


async def test_an_admin_gives_access_back_to_a_person_but_not_what_had_ended(rest: Any, refused: Any) -> None:
    made = await rest.post("/v1/labelers", {"name": "ann", "email": "ann@example.org", "password": PASSWORD})
    path, login = f"/v1/labelers/{made.json()['labeler']}", {"email": "ann@example.org", "password": PASSWORD}
    session = cookie(await rest.http.post("/v1/login", json=login))
    rest.http.cookies.clear()
    link = token_of((await invited(rest, made.json()["labeler"]))["url"])
    away = await rest.patch(path, json={"disabled": True})
    assert away.json()["disabled_at"] is not None
    refused(await rest.http.post("/v1/login", json=login), 401, "auth.invalid")
    mia = await rest.labeler("mia", role="manager")
    refused(await mia.patch(path, json={"disabled": False}), 403, "role.forbidden")
    for wrong in (0, None, "no"):
        assert (await rest.patch(path, json={"disabled": wrong})).status_code == 422
    back = await rest.patch(path, json={"disabled": False})
    assert (back.status_code, back.json()["disabled_at"]) == (200, None)
    assert (await rest.get(path)).json() == back.json()
    refused(await rest.http.get("/v1/me", headers=session), 401, "auth.invalid")
    refused(await by_link(rest, link), 410, "auth.link_used")
    key = {"Authorization": f"Bearer {made.json()['api_key']}"}
    refused(await rest.http.get("/v1/me", headers=key), 401, "auth.invalid")
    assert (await rest.http.post("/v1/login", json=login)).status_code == 200


async def test_a_program_does_not_come_back_and_nobody_disables_themselves(rest: Any, refused: Any) -> None:
    model = await rest.labeler("model", kind="model")
    await rest.delete(f"/v1/labelers/{model.id}")
    answer = await rest.patch(f"/v1/labelers/{model.id}", json={"disabled": False})
    assert refused(answer, 422, "field.invalid")["pointer"] == "/disabled"
    answer = await rest.patch(f"/v1/labelers/{rest.principal.labeler}", json={"disabled": True})
    refused(answer, 422, "field.invalid")
