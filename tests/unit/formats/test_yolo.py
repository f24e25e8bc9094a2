"""YOLO: fractions, sizes, class numbers and layout; and VOC's corners beside them."""

from __future__ import annotations

import io
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from assay.domain.item import NewItem
from assay.errors import AssayError, Invalid
from assay.formats import FORMATS
from assay.formats.bundle import MemoryBundle
from assay.formats.format import Notes, Record
from assay.formats.image_header import read_image_size
from assay.formats.pipeline import Refusal, read_records, write_records
from assay.formats.sink import MemorySink
from assay.geometry.mask import mask_from_text, pixels_from_mask
from assay.labels.schema import read_schema

ONTOLOGY = read_schema(
    {
        "fields": {"image": "image"},
        "questions": [
            {"name": "objects", "kind": "box", "field": "image", "classes": ["a", "b"]},
            {"name": "outline", "kind": "polygon", "field": "image", "classes": ["a", "b"]},
            {"name": "turned", "kind": "rotated_box", "field": "image", "classes": ["a", "b"]},
            {
                "name": "pose",
                "kind": "keypoints",
                "field": "image",
                "classes": ["a", "b"],
                "keypoints": ["nose", "tail"],
            },
        ],
    }
).ontology
SETTINGS = b"names: {0: a, 1: b}"


def _image(turned: bool = False) -> bytes:
    stream, exif = io.BytesIO(), Image.Exif()
    if turned:
        exif[0x0112] = 6
    Image.new("RGB", (64, 48)).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def _read(files: dict[str, bytes], name: str = "yolo", size: tuple[int, int] | None = (64, 48)) -> list[Any]:
    return list(read_records(FORMATS[name], MemoryBundle(files), ONTOLOGY, Notes(), lambda _: size))


@pytest.mark.parametrize("prefix", ["", "dataset/"])
def test_finds_labels_and_images_in_splits(prefix: str) -> None:
    files = {
        f"{prefix}data.yaml": b"names:\n- a\n- b\n",
        f"{prefix}labels/train/x.txt": b"1 0.5 0.5 1 1\n",
        f"{prefix}images/train/x.jpg": _image(),
    }
    (record,) = _read(files, size=None)
    assert record.item.external_id == "train/x"
    assert record.media == {"image": f"{prefix}images/train/x.jpg"}
    assert record.label == {"objects": [{"id": "1", "class": "b", "box": [0, 0, 64, 48]}]}


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "JPEG", "WEBP", "WEBP lossless", "WEBP extended"])
@pytest.mark.parametrize("size", [(1, 1), (300, 7), (640, 4_000)])
def test_a_header_says_what_the_writer_wrote(kind: str, size: tuple[int, int]) -> None:
    stream = io.BytesIO()
    options: dict[str, Any] = {"lossless": kind.endswith("lossless")} if kind.startswith("WEBP") else {}
    Image.new("RGBA" if kind.endswith("extended") else "RGB", size).save(stream, kind.split()[0], **options)
    assert read_image_size(io.BytesIO(stream.getvalue()), "x") == size


@given(at=st.integers(0, 200), junk=st.binary(max_size=4))
def test_a_damaged_header_is_refused_and_never_a_crash(at: int, junk: bytes) -> None:
    content = _image(turned=True)
    for damaged in (content[:at], content[:at] + junk + content[at + 4 :]):
        try:
            assert min(read_image_size(io.BytesIO(damaged), "x")) > 0
        except Invalid:
            continue


def test_an_image_is_measured_as_it_is_shown() -> None:
    assert read_image_size(io.BytesIO(_image()), "x") == (64, 48)
    assert read_image_size(io.BytesIO(_image(turned=True)), "x") == (48, 64)
    with pytest.raises(Invalid, match="no image"):
        read_image_size(io.BytesIO(b"<svg/>"), "x")


@pytest.mark.parametrize(
    "line",
    ["2 .5 .5 1 1", "x .5 .5 1 1", "0 .5 .5 1", "0 .5 .5 1 nan", "0 .5 .5 1 1e400", "0", "0 1_0 1 1 1"],
)
def test_a_wrong_line_is_refused_by_its_number(line: str) -> None:
    (found,) = _read({"data.yaml": SETTINGS, "labels/x.txt": f"0 .5 .5 1 1\n{line}\n".encode()})
    assert isinstance(found, Refusal)
    assert found.where == "labels/x.txt"
    assert found.error.detail.startswith("line 2: ")


def test_a_label_file_without_a_known_size_is_refused() -> None:
    (found,) = _read({"data.yaml": SETTINGS, "labels/x.txt": b"0 .5 .5 1 1"}, size=None)
    assert isinstance(found, Refusal)
    assert "size" in found.error.detail


@pytest.mark.parametrize(
    "files",
    [
        {"labels/x.txt": b""},
        {"data.yaml": SETTINGS},
        {"data.yaml": b"nc: 2", "labels/x.txt": b""},
        {"data.yaml": b"names: a", "labels/x.txt": b""},
        {"data.yaml": b"names: [[a]]", "labels/x.txt": b""},
    ],
)
def test_a_bundle_that_is_no_yolo_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(AssayError) as caught:
        _read(files)
    assert caught.value.code == "format.invalid"


def _write(name: str, record: Record) -> tuple[dict[str, bytes], tuple[str, ...]]:
    sink = MemorySink()
    notes = write_records(FORMATS[name], ONTOLOGY, [record], sink)
    return sink.files, notes.lines()


def _record(label: dict[str, Any] | None, external_id: str = "x", **more: Any) -> Record:
    return Record(item=NewItem(external_id=external_id, fields={}), label=label, **more)


def test_parts_and_holes_of_a_polygon_are_counted() -> None:
    ring, hole = [[0, 0], [64, 0], [64, 48]], [[1, 1], [2, 1], [2, 2]]
    shape = {"id": "p", "class": "b", "polygons": [[ring, hole], [ring]]}
    files, notes = _write("yolo-seg", _record({"outline": [shape]}, sizes={"image": (64, 48)}))
    assert files["labels/x.txt"] == b"1 0.0 0.0 1.0 0.0 1.0 1.0\n" * 2
    assert "1 polygon holes dropped" in notes
    assert "1 parts of one object made objects of their own" in notes


def _shapes(name: str, line: bytes, settings: bytes = SETTINGS) -> Any:
    """What one line reads as, without its id and class, and the notes; or why it was refused."""
    notes = Notes()
    bundle = MemoryBundle({"data.yaml": settings, "labels/x.txt": line})
    (found,) = read_records(FORMATS[name], bundle, ONTOLOGY, notes, lambda _: (64, 48))
    if isinstance(found, Refusal):
        return found.error.detail
    (objects,) = (found.label or {}).values()
    return [{k: v for k, v in each.items() if k not in ("id", "class")} for each in objects], notes.lines()


@pytest.mark.parametrize(
    ("line", "box"),
    [
        (b"0 .25 .25 .75 .25 .75 .75 .25 .75", [32, 24, 32, 24, 0]),
        (b"0 .75 .25 .75 .75 .25 .75 .25 .25", [32, 24, 24, 32, math.pi / 2]),
        (b"0 .75 .75 .25 .75 .25 .25 .75 .25", [32, 24, 32, 24, math.pi]),
        # Corners may run either way around.
        (b"0 .25 .75 .75 .75 .75 .25 .25 .25", [32, 24, 32, 24, 0]),
    ],
)
def test_four_corners_are_a_rotated_box_whose_first_side_leads_to_the_front(
    line: bytes, box: list[float]
) -> None:
    (shape,), notes = _shapes("yolo-obb", line)
    assert shape["rotated_box"] == pytest.approx(box)
    assert notes == ()


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        # Two pixels of a picture of 4 × 3; and the same from the other side.
        (b"0 .25 0 .75 0 .75 .333333333 .25 .333333333", [".##.", "....", "...."]),
        (b"0 .25 0 .25 .333333333 .75 .333333333 .75 0", [".##.", "....", "...."]),
        # A centre is inside or not; what lies beyond the picture is left out.
        (b"0 .1 .1 .9 .1 .9 .9 .1 .9", ["####", "####", "####"]),
        (b"0 -1 -1 .5 -1 .5 2 -1 2", ["##..", "##..", "##.."]),
        # Around a hole, by a way there and back.
        (b"0 0 0 1 0 1 1 0 1 0 0 .25 .34 .75 .34 .75 .66 .25 .66 .25 .34 0 0", ["####", "#..#", "####"]),
    ],
)  # fmt: skip
def test_a_line_is_the_pixels_whose_centres_lie_inside(line: bytes, rows: list[str]) -> None:
    ontology = read_schema(
        {
            "fields": {"image": "image"},
            "questions": [{"name": "q", "kind": "mask", "field": "image", "classes": ["a", "b"]}],
        }
    ).ontology
    bundle = MemoryBundle({"data.yaml": SETTINGS, "labels/x.txt": line})
    (found,) = read_records(FORMATS["yolo-mask"], bundle, ontology, Notes(), lambda _: (4, 3))
    assert isinstance(found, Record)
    ((mask,),) = (found.label or {}).values()
    pixels = pixels_from_mask(mask_from_text(3, 4, mask["rle"]["counts"]))
    assert ["".join(".#"[on] for on in row) for row in pixels.astype(int)] == rows


def test_corners_that_make_no_rectangle_are_counted_or_refused() -> None:
    (shape,), notes = _shapes("yolo-obb", b"0 0 0 .5 0 .5 .5 .25 .5")
    assert shape["rotated_box"] == pytest.approx([16, 12, 32, 24, 0])
    assert notes == ("1 four corners that make no rectangle, taken as the smallest around them",)
    assert "no area" in _shapes("yolo-obb", b"0 0 0 .25 .25 .75 .75 .5 .5")


POSE_SETTINGS = b"names: {0: a, 1: b}\nkpt_shape: [2, 3]\n"


@pytest.mark.parametrize(
    ("settings", "line", "joints"),
    [
        (POSE_SETTINGS, b"0 .5 .5 1 1 .5 .5 2 .25 .25 1", [[32, 24, 2], [16, 12, 1]]),
        (
            POSE_SETTINGS + b"kpt_names: {0: [tail, nose]}",
            b"0 .5 .5 1 1 .5 .5 2 .25 .25 1",
            [[16, 12, 1], [32, 24, 2]],
        ),
        (
            POSE_SETTINGS + b"kpt_names: [wing, nose]",
            b"0 .5 .5 1 1 .5 .5 2 .25 .25 1",
            [[16, 12, 1], [0, 0, 0]],
        ),
        # Without a third number a point at the corner is none.
        (b"names: [a]\nkpt_shape: [2, 2]", b"0 .5 .5 1 1 .5 .5 0 0", [[32, 24, 2], [0, 0, 0]]),
    ],
)
def test_keypoints_are_taken_by_their_names_or_in_order(
    settings: bytes, line: bytes, joints: list[list[float]]
) -> None:
    (shape,), notes = _shapes("yolo-pose", line, settings)
    assert shape["keypoints"] == joints
    assert "1 boxes of keypoints dropped" in notes


def test_keypoints_that_nobody_labelled_are_dropped_and_counted() -> None:
    shapes, notes = _shapes("yolo-pose", b"0 .5 .5 1 1 0 0 0 .5 .5 0", POSE_SETTINGS)
    assert shapes == []
    assert "1 sets of keypoints dropped: none of them is labelled" in notes
    assert "1 places of keypoints that are not labelled dropped" in notes


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("yolo-obb", b"0 .5 .5 1 1"),
        ("yolo-pose", b"0 .5 .5 1 1"),
        ("yolo-pose", b"0 .5 .5 1 1 .5 .5 3 0 0 0"),
        ("yolo-pose", b"0 .5 .5 1 1 .5 .5 1.5 0 0 0"),
        ("yolo-pose", b"0 .5 .5 1 1 .5 .5 2 0 0"),
    ],
)
def test_a_wrong_line_of_corners_or_keypoints_is_refused_by_its_number(name: str, line: bytes) -> None:
    assert _shapes(name, line, POSE_SETTINGS).startswith("line 1: ")


@pytest.mark.parametrize(
    "more",
    [
        b"",
        b"kpt_shape: 17",
        b"kpt_shape: [17]",
        b"kpt_shape: [0, 3]",
        b"kpt_shape: [3, 3]",
        b"kpt_shape: [2, 4]",
        b"kpt_shape: [" + b"9" * 5000 + b", 3]",
        b"kpt_shape: [2, 3]\nkpt_names: {0: [nose]}",
        b"kpt_shape: [2, 3]\nkpt_names: {0: [nose, nose]}",
        b"kpt_shape: [2, 3]\nkpt_names: {0: [nose, tail], 1: [tail, nose]}",
        b"kpt_shape: [2, 3]\nkpt_names: {}",
        b"kpt_shape: [2, 3]\nkpt_names: none",
    ],
)
def test_settings_that_name_no_keypoints_refuse_the_bundle(more: bytes) -> None:
    with pytest.raises(AssayError) as caught:
        _read({"data.yaml": b"names: [a]\n" + more, "labels/x.txt": b""}, "yolo-pose")
    assert caught.value.code == "format.invalid"


def test_a_pose_is_written_with_the_box_around_it_at_least_a_pixel() -> None:
    poses = [
        {"id": "1", "class": "b", "keypoints": [[16, 12, 2], [32, 24, 1]]},
        {"id": "2", "class": "a", "keypoints": [[0, 0, 0], [64, 48, 2]]},
    ]
    files, _ = _write("yolo-pose", _record({"pose": poses}, sizes={"image": (64, 48)}))
    first, second = files["labels/x.txt"].decode().splitlines()
    assert first == "1 0.375 0.375 0.25 0.25 0.25 0.25 2 0.5 0.5 1"
    assert second == f"0 {63.5 / 64} {47.5 / 48} {1 / 64} {1 / 48} 0.0 0.0 0 1.0 1.0 2"
    assert b"kpt_shape" in files["data.yaml"]


def test_what_is_not_answered_or_not_measured_gets_no_file() -> None:
    assert set(_write("yolo", _record(None))[0]) == {"data.yaml"}
    box = {"id": "b", "class": "a", "box": [0, 0, 1, 1]}
    files, notes = _write("yolo", _record({"objects": [box]}))
    assert set(files) == {"data.yaml"}
    assert "1 items left out: the image's size is not known" in notes


@pytest.mark.parametrize("name", ["yolo", "voc"])
@pytest.mark.parametrize("external_id", ["../../x", "/etc/x", "a\\b", "a\x00b", "s3://bucket/x"])
def test_a_hostile_external_id_becomes_a_safe_file_name(name: str, external_id: str) -> None:
    files, notes = _write(name, _record({"objects": []}, external_id, sizes={"image": (64, 48)}))
    MemoryBundle(files)
    assert "1 items renamed: their external id is no safe file name" in notes


def test_voc_corners_count_from_one_and_include_the_last_pixel() -> None:
    box = {"id": "b", "class": "a", "box": [0, 0, 1, 1]}
    files, _ = _write("voc", _record({"objects": [box]}, sizes={"image": (64, 48)}))
    text = files["Annotations/x.xml"].decode()
    for corner in ("xmin", "ymin", "xmax", "ymax"):
        assert f"<{corner}>1</{corner}>" in text


@pytest.mark.parametrize(
    ("name", "image", "external_id"),
    [
        ("Annotations/a.xml", "JPEGImages/a.jpg", "a"),
        ("VOC2012/Annotations/a.xml", "VOC2012/JPEGImages/a.jpg", "a"),
        ("set/annotations/day/a.xml", "set/images/a.jpg", "day/a"),
        ("a.xml", "a.jpg", "a"),
    ],
)
def test_voc_media_stands_beside_the_annotations(name: str, image: str, external_id: str) -> None:
    files = {name: b"<annotation><filename>a.jpg</filename></annotation>", image: b""}
    (record,) = read_records(FORMATS["voc"], MemoryBundle(files), ONTOLOGY, Notes())
    assert isinstance(record, Record)
    assert (record.item.external_id, record.media) == (external_id, {"image": image})


@pytest.mark.parametrize(
    "document",
    [
        b"<annotations/>",
        b"<annotation><object><name>a</name></object></annotation>",
        b"<annotation><size><width>1.5</width><height>2</height></size></annotation>",
        b"<annotation><filename>../x</filename></annotation>",
        b"<!DOCTYPE x><annotation/>",
    ],
)
def test_a_broken_voc_file_refuses_itself_only(document: bytes) -> None:
    files = {"Annotations/a.xml": document, "Annotations/b.xml": b"<annotation/>"}
    broken, whole = read_records(FORMATS["voc"], MemoryBundle(files), ONTOLOGY, Notes())
    assert isinstance(broken, Refusal)
    assert isinstance(whole, Record)
