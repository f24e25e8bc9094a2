from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from assay.client.item_source import ItemSource, ResolvedLines, read_items
from assay.client.request import Answer, Done, step
from assay.errors import Invalid

NOTE = {"note": "text"}
PICTURE = {"image": "image", "note": "text"}


def sent_lines(source: ItemSource, types: dict[str, str]) -> tuple[list[Any], list[str]]:
    """The lines that would be sent, and the names of the files uploaded for them."""
    lines: list[bytes] = []
    files: list[str] = []
    for window in ResolvedLines(read_items(source, types), types):
        reached = step(window, None)
        while not isinstance(reached, Done):
            for request in reached:
                if request.path == "/v1/uploads":
                    assert isinstance(request.body, bytes)
                    files.append(json.loads(request.body)["name"])
            answer = b'{"upload": "u", "part_size": 8, "asset": "s", "media_type": "image/png"}'
            reached = step(window, [Answer(status=200, headers={}, body=answer) for _ in reached])
        lines += reached.result
    return [json.loads(line) for line in lines], files


def test_items_without_files_go_as_they_are() -> None:
    items = [{"external_id": "1", "fields": {"note": "photo.png"}}]
    assert sent_lines(iter(items), NOTE) == (items, [])


@pytest.mark.parametrize("wrapped", [str, lambda path: {"url": str(path)}, Path])
def test_local_files_become_assets(tmp_path: Path, wrapped: Any) -> None:
    (tmp_path / "a.png").write_bytes(b"a")
    items = [{"external_id": "1", "fields": {"image": wrapped(tmp_path / "a.png"), "note": "n"}}]
    lines, files = sent_lines(items, PICTURE)
    sha256 = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert lines == [
        {"external_id": "1", "fields": {"image": {"url": f"asset:sha256:{sha256}"}, "note": "n"}}
    ]
    assert files == ["a.png"]


def test_a_file_named_often_is_uploaded_once(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"a")
    items = [{"external_id": str(n), "fields": {"image": str(tmp_path / "a.png")}} for n in range(200)]
    lines, files = sent_lines(items, PICTURE)
    assert (len(lines), files) == (200, ["a.png"])


@pytest.mark.parametrize(
    "url", ["asset:sha256:00", "https://example.org/a.png", "s3://b/k", "mount:m/a.png", "file:///etc/passwd"]
)
def test_urls_are_the_servers_to_judge(url: str) -> None:
    items = [{"external_id": "1", "fields": {"image": {"url": url}}}]
    assert sent_lines(items, PICTURE) == (items, [])


@pytest.mark.parametrize(
    "item", [3, "x", None, {"fields": 3}, {"external_id": "1"}, {"fields": {"image": 3}}]
)
def test_what_is_no_item_is_the_servers_to_judge(item: Any) -> None:
    assert sent_lines([item], PICTURE) == ([item], [])


def test_lines_of_a_file_go_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_bytes(b'{"external_id": "1", "external_id": "2"}\n\n{broken\n  {"x":NaN}\n')
    windows = ResolvedLines(read_items(path, PICTURE), PICTURE)
    (window,) = windows
    done = step(window, None)
    assert isinstance(done, Done)
    assert done.result == [b'{"external_id": "1", "external_id": "2"}', b"{broken", b'{"x":NaN}']


def test_paths_in_a_file_start_at_its_folder(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(b"a")
    path = tmp_path / "items.json"
    path.write_text(json.dumps([{"external_id": "1", "fields": {"image": "images/a.png"}}]))
    _, files = sent_lines(path, PICTURE)
    assert files == ["a.png"]


@pytest.mark.parametrize("name", ["../secret.png", "/etc/hostname", "images/../../secret.png", "link.png"])
def test_a_file_that_somebody_sent_reads_nothing_outside_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(b"s")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    path = folder / "items.jsonl"
    path.write_text(json.dumps({"external_id": "1", "fields": {"image": name}}))
    with pytest.raises(Invalid) as refused:
        sent_lines(str(path), PICTURE)
    assert (refused.value.code, refused.value.pointer) == ("item.invalid", "/fields/image")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.png") as refused:
        sent_lines([{"external_id": "1", "fields": {"image": str(tmp_path / "none.png")}}], PICTURE)
    assert refused.value.code == "asset.size"


def test_a_folder_is_one_item_for_each_file(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/2.png", "1.jpg", "notes.txt", "drawing.svg"):
        (tmp_path / name).write_bytes(b"x")
    lines, files = sent_lines(tmp_path, {"image": "image"})
    assert [line["external_id"] for line in lines] == ["1.jpg", "b/2.png"]
    assert files == ["1.jpg", "2.png"]


@pytest.mark.parametrize("types", [PICTURE, NOTE])
def test_a_folder_needs_one_media_field(tmp_path: Path, types: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="one media field"):
        sent_lines(tmp_path, types)


def refused_sources(folder: Path) -> Iterable[tuple[Any, str]]:
    (folder / "items.csv").write_text("a,b")
    (folder / "object.json").write_text("{}")
    (folder / "broken.json").write_text("[")
    yield {"external_id": "1"}, "not one item"
    yield folder / "items.csv", "import other formats as such"
    yield folder / "object.json", "does not hold a list"
    yield folder / "broken.json", "not JSON"
    yield folder / "none.jsonl", "cannot be read"


def test_what_holds_no_items_is_refused(tmp_path: Path) -> None:
    for source, says in refused_sources(tmp_path):
        with pytest.raises(Invalid, match=says):
            sent_lines(source, NOTE)
