"""The sample projects: every page has something true to show, and loading them again changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assay import Client
from assay.demo import ENTITIES, PREFERENCES, RACCOONS, load

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay

VIEWS = "/v1/projects/{project}/views"
"""What people keep for themselves."""
WEBHOOKS = {"/v1/webhooks", "/v1/webhooks/{webhook}", "/v1/webhooks/{webhook}/deliveries"}
"""A sample sends nothing to anybody."""
NOTHING_TO_READ = {"/livez", "/readyz", "/metrics", "/v1/uploads/{upload}", VIEWS} | WEBHOOKS


@pytest.fixture(scope="module")
def demo(assay: RunningAssay) -> dict[str, str]:
    """The ids of the sample projects, by name."""
    with Client(assay.url, assay.api_key) as client:
        load(client)
        return {project.name: project.id for project in client.projects.list()}


def test_every_read_endpoint_has_something_to_show(assay: RunningAssay, demo: dict[str, str]) -> None:
    with assay.client() as http:
        paths = http.get("/openapi.json").json()["paths"]
        reads = sorted(path for path in paths if "get" in paths[path] and path not in NOTHING_TO_READ)
        assert len(reads) > 15
        found = ids(http, demo[RACCOONS]) | {"job": jobs_of(http, demo[ENTITIES])[0]["id"]}
        for path in reads:
            project = demo[ENTITIES] if path.endswith("/jobs") else demo[RACCOONS]
            project = demo[PREFERENCES] if path.endswith("/members") else project
            answer = http.get(path.format(**found | {"project": project}))
            assert answer.status_code == 200, (path, answer.text)
            assert shows_something(answer), (path, answer.text)


def ids(http: Any, project: str) -> dict[str, str]:
    """One of everything that a path may name, in the admin's eyes."""
    leased = http.post(f"/v1/projects/{project}/leases", json={}).json()["leases"][0]
    item = http.get(f"/v1/projects/{project}/items", params={"state": "resolved"}).json()["items"][0]
    return {
        "lease": leased["lease"],
        "task": item["task"],
        "item": item["item"],
        "field": "image",
        "sha256": item["fields"]["image"]["url"].rpartition(":")[2],
        "labeler": http.get("/v1/me").json()["labeler"],
        "snapshot": http.get(f"/v1/projects/{project}/snapshots").json()["items"][0]["id"],
    }


def jobs_of(http: Any, project: str) -> Any:
    return http.get(f"/v1/projects/{project}/jobs").json()["items"]


def shows_something(answer: Any) -> bool:
    """A list has entries; anything else has bytes."""
    if answer.headers["content-type"].startswith("application/json"):
        document = answer.json()
        return bool(document.get("items", document.get("leases", document)))
    return bool(answer.content)


def test_loading_again_makes_nothing(assay: RunningAssay, demo: dict[str, str]) -> None:
    with Client(assay.url, assay.api_key) as client:
        assert load(client) == []
        names = [project.name for project in client.projects.list()]
    assert [names.count(name) for name in (RACCOONS, ENTITIES, PREFERENCES)] == [1, 1, 1]


def test_a_sample_whose_making_was_cut_short_is_made_again(assay: RunningAssay, demo: dict[str, str]) -> None:
    with Client(assay.url, assay.api_key) as client:
        client.projects.get(demo[PREFERENCES]).delete()
        client.projects.create(PREFERENCES, {"fields": {"a": "text"}, "questions": [QUESTION]})
        (made,) = load(client)
        assert made.name == PREFERENCES
        assert made.quality().cost["labels"] > 500


QUESTION = {"name": "q", "kind": "choice", "field": "a", "classes": ["x", "y"]}


def test_the_worst_labelers_are_found_out(assay: RunningAssay, demo: dict[str, str]) -> None:
    with Client(assay.url, assay.api_key) as client:
        # Eighteen pictures do not tell the two better ones apart.
        for name, worst in ((RACCOONS, "Cleo"), (ENTITIES, "Fay")):
            found = {
                one.name: one.accuracy or 0 for one in client.projects.get(demo[name]).quality().labelers
            }
            assert min(found, key=lambda who: found[who]) == worst
