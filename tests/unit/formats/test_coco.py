"""COCO: what boxes, polygons, crowds and categories become."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assay.domain.item import NewItem
from assay.errors import AssayError
from assay.formats import FORMATS
from assay.formats.bundle import MemoryBundle
from assay.formats.format import Notes, Record
from assay.formats.pipeline import Refusal, read_records, write_records
from assay.formats.sink import MemorySink
from assay.labels.schema import read_schema

COCO = FORMATS["coco"]
BOX = {"name": "objects", "kind": "box", "field": "photo", "classes": ["car", "road"]}
POLYGON = {"name": "outline", "kind": "polygon", "field": "photo", "classes": ["car", "road"]}
TRIANGLE = [0, 0, 8, 0, 8, 8]


def _ontology(*questions: dict[str, Any]) -> Any:
    return read_schema({"fields": {"photo": "image"}, "questions": list(questions)}).ontology


def _bundle(*annotations: dict[str, Any], **more: Any) -> MemoryBundle:
    document = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48}],
        "categories": [{"id": 3, "name": "car"}, {"id": 5, "name": "road"}],
        "annotations": [
            {"id": n, "image_id": 1, "category_id": 3} | each for n, each in enumerate(annotations)
        ],
    } | more
    return MemoryBundle({"a.json": json.dumps(document).encode()})


def _read(bundle: MemoryBundle, ontology: Any) -> tuple[Any, tuple[str, ...]]:
    notes = Notes()
    (found,) = read_records(COCO, bundle, ontology, notes)
    return (found.label if isinstance(found, Record) else found.error), notes.lines()


def test_a_project_without_polygons_gets_the_boxes_of_drawn_objects() -> None:
    label, notes = _read(_bundle({"bbox": [0, 0, 8, 8], "segmentation": [TRIANGLE]}), _ontology(BOX))
    assert label == {"objects": [{"id": "0", "class": "car", "box": [0, 0, 8, 8]}]}
    assert notes == ("1 polygons dropped, their boxes kept",)


def test_a_project_without_boxes_counts_those_it_cannot_take() -> None:
    label, notes = _read(_bundle({"bbox": [0, 0, 8, 8]}), _ontology(POLYGON))
    assert label == {"outline": []}
    assert notes == ("1 boxes dropped: no question takes them",)


def test_keypoints_and_run_lengths_are_counted() -> None:
    annotation = {
        "bbox": [0, 0, 8, 8],
        "segmentation": {"size": [1, 1], "counts": [1]},
        "keypoints": [1, 1, 2],
    }
    _, notes = _read(_bundle(annotation), _ontology(BOX))
    assert notes == ("1 run-length masks dropped, their boxes kept", "1 sets of keypoints dropped")


def test_a_ring_that_is_closed_by_hand_stays_one_ring() -> None:
    label, _ = _read(_bundle({"segmentation": [[*TRIANGLE, 0, 0]]}), _ontology(POLYGON))
    assert label["outline"][0]["polygon"] == [[[0, 0], [8, 0], [8, 8]]]


@pytest.mark.parametrize(
    "annotation",
    [
        {"bbox": [1, 2, 3]},
        {"bbox": [1, 2, 3, "x"]},
        {"bbox": [1, 2, 3, True]},
        {},
        {"bbox": [0, 0, 1, 1], "category_id": 4},
        {"segmentation": [[0, 0, 1]]},
        {"bbox": [0, 0, 1, 1], "attributes": [1]},
        {"bbox": [0, 0, 1, 1e300]},
    ],
)
def test_a_broken_annotation_refuses_its_image(annotation: dict[str, Any]) -> None:
    (found,) = read_records(COCO, _bundle(annotation), _ontology(BOX, POLYGON), Notes())
    assert isinstance(found, Refusal)
    assert (found.where, found.error.code) == ("image 1", "format.invalid")


@pytest.mark.parametrize(
    "more",
    [
        {"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}]},
        {"images": [{"file_name": "a"}]},
        {"annotations": [{"id": 1}]},
        {"categories": [{"id": 1}]},
    ],
)
def test_a_broken_list_refuses_the_file(more: dict[str, Any]) -> None:
    with pytest.raises(AssayError):
        list(read_records(COCO, _bundle(**more), _ontology(BOX), Notes()))


def test_a_file_name_that_climbs_out_is_refused() -> None:
    bundle = _bundle(images=[{"id": 1, "file_name": "../../etc/passwd"}])
    (found,) = read_records(COCO, bundle, _ontology(BOX), Notes())
    assert isinstance(found, Refusal)
    assert found.error.code == "archive.path_refused"


def test_numbers_and_strings_are_different_ids() -> None:
    images = [{"id": 1, "file_name": "a"}, {"id": "1", "file_name": "b"}]
    found = list(read_records(COCO, _bundle({"bbox": [0, 0, 1, 1]}, images=images), _ontology(BOX), Notes()))
    assert [len((each.label or {})["objects"]) for each in found if isinstance(each, Record)] == [1, 0]


@pytest.mark.parametrize(
    ("listed", "image"),
    [
        ("a.json", "images/a.jpg"),
        ("a.json", "a.jpg"),
        ("set/annotations/a.json", "set/images/a.jpg"),
        ("set/a.json", "set/a.jpg"),
    ],
)
def test_media_is_found_beside_the_file_or_its_folder(listed: str, image: str) -> None:
    document = {"images": [{"id": 1, "file_name": "a.jpg"}], "categories": [], "annotations": []}
    bundle = MemoryBundle({listed: json.dumps(document).encode(), image: b"", "__MACOSX/._a.json": b"x"})
    (found,) = read_records(COCO, bundle, _ontology(BOX), Notes())
    assert isinstance(found, Record)
    assert found.media == {"photo": image}


def _write(label: dict[str, Any], **more: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    sink = MemorySink()
    record = Record(item=NewItem(external_id="x", fields={}), label=label, **more)
    notes = write_records(COCO, _ontology(BOX, POLYGON), [record], sink)
    return json.loads(sink.files["annotations.json"]), notes.lines()


def test_holes_are_counted_and_parts_are_kept() -> None:
    outer, hole, other = (
        [[0, 0], [9, 0], [9, 9], [0, 9]],
        [[1, 1], [2, 1], [2, 2]],
        [[20, 20], [30, 20], [30, 30]],
    )
    shape = {"id": "p", "class": "road", "polygons": [[outer, hole], [other]]}
    document, notes = _write({"objects": [], "outline": [shape]}, sizes={"photo": (64, 48)})
    (annotation,) = document["annotations"]
    assert annotation["segmentation"] == [[0, 0, 9, 0, 9, 9, 0, 9], [20, 20, 30, 20, 30, 30]]
    assert (annotation["bbox"], annotation["area"]) == ([0, 0, 30, 30], 81 + 50)
    assert notes == ("1 polygon holes dropped",)


def test_probabilities_are_written_as_scores() -> None:
    box = {"id": "b", "class": "car", "box": [0, 0, 1, 1]}
    document, notes = _write({"objects": [box]}, probability={"objects": {"b": 0.75}})
    assert document["annotations"][0]["score"] == 0.75
    assert notes == (
        "1 answers left out: the question is not answered",
        "1 images written without their size: it is not known",
    )


def test_an_item_that_nobody_answered_is_left_out() -> None:
    document, notes = _write({})
    assert (document["images"], document["annotations"]) == ([], [])
    assert notes == ("1 items left out: nobody answered",)
