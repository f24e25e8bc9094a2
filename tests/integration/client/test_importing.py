from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import assay
from assay.errors import Invalid

RACCOONS = Path(__file__).parents[2] / "fixtures" / "raccoon"
Work = Callable[[], Awaitable[None]]

ENTITIES = {
    "fields": {"text": "text"},
    "questions": [{"name": "entities", "kind": "span", "field": "text", "classes": ["person", "place"]}],
}
CONLL = "Ann\tB-person\nran\tO\n\nOslo\tB-place\n\n"


@pytest.fixture
async def waiting(served: Any, work: Work) -> Any:
    """A sync client that does the queued jobs where another would wait."""
    loop = asyncio.get_running_loop()
    with served.client(sleep=lambda seconds: asyncio.run_coroutine_threadsafe(work(), loop).result()) as one:
        yield one


@pytest.fixture
def voc(tmp_path: Path) -> Path:
    """Three pictures with their boxes, in a folder as people have them."""
    folder = tmp_path / "voc"
    for picture in sorted(RACCOONS.rglob("*.jpg"))[:3]:
        shutil.copy(picture, folder_of(folder, "JPEGImages") / picture.name)
        (boxes,) = RACCOONS.rglob(f"{picture.stem}.xml")
        shutil.copy(boxes, folder_of(folder, "Annotations") / boxes.name)
    return folder


def folder_of(folder: Path, name: str) -> Path:
    (folder / name).mkdir(parents=True, exist_ok=True)
    return folder / name


async def test_a_folder_is_imported_with_its_pictures(
    waiting: assay.Client, pictures: dict[str, Any], voc: Path
) -> None:
    told: list[str] = []

    def story() -> tuple[assay.Project, Any]:
        project = waiting.projects.create("Raccoons", pictures)
        job = project.imports.create(voc, format="voc", labeler="truth")
        return project, job.wait(progress=lambda stage, done, total: told.append(stage))

    project, report = await asyncio.to_thread(story)
    assert (report["accepted"], report["rejected"]) == (3, 0)
    assert report["annotations"]["accepted"] == 3
    assert told == ["queued"]
    items = await asyncio.to_thread(lambda: list(project.items.list()))
    assert len({item.fields["image"]["url"] for item in items}) == 3
    (job,) = await asyncio.to_thread(lambda: list(project.jobs()))
    assert (job.kind, job.state) == ("import", "done")


async def test_a_file_is_imported_by_the_async_client(
    client: assay.AsyncClient, work: Work, tmp_path: Path
) -> None:
    path = tmp_path / "train.conll"
    path.write_text(CONLL)
    project = await client.projects.create("Entities", ENTITIES)
    job = await project.imports.create(path, format="conll", labels="gold")
    await work()
    assert (await job.wait())["accepted"] == 2
    found = [one.label["entities"][0]["class"] async for one in project.resolutions(gold=True)]
    assert found == ["person", "place"]


async def test_bytes_that_are_there_already_are_imported_by_their_asset(
    client: assay.AsyncClient, work: Work
) -> None:
    asset = await client.assets.upload(CONLL.encode(), name="train.conll")
    project = await client.projects.create("Entities", ENTITIES)
    for source in (asset, asset.url):
        job = await project.imports.create(source, format="conll")
        await work()
        await job.wait()
    assert len([item async for item in project.items.list()]) == 2


async def test_a_job_that_fails_raises_why(client: assay.AsyncClient, work: Work, tmp_path: Path) -> None:
    path = tmp_path / "train.conll"
    path.write_text(CONLL.replace("place", "planet"))
    project = await client.projects.create("Entities", ENTITIES)
    job = await project.imports.create(path, format="conll")
    await work()
    with pytest.raises(Invalid) as refused:
        await job.wait()
    assert refused.value.code == "import.aborted"
    assert refused.value.extra["errors"]
    assert [item async for item in project.items.list()] == []


async def test_what_is_neither_a_file_nor_a_url_is_refused(client: assay.AsyncClient) -> None:
    project = await client.projects.create("Entities", ENTITIES)
    with pytest.raises(Invalid, match="no file here, and no URL"):
        await project.imports.create("nowhere.zip", format="conll")
    with pytest.raises(assay.AssayError) as unknown:
        await project.imports.create(await client.assets.upload(b"x"), format="telepathy")
    assert unknown.value.code == "format.unknown"
