"""Votes given elsewhere, imported over REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

Refused = Callable[[httpx.Response, int, str], dict[str, Any]]
SPORTS, NEWS = {"topic": "sports"}, {"topic": "news"}


def line(external_id: str, labeler: str, label: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"external_id": external_id, "labeler": labeler, "label": label, **more}


async def add(caller: Any, project: str, *lines: Any, **options: Any) -> httpx.Response:
    answer: httpx.Response = await caller.post_lines(
        f"/v1/projects/{project}/annotations", lines, params=options
    )
    return answer


async def test_imported_labels_are_votes_that_close_a_task(rest: Any) -> None:
    project = await rest.project(quality={"min_labels": 3})
    await rest.add_notes(project, "one", "two")

    report = await add(
        rest,
        project,
        line("n-0", "ann", SPORTS, created_at="2024-02-29T12:00:00+02:00"),
        line("n-0", "bob", SPORTS),
        line("n-0", "cleo", NEWS),
    )

    assert report.json() == {"accepted": 3, "existing": 0, "rejected": 0, "errors": []}
    first, second = await rest.resolutions(project)
    assert (first["state"], first["label"], first["annotations"]) == ("resolved", SPORTS, 3)
    assert (second["state"], second["annotations"]) == ("open", 0)
    dave = await rest.labeler("dave")
    assert [lease["item"]["external_id"] for lease in await dave.claim(project, 10)] == ["n-1"]


async def test_imported_labels_withdraw_open_slots_and_may_exceed_the_most(rest: Any) -> None:
    project = await rest.project(quality={"min_labels": 2})
    await rest.add_notes(project, "one")
    await add(rest, project, line("n-0", "ann", SPORTS))
    dave, eve = await rest.labeler("dave"), await rest.labeler("eve")
    (lease,) = await dave.claim(project)
    assert await eve.claim(project) == []

    await add(rest, project, *(line("n-0", f"w-{n}", SPORTS) for n in range(3)))

    assert (await dave.submit(lease, SPORTS)).status_code == 200
    (task,) = await rest.resolutions(project)
    assert (task["state"], task["annotations"]) == ("resolved", 5)


async def test_whoever_answered_elsewhere_is_not_asked_again(rest: Any) -> None:
    project = await rest.project(quality={"min_labels": 2})
    await rest.add_notes(project, "one")
    ann = await rest.labeler("ann")
    assert (await add(rest, project, line("n-0", ann.id, SPORTS))).json()["accepted"] == 1
    assert await ann.claim(project) == []


async def test_structured_answers_wait_to_be_merged(rest: Any) -> None:
    project = await rest.project(
        {"fields": {"note": "text"}, "questions": [{"name": "caption", "kind": "text"}]}
    )
    await rest.add_notes(project, "one")
    assert (await add(rest, project, line("n-0", "ann", {"caption": "a cat"}))).json()["accepted"] == 1
    (task,) = await rest.resolutions(project)
    assert (task["state"], task["annotations"]) == ("resolving", 1)


async def test_a_line_that_comes_again_is_settled_by_its_key(rest: Any, refused: Refused) -> None:
    project = await rest.project(quality={"min_labels": 5})
    await rest.add_notes(project, "one")
    await add(rest, project, line("n-0", "ann", SPORTS))

    again = await add(rest, project, line("n-0", "ann", SPORTS))
    other = await add(rest, project, line("n-0", "ann", NEWS))
    skipped = await add(rest, project, line("n-0", "ann", NEWS), line("n-0", "bob", NEWS), on_error="skip")

    assert again.json() | {"errors": []} == {"accepted": 0, "existing": 1, "rejected": 0, "errors": []}
    problem = refused(other, 409, "existing")
    assert problem["errors"][0]["existing"] == problem["existing"]
    assert (skipped.json()["accepted"], skipped.json()["rejected"]) == (1, 1)
    assert skipped.json()["errors"][0]["code"] == "existing"
    assert (await rest.resolutions(project))[0]["annotations"] == 2


async def test_one_bad_line_stores_nothing_and_skip_the_good_ones(rest: Any, refused: Refused) -> None:
    project = await rest.project(quality={"min_labels": 5})
    await rest.add_notes(project, "one")
    lines = [
        line("n-0", "ann", SPORTS),
        line("n-9", "ann", SPORTS),
        line("n-0", "bob", {"topic": "weather"}),
        line("n-0", "bob", {}),
        line("n-0", "", SPORTS),
        line("n-0", "cleo", SPORTS, created_at="yesterday"),
        line("n-0", "cleo", SPORTS, created_at="2026-01-01T00:00:00"),
        line("n-0", "cleo", SPORTS, weight=2),
        line("n-0", "0190a000-0000-7000-8000-000000000009", SPORTS),
        {"external_id": "n-0", "labeler": "cleo"},
        ["n-0"],
    ]
    expected = [
        (2, "ref.not_found", "/external_id"),
        (3, "label.class", "/label/topic"),
        (4, "label.required", "/label/topic"),
        (5, "field.invalid", "/labeler"),
        (6, "field.invalid", "/created_at"),
        (7, "field.invalid", "/created_at"),
        (8, "field.unknown", "/weight"),
        (9, "ref.not_found", "/labeler"),
        (10, "field.missing", "/label"),
        (11, "field.invalid", ""),
    ]

    problem = refused(await add(rest, project, *lines), 422, "import.aborted")
    found = [(told["line"], told["code"], told["pointer"]) for told in problem["errors"]]
    assert sorted(found) == expected
    assert (await rest.resolutions(project))[0]["annotations"] == 0
    names = [one["name"] for one in (await rest.get("/v1/labelers")).json()["items"]]
    assert names == ["admin"]

    report = (await add(rest, project, *lines, on_error="skip")).json()
    assert (report["accepted"], report["rejected"]) == (1, 10)


async def test_a29_labels_for_what_belongs_to_others_are_refused(
    rest: Any, stranger: Any, refused: Refused
) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one")
    ours = await rest.labeler("ann")
    theirs = await stranger.project()
    await stranger.add_notes(theirs, "one")

    refused(await add(stranger, project, line("n-0", "ann", SPORTS)), 404, "not_found")
    problem = refused(await add(stranger, theirs, line("n-0", ours.id, SPORTS)), 422, "import.aborted")
    assert problem["errors"][0]["code"] == "ref.not_found"
    refused(await add(ours, project, line("n-0", "ann", SPORTS)), 403, "role.forbidden")
