"""Promises about time that the worker keeps: merges appear, and a vanished labeler's slot comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.acceptance.conftest import RunningAssay

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [{"name": "who", "kind": "span", "field": "note", "classes": ["PER"]}],
}
LABEL = {"who": [{"id": "a", "class": "PER", "start": 0, "end": 3}]}


def project_of_one(client: httpx.Client, name: str, **options: Any) -> str:
    made = client.post("/v1/projects", json={"name": name, "ontology": ONTOLOGY, **options})
    project: str = made.json()["id"]
    items = [{"external_id": "one", "fields": {"note": "Ann ran."}}]
    assert client.post(f"/v1/projects/{project}/items", json=items).json()["accepted"] == 1
    return project


def claim(client: httpx.Client, project: str) -> list[dict[str, Any]]:
    leases: list[dict[str, Any]] = client.post(f"/v1/projects/{project}/leases", json={}).json()["leases"]
    return leases


def until(ask: Callable[[], Any]) -> Any:
    """Ask again until there is an answer; the suite's own limit ends a broken promise."""
    while not (found := ask()):
        pass
    return found


def test_structured_answers_are_merged_without_being_asked(assay: RunningAssay) -> None:
    with assay.client() as client:
        project = project_of_one(client, "merging")
        (lease,) = claim(client, project)
        answer = {"fence": lease["fence"], "label": LABEL}
        assert client.post(f"/v1/leases/{lease['lease']}/submit", json=answer).status_code == 200

        def resolved() -> Any:
            (line,) = client.get(f"/v1/projects/{project}/resolutions").json()["items"]
            return line["label"] if line["state"] == "resolved" else None

        (found,) = until(resolved)["who"]
        assert (found["class"], found["start"], found["end"]) == ("PER", 0, 3)


def test_the_slot_of_a_vanished_labeler_comes_back(assay: RunningAssay) -> None:
    with assay.client() as client:
        project = project_of_one(client, "vanishing", lease_seconds=10)
        assert len(claim(client, project)) == 1
        assert claim(client, project) == []
        assert len(until(lambda: claim(client, project))) == 1
