"""Certificates over REST: drawn by design, answered blind, signed; nothing unseen is claimed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest

from assay.client.certificate import verify_certificate
from assay.domain.labeler import Role
from assay.errors import Invalid
from assay.service import certificate as use_case
from assay.service.certificate import NewAudit

Refused = Callable[[httpx.Response, int, str], dict[str, Any]]
SPORTS, NEWS = {"topic": "sports"}, {"topic": "news"}


@pytest.fixture
async def frozen(rest: Any) -> dict[str, Any]:
    """A snapshot of thirty notes that ann labelled `sports`, some for the web, and two auditors."""
    project = await rest.project()
    await rest.add_items(
        project,
        (
            {
                "external_id": f"n-{n}",
                "fields": {"note": f"note {n}"},
                "metadata": {"source": "web" if n % 3 == 0 else "print"},
            }
            for n in range(30)
        ),
    )
    ann = await rest.labeler("ann", role=Role.REVIEWER)
    for _ in range(3):
        for lease in await ann.claim(project, 10):
            assert (await ann.submit(lease, SPORTS)).status_code == 200
    made = await rest.post(f"/v1/projects/{project}/snapshots", {})
    assert made.json()["items"] == 30
    rita, remy = [await rest.labeler(name, role=Role.REVIEWER) for name in ("rita", "remy")]
    return {
        "project": project,
        "snapshot": made.json()["id"],
        "sha256": made.json()["sha256"],
        "ann": ann,
        "rita": rita,
        "remy": remy,
    }


def at(frozen: dict[str, Any]) -> str:
    return f"/v1/snapshots/{frozen['snapshot']}/certificate"


async def start(rest: Any, frozen: dict[str, Any], audits: int, **options: Any) -> dict[str, Any]:
    answer = await rest.post(at(frozen), {"audits": audits, **options})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def claim(who: Any, frozen: dict[str, Any], count: int = 10) -> list[dict[str, Any]]:
    answer = await who.post(f"/v1/projects/{frozen['project']}/leases", {"stage": "audit", "count": count})
    assert answer.status_code == 200, answer.text
    leases: list[dict[str, Any]] = answer.json()["leases"]
    return leases


async def read(rest: Any, frozen: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = await rest.get(at(frozen), params=options)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def key(rest: Any) -> str:
    """As somebody who has no key of their own reads it."""
    return str((await rest.http.get("/v1/certificate-key")).json()["public_key"])


async def answer_all(who: Any, frozen: dict[str, Any], wrong: Sequence[str] = ()) -> int:
    """Audit what there is; these external ids are `news` in truth."""
    done = 0
    while leases := await claim(who, frozen):
        for lease in leases:
            label = NEWS if lease["item"]["external_id"] in wrong else SPORTS
            assert (await who.submit(lease, label)).status_code == 200
            done += 1
    return done


async def test_before_any_audit_nothing_is_claimed_and_that_is_signed(
    rest: Any, frozen: dict[str, Any]
) -> None:
    told = await read(rest, frozen)
    assert (told["state"], told["items"], told["audited"], told["design"]) == ("unaudited", 30, 0, None)
    assert [told[name] for name in ("accuracy", "low", "high", "low_without_model")] == [None] * 4
    assert told["predicted_accuracy"] == pytest.approx(0.8)
    assert told["sha256"] == frozen["sha256"]
    assert "no bound" in told["statement"]
    verify_certificate(told, await key(rest))

    await start(rest, frozen, 10)
    begun = await read(rest, frozen)
    assert (begun["state"], begun["low"], begun["design"]["drawn"]) == ("unaudited", None, 10)


async def test_a_blind_audit_makes_a_bound(rest: Any, frozen: dict[str, Any]) -> None:
    assert (await start(rest, frozen, 30))["audits"] == 30
    before = await rest.resolutions(frozen["project"])
    leases = await claim(frozen["rita"], frozen, 1)
    assert set(leases[0]) == {
        *("lease", "fence", "task", "item", "ontology_version", "predictions", "expires_at")
    }
    await frozen["rita"].submit(leases[0], SPORTS)
    assert await answer_all(frozen["rita"], frozen, wrong=["n-3", "n-4", "n-5"]) == 29

    told = await read(rest, frozen)
    assert (told["state"], told["audited"], told["auditors"]) == ("complete", 30, 1)
    assert told["wrong"] == (3 if leases[0]["item"]["external_id"] not in ("n-3", "n-4", "n-5") else 2)
    assert told["low"] == told["accuracy"] == told["high"] == pytest.approx(1 - told["wrong"] / 30)
    assert told["history"][-1]["audited"] == 30
    assert sum(group["wrong"] for group in told["strata"]) == told["wrong"]
    verify_certificate(told, await key(rest))
    assert await rest.resolutions(frozen["project"]) == before, "an audit is no vote"


async def test_the_same_evidence_gives_the_same_bytes(rest: Any, frozen: dict[str, Any]) -> None:
    await start(rest, frozen, 8)
    await answer_all(frozen["rita"], frozen)
    first, again = await rest.get(at(frozen)), await rest.get(at(frozen))
    assert first.content == again.content


@pytest.mark.parametrize(
    ("name", "value"), [("low", 0.99), ("sha256", "0" * 64), ("slice", "label.topic=sports"), ("extra", 1)]
)
async def test_what_was_changed_after_signing_is_found(
    rest: Any, frozen: dict[str, Any], name: str, value: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        verify_certificate(await read(rest, frozen) | {name: value}, await key(rest))
    assert refused.value.code == "certificate.invalid"


async def test_nobody_audits_what_they_know_and_no_item_is_asked_twice(
    rest: Any, frozen: dict[str, Any], refused: Refused
) -> None:
    await start(rest, frozen, 12)
    assert await claim(frozen["ann"], frozen) == [], "she labelled all of it"
    plain = await rest.labeler("plain")
    denied = await plain.post(f"/v1/projects/{frozen['project']}/leases", {"stage": "audit"})
    refused(denied, 403, "role.forbidden")

    first, second = await claim(frozen["rita"], frozen), await claim(frozen["remy"], frozen)
    assert (len(first), len(second)) == (10, 2)
    assert not {lease["task"] for lease in first} & {lease["task"] for lease in second}
    over = await frozen["rita"].post(f"/v1/projects/{frozen['project']}/leases", {"stage": "audit"})
    refused(over, 429, "lease.quota")

    skipped, returned = first[0], first[1]
    for lease, reason in ((skipped, "skip"), (returned, "returned")):
        await frozen["rita"].post(f"/v1/leases/{lease['lease']}/release", {"reason": reason})
    assert [lease["task"] for lease in await claim(frozen["rita"], frozen)] == [returned["task"]]
    assert [lease["task"] for lease in await claim(frozen["remy"], frozen)] == [skipped["task"]]


async def test_an_answer_behind_a_gap_waits(rest: Any, frozen: dict[str, Any]) -> None:
    await start(rest, frozen, 2)
    (first,) = await claim(frozen["rita"], frozen, 1)
    (second,) = await claim(frozen["remy"], frozen, 1)
    await frozen["remy"].submit(second, SPORTS)
    told = await read(rest, frozen)
    assert (told["state"], told["audited"], told["waiting"], told["low"]) == ("auditing", 0, 1, None)
    await frozen["rita"].submit(first, SPORTS)
    told = await read(rest, frozen)
    assert (told["state"], told["audited"], told["waiting"]) == ("complete", 2, 0)


async def test_a_repeated_answer_is_answered_the_same_and_another_refused(
    rest: Any, frozen: dict[str, Any], refused: Refused
) -> None:
    await start(rest, frozen, 5)
    rita = frozen["rita"]
    (lease, other) = await claim(rita, frozen, 2)
    submit = f"/v1/leases/{lease['lease']}/submit"
    signed = {"headers": {"Idempotency-Key": "k1"}}
    first = await rita.post(submit, {"fence": lease["fence"], "label": SPORTS}, **signed)
    again = await rita.post(submit, {"fence": lease["fence"], "label": SPORTS}, **signed)
    assert first.json() == again.json()
    assert first.json() == (await rita.submit(lease, SPORTS)).json()
    assert first.json()["annotation"] == lease["lease"]
    refused(await rita.submit(lease, NEWS), 409, "submit.conflict")
    refused(await rita.submit(lease | {"fence": 1}, SPORTS), 409, "lease.fence")
    refused(await rita.submit(other | {"fence": 1}, SPORTS), 409, "lease.fence")
    refused(await rita.submit(other, {"topic": "cats"}), 422, "label.class")
    body = {"fence": other["fence"], "label": SPORTS}
    mixed = await rita.post(f"/v1/leases/{other['lease']}/submit", body, **signed)
    refused(mixed, 422, "idempotency.mismatch")
    batch = await rita.post_lines(
        f"/v1/projects/{frozen['project']}/submissions",
        [{"lease": other["lease"], "fence": other["fence"], "label": SPORTS}],
    )
    assert (batch.json()["code"], batch.json()["pointer"]) == ("field.invalid", "/lease")
    assert (await read(rest, frozen))["audited"] == 1


async def test_an_answer_after_its_time_counts_while_nobody_else_has_the_item(
    rest: Any, frozen: dict[str, Any], refused: Refused
) -> None:
    await start(rest, frozen, 2)
    rita, remy = frozen["rita"], frozen["remy"]
    mine, taken = await claim(rita, frozen, 2)
    for lease in (mine, taken):
        await rita.post(f"/v1/leases/{lease['lease']}/release", {"reason": "returned"})
    assert (await rita.submit(mine, SPORTS)).status_code == 200
    (given,) = await claim(remy, frozen)
    assert given["task"] == taken["task"]
    late = refused(await rita.submit(taken, SPORTS), 409, "lease.lost")
    assert (late["annotation"], late["counted"]) == (taken["lease"], False)
    refused(await rita.submit(taken, SPORTS), 409, "lease.lost")
    assert (await remy.submit(given, SPORTS)).status_code == 200
    told = await read(rest, frozen)
    assert (told["audited"], told["auditors"]) == (2, 2)


async def test_more_may_be_asked_for_and_what_was_settled_stays(
    rest: Any, frozen: dict[str, Any], refused: Refused
) -> None:
    first = await start(rest, frozen, 4, confidence=0.9)
    assert await start(rest, frozen, 4) == first
    assert await start(rest, frozen, 2) == first
    asked = await claim(frozen["rita"], frozen)
    for lease in asked:
        await frozen["rita"].submit(lease, SPORTS)
    assert (await start(rest, frozen, 500))["audits"] == 30
    assert await answer_all(frozen["remy"], frozen) == 26
    told = await read(rest, frozen)
    assert (told["audited"], told["confidence"], told["low"]) == (30, 0.9, 1.0)
    refused(await rest.post(at(frozen), {"audits": 5, "confidence": 0.95}), 409, "existing")


async def test_an_audit_ends_at_its_target(rest: Any, frozen: dict[str, Any]) -> None:
    await start(rest, frozen, 30, target=0.5)
    done = await answer_all(frozen["rita"], frozen)
    told = await read(rest, frozen)
    assert told["state"] == "complete"
    assert 3 < told["audited"] <= done < 30
    assert told["low"] >= 0.5


async def test_a_slice_has_a_certificate_of_its_own(
    rest: Any, frozen: dict[str, Any], refused: Refused
) -> None:
    await start(rest, frozen, 30)
    await answer_all(frozen["rita"], frozen, wrong=["n-3", "n-6", "n-4"])
    web = await read(rest, frozen, slice="metadata.source=web")
    assert (web["items"], web["audited"], web["wrong"], web["low"]) == (10, 10, 2, pytest.approx(0.8))
    verify_certificate(web, await key(rest))
    sports = await read(rest, frozen, slice="label.topic=sports")
    assert (sports["items"], sports["wrong"]) == (30, 3)
    for wrong in ("label.topic=news", "topic=sports", "label.topic"):
        told = refused(await rest.get(at(frozen), params={"slice": wrong}), 422, "field.invalid")
        assert told["pointer"] == "/slice"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"audits": 0}, "/audits"),
        ({"audits": 5_001}, "/audits"),
        ({"audits": 5, "target": 1.5}, "/target"),
        ({"audits": 5, "confidence": 1}, "/confidence"),
        ({"audits": 5, "least_similarity": -0.1}, "/least_similarity"),
        ({"audits": 5, "other": 1}, "/other"),
        ({}, "/audits"),
    ],
)
async def test_bad_requests_are_refused(
    rest: Any, frozen: dict[str, Any], refused: Refused, body: dict[str, Any], pointer: str
) -> None:
    answer = await rest.post(at(frozen), body)
    assert answer.json()["pointer"] == pointer, answer.text
    assert answer.status_code == 422


async def test_whoever_dies_between_drawing_and_writing_draws_the_same_again(
    rest: Any, frozen: dict[str, Any]
) -> None:
    new = NewAudit(audits=7)
    snapshot = UUID(frozen["snapshot"])
    lost = await use_case.draw_audit(rest.engine, rest.principal, snapshot, new)
    await start(rest, frozen, 7)
    again = await use_case.draw_audit(rest.engine, rest.principal, snapshot, NewAudit(audits=9))
    assert [draw.number for draw in again.draws] == [8, 9]
    assert not {draw.item for draw in again.draws} & {draw.item for draw in lost.draws}
    leases = await claim(frozen["rita"], frozen)
    assert [lease["task"] for lease in leases] == [str(draw.task) for draw in lost.draws]


async def test_the_page_says_the_same_and_runs_nothing(rest: Any, frozen: dict[str, Any]) -> None:
    await rest.patch(f"/v1/projects/{frozen['project']}", json={"name": "<script>alert(1)</script>"})
    await start(rest, frozen, 12)
    await answer_all(frozen["rita"], frozen, wrong=["n-1", "n-2"])
    told = await read(rest, frozen)
    page = await rest.get(at(frozen), params={"format": "html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    for said in (told["statement"], told["sha256"], told["signature"]["value"]):
        assert said in page.text
    assert page.text.count("<svg") == 2
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
