"""Snapshots and their exports over REST."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pyarrow.ipc
import pytest
from PIL import Image

from assay.formats import FORMATS
from assay.formats.bundle import FileBundle

Refused = Callable[[httpx.Response, int, str], dict[str, Any]]
PLAIN = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "=news()"]},
        {"name": "who", "kind": "span", "field": "note", "classes": ["PER"]},
    ],
}


async def resolved(rest: Any, *notes: str, topic: str = "sports") -> str:
    """A project with one resolved task for each note."""
    project: str = await rest.project()
    await rest.add_notes(project, *notes)
    lines = [
        {"external_id": f"n-{n}", "labeler": "ann", "label": {"topic": topic}} for n in range(len(notes))
    ]
    await rest.post_lines(f"/v1/projects/{project}/annotations", lines)
    return project


async def boxed(rest: Any) -> str:
    """A project with one resolved image: gold, so that no merge job has to run."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "PNG")
    asset = (await rest.upload(out.getvalue())).json()["url"]
    project: str = await rest.project(rest.BOXES)
    box = {"id": "b1", "class": "cat", "box": [1, 2, 10, 12]}
    await rest.add_items(
        project,
        [{"external_id": "img/7", "fields": {"image": {"url": asset}}, "gold": {"objects": [box]}}],
    )
    return project


async def freeze(caller: Any, project: str, **options: Any) -> dict[str, Any]:
    response = await caller.post(f"/v1/projects/{project}/snapshots", options)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def export(caller: Any, snapshot: dict[str, Any], **options: Any) -> httpx.Response:
    response: httpx.Response = await caller.get(f"/v1/snapshots/{snapshot['id']}/export", params=options)
    return response


async def test_a_snapshot_is_named_by_its_content(rest: Any, tmp_path: Path) -> None:
    project = await resolved(rest, "one", "two")
    first, again = await freeze(rest, project, name="June"), await freeze(rest, project)

    assert (first["items"], first["name"], first["gold"], first["ontology_version"]) == (2, "June", False, 1)
    assert first["id"] == first["snapshot"] != again["id"]
    assert first["sha256"] == again["sha256"]
    kept = tmp_path / "blobs" / str(rest.principal.organization) / first["sha256"][:2] / first["sha256"]
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == first["sha256"]
    assert kept.stat().st_size == first["size_bytes"]
    listed = (await rest.get(f"/v1/projects/{project}/snapshots")).json()["items"]
    assert listed == [first, again]
    assert (await rest.get(f"/v1/snapshots/{first['id']}")).json() == first


async def test_a_snapshot_does_not_change_with_its_project(rest: Any) -> None:
    project = await resolved(rest, "one")
    made = await freeze(rest, project)
    before = (await export(rest, made)).content
    await rest.post_lines(
        f"/v1/projects/{project}/annotations",
        [{"external_id": "n-0", "labeler": f"w{n}", "label": {"topic": "news"}} for n in range(3)],
    )
    assert (await export(rest, made)).content == before
    assert (await freeze(rest, project))["sha256"] != made["sha256"]


async def test_jsonl_has_everything(rest: Any) -> None:
    made = await freeze(rest, await resolved(rest, "Ann won."))
    answer = await export(rest, made, format="jsonl")
    header, line = map(json.loads, answer.text.splitlines())

    assert header == {"assay": 1, "ontology": rest.TOPIC}
    assert (line["external_id"], line["fields"]) == ("n-0", {"note": "Ann won."})
    assert (line["label"], line["annotations"], line["state"]) == ({"topic": "sports"}, 1, "resolved")
    assert line["probability"] == {"topic": pytest.approx(0.8)}
    assert json.loads(answer.headers["assay-notes"]) == []
    assert answer.headers["content-disposition"] == f'attachment; filename="{made["id"]}.jsonl"'
    assert answer.headers["content-length"] == str(len(answer.content))


async def test_gold_stays_out_unless_asked_for(rest: Any, refused: Refused) -> None:
    project = await boxed(rest)
    empty = await rest.post(f"/v1/projects/{project}/snapshots", {})
    refused(empty, 409, "snapshot.empty")
    assert (await freeze(rest, project, gold=True))["items"] == 1


async def test_coco_of_one_image(rest: Any) -> None:
    made = await freeze(rest, await boxed(rest), gold=True)
    answer = await export(rest, made, format="coco")
    coco = answer.json()
    assert coco["images"] == [
        {"id": 1, "file_name": "img/7.png", "width": 40, "height": 30, "external_id": "img/7"}
    ]
    assert [one["bbox"] for one in coco["annotations"]] == [[1, 2, 10, 12]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("coco", {"annotations.json", "images/img/7.png"}),
        ("voc", {"Annotations/img/7.xml", "JPEGImages/img/7.png"}),
        ("yolo", {"data.yaml", "labels/img/7.txt", "images/img/7.png"}),
    ],
)
async def test_media_come_along_in_a_zip(rest: Any, name: str, expected: set[str]) -> None:
    made = await freeze(rest, await boxed(rest), gold=True)
    answer = await export(rest, made, format=name, media="true")
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert set(archive.namelist()) == expected | {"NOTES.json"}
    (picture,) = (one for one in expected if one.endswith(".png"))
    assert Image.open(archive.open(picture)).size == (40, 30)
    assert json.loads(archive.read("NOTES.json"))["format"] == name


async def test_wnut_comes_out_as_it_went_in(rest: Any, work: Any) -> None:
    source = Path(__file__).parents[2] / "fixtures" / "wnut17" / "emerging.dev.conll"
    ontology = FORMATS["conll"].imply_ontology(FileBundle(source, source.name))
    project = await rest.project(ontology)
    asset = (await rest.upload(source.read_bytes(), name=source.name)).json()["asset"]
    wanted = {"asset": asset, "format": "conll", "labels": "gold"}
    begun = (await rest.post(f"/v1/projects/{project}/imports", wanted)).json()
    await work()
    assert (await rest.get(f"/v1/jobs/{begun['job']}")).json()["state"] == "done"

    made = await freeze(rest, project, gold=True)

    assert (await export(rest, made, format="conll")).content == source.read_bytes()


async def test_media_that_are_gone_are_noted(rest: Any, work: Any, tmp_path: Path) -> None:
    picture = tmp_path / "mounted" / "a.png"
    Image.new("RGB", (40, 30)).save(picture)
    project = await rest.project(rest.BOXES)
    item = {"external_id": "a.png", "fields": {"image": {"url": "mount:pictures/a.png"}}}
    await rest.add_items(project, [item | {"gold": {"objects": []}}])
    await work()
    made = await freeze(rest, project, gold=True)
    picture.unlink()
    archive = zipfile.ZipFile(io.BytesIO((await export(rest, made, format="coco", media="true")).content))
    assert archive.namelist() == ["annotations.json", "NOTES.json"]
    notes = json.loads(archive.read("NOTES.json"))["notes"]
    assert "1 media files left out: they could not be opened" in notes


async def test_what_was_not_carried_is_said(rest: Any, refused: Refused) -> None:
    project = await rest.project(PLAIN)
    await rest.add_items(
        project,
        [{"external_id": "a", "fields": {"note": "Ann ran"}, "gold": {"topic": "sports", "who": []}}],
    )
    made = await freeze(rest, project, gold=True)
    answer = await export(rest, made, format="conll")
    assert any("'topic'" in note for note in json.loads(answer.headers["assay-notes"]))
    refused(await export(rest, made, format="coco"), 415, "format.unsupported")
    refused(await export(rest, made, format="docx"), 422, "format.unknown")
    refused(await export(rest, made, format="label-studio"), 415, "format.unsupported")


async def test_a38_cells_that_a_spreadsheet_would_run_are_quoted(rest: Any) -> None:
    project = await rest.project(PLAIN)
    note = '=HYPERLINK("https://evil.test","x")'
    await rest.add_items(
        project, [{"external_id": "@a", "fields": {"note": note}, "gold": {"topic": "=news()"}}]
    )
    made = await freeze(rest, project, gold=True)
    text = (await export(rest, made, format="csv")).text
    exact = (await export(rest, made, format="csv-raw")).text
    for cell in ("@a", "=HYPERLINK", "=news()"):
        assert f"'{cell}" in text
        assert cell in exact
        assert f"'{cell}" not in exact


async def test_every_format_that_writes_can_be_asked_for(rest: Any) -> None:
    project = await boxed(rest)
    made = await freeze(rest, project, gold=True)
    statuses = {name: (await export(rest, made, format=name)).status_code for name in FORMATS}
    assert {name for name, status in statuses.items() if status == 200} == {
        "coco", "jsonl", "parquet", "voc", "yolo",
    }  # fmt: skip
    assert {status for status in statuses.values() if status != 200} == {415}


async def test_resolutions_as_an_arrow_stream(rest: Any, stranger: Any, refused: Refused) -> None:
    project = await resolved(rest, "one", "two")
    path, accept = f"/v1/projects/{project}/resolutions", {"Accept": "application/vnd.apache.arrow.stream"}
    answer = await rest.get(path, headers=accept)
    assert answer.headers["content-type"] == accept["Accept"]
    rows = pyarrow.ipc.open_stream(answer.content).read_all().to_pylist()
    assert [(row["external_id"], row["state"]) for row in rows] == [("n-0", "resolved"), ("n-1", "resolved")]
    assert json.loads(rows[0]["label"]) == {"topic": "sports"}
    refused(await stranger.get(path, headers=accept), 404, "not_found")


async def test_a28_snapshots_of_others(rest: Any, stranger: Any, refused: Refused) -> None:
    project = await resolved(rest, "one")
    made = await freeze(rest, project)
    for path in (
        f"/v1/snapshots/{made['id']}",
        f"/v1/snapshots/{made['id']}/export",
        f"/v1/projects/{project}/snapshots",
        f"/v1/snapshots/{uuid4()}",
    ):
        refused(await stranger.get(path), 404, "not_found")
    refused(await stranger.post(f"/v1/projects/{project}/snapshots", {}), 404, "not_found")


async def test_a31_labelers_see_no_snapshots(rest: Any, refused: Refused) -> None:
    project = await resolved(rest, "one")
    made = await freeze(rest, project)
    ann = await rest.labeler("annie")
    refused(await ann.get(f"/v1/snapshots/{made['id']}/export"), 403, "role.forbidden")
    refused(await ann.post(f"/v1/projects/{project}/snapshots", {}), 403, "role.forbidden")


async def test_what_is_asked_for_must_make_sense(rest: Any, refused: Refused) -> None:
    project = await resolved(rest, "one")
    path = f"/v1/projects/{project}/snapshots"
    for body, pointer in (({"min_probability": 1.5}, "/min_probability"), ({"name": " "}, "/name")):
        assert refused(await rest.post(path, body), 422, "field.invalid")["pointer"] == pointer
    refused(await rest.post(path, {"colour": 1}), 422, "field.unknown")
