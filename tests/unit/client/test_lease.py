from __future__ import annotations

from typing import Any

import assay
from assay.client.lease import Pauses

LEASES, RELEASE = "/v1/projects/p/leases", "/v1/leases/{}/release"


def lease(name: str) -> dict[str, Any]:
    return {
        "lease": name,
        "fence": 1,
        "task": "t",
        "item": {"id": "i", "external_id": name, "fields": {}},
        "ontology_version": 1,
        "expires_at": "2026-01-01T00:00:00Z",
    }


def project_of(fake: assay.FakeTransport, waits: list[float]) -> assay.Project:
    quality: dict[str, Any] = {}
    fake.answer(
        "GET",
        "/v1/projects/p",
        {
            "id": "p",
            "name": "P",
            "access": "organization",
            "quality": quality,
            "lease_seconds": 60,
            "ontology_version": 1,
            "ontology": {"fields": {}},
            "dataset": "d",
            "created_at": "2026-01-01T00:00:00Z",
        },
    )
    return assay.Client("http://assay.test", "k", transport=fake, sleep=waits.append).projects.get("p")


def test_leases_not_handed_out_are_given_back() -> None:
    fake = assay.FakeTransport()
    fake.answer("POST", LEASES, {"leases": [lease("a"), lease("b"), lease("c")]})
    for name in "bc":
        fake.answer("POST", RELEASE.format(name), {"released": True})
    work = project_of(fake, []).work(count=3)
    assert next(work).id == "a"
    work.close()  # type: ignore[attr-defined]
    released = [request.url.path for request in fake.requests if request.url.path.endswith("/release")]
    assert released == [RELEASE.format("b"), RELEASE.format("c")]
    assert fake.bodies("POST", RELEASE.format("b")) == [{"reason": "returned"}]


def test_an_empty_answer_ends_the_work() -> None:
    fake = assay.FakeTransport()
    fake.answer("POST", LEASES, {"leases": [lease("a")]}, {"leases": [lease("b")]}, {"leases": []})
    assert [one.id for one in project_of(fake, []).work()] == ["a", "b"]


def test_waiting_work_asks_again_ever_less_often() -> None:
    fake = assay.FakeTransport()
    none: dict[str, Any] = {"leases": []}
    some = {"leases": [lease("a")]}
    fake.answer("POST", LEASES, none, none, some, none, some)
    waits: list[float] = []
    work = project_of(fake, waits).work(wait=True)
    assert [next(work).id, next(work).id] == ["a", "a"]
    assert [wait for wait in waits if wait] == [0.5, 1.0, 0.5]


def test_pauses_have_a_longest() -> None:
    pauses = Pauses()
    assert [pauses.after(()) for _ in range(7)] == [0.5, 1, 2, 4, 8, 15, 15]
    assert pauses.after([1]) == 0
    assert pauses.after(()) == 0.5
