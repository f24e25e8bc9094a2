from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import assay
from assay.errors import Conflict, Invalid

RACCOONS = Path(__file__).parents[2] / "fixtures" / "raccoon"


def notes(count: int) -> list[dict[str, Any]]:
    return [{"external_id": f"n-{n}", "fields": {"note": f"note {n}"}} for n in range(count)]


async def test_items_that_are_there_already_are_counted(served: Any, topic: dict[str, Any]) -> None:
    def story(client: assay.Client) -> None:
        project = client.projects.create("News", topic)
        project.items.add(notes(3))
        report = project.items.add(notes(5))
        assert (report.accepted, report.existing) == (2, 3)
        with pytest.raises(Conflict) as refused:
            project.items.add([{"external_id": "n-0", "fields": {"note": "another"}}])
        assert refused.value.code == "existing"
        assert refused.value.extra["existing"] == next(iter(project.items.list())).id

    await served.run(story)


async def test_bad_items_are_named_by_line(served: Any, topic: dict[str, Any]) -> None:
    wrong = [*notes(2), {"external_id": "x", "fields": {"note": float("nan")}}, {"external_id": "y"}]

    def story(client: assay.Client) -> None:
        project = client.projects.create("News", topic)
        with pytest.raises(Invalid) as refused:
            project.items.add(wrong)
        assert refused.value.code == "import.aborted"
        assert list(project.items.list()) == []
        report = project.items.add(wrong, on_error="skip")
        assert (report.accepted, report.rejected) == (2, 2)
        assert [(error["line"], error["code"]) for error in report.errors] == [
            (3, "json.number"),
            (4, "item.field"),
        ]

    await served.run(story)


async def test_a_long_stream_is_sent_in_chunks_with_progress(
    served: Any, topic: dict[str, Any], tmp_path: Path
) -> None:
    """Twelve megabytes go in pieces of one; the file is read line by line."""
    path = tmp_path / "items.jsonl"
    with path.open("w") as file:
        for n in range(1200):
            file.write(json.dumps({"external_id": f"n-{n}", "fields": {"note": "x" * 10_000}}) + "\n")
    told: list[tuple[str, int, int | None]] = []

    def story(client: assay.Client) -> int:
        project = client.projects.create("News", topic)
        return project.items.add(path, progress=lambda *what: told.append(what)).accepted

    assert await served.run(story) == 1200
    sent = [(done, total) for stage, done, total in told if stage == "send"]
    size = path.stat().st_size
    assert len(sent) == -(-size // (1 << 20))
    assert sent[-1] == (size, size)
    assert [done for stage, done, _ in told if stage == "read"][-1] == 1200


async def test_a_source_that_fails_leaves_nothing_behind(
    client: assay.AsyncClient, topic: dict[str, Any]
) -> None:
    def broken() -> Any:
        yield from notes(3)
        raise ZeroDivisionError

    project = await client.projects.create("News", topic)
    with pytest.raises(ZeroDivisionError):
        await project.items.add(broken())
    assert [item async for item in project.items.list()] == []


async def test_pictures_are_uploaded_and_come_back(served: Any, pictures: dict[str, Any]) -> None:
    images = sorted(RACCOONS.rglob("*.jpg"))[:3]

    def story(client: assay.Client) -> None:
        project = client.projects.create("Raccoons", pictures)
        items = [{"external_id": image.name, "fields": {"image": image}} for image in images]
        assert project.items.add(items).accepted == 3
        for item, image in zip(project.items.list(), images, strict=True):
            assert item.state == "open"
            assert client.assets.read(item.fields["image"]["url"]) == image.read_bytes()

    await served.run(story)


async def test_a_folder_of_pictures_is_a_project(client: assay.AsyncClient, pictures: dict[str, Any]) -> None:
    folder = next(RACCOONS.rglob("*.jpg")).parent
    project = await client.projects.create("Raccoons", pictures)
    report = await project.items.add(folder)
    assert report.accepted == len(list(folder.rglob("*.jpg")))
