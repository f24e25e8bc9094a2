"""The fixtures other API tests stand on go once round the loop."""

from __future__ import annotations

from typing import Any


async def test_one_loop_from_item_to_resolution(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "Ann won the race.")
    ann = await rest.labeler("ann")

    (lease,) = await ann.claim(project)
    submitted = await ann.submit(lease, {"topic": "sports"})

    assert submitted.status_code == 200
    assert [one["label"] for one in await rest.resolutions(project)] == [{"topic": "sports"}]


async def test_a_stranger_sees_nothing(rest: Any, stranger: Any, refused: Any) -> None:
    project = await rest.project()

    assert (await stranger.get("/v1/projects")).json()["items"] == []
    refused(await stranger.get(f"/v1/projects/{project}"), 404, "not_found")
