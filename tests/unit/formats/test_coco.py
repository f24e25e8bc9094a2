"""COCO: what boxes, polygons, crowds and categories become."""

from __future__ import annotations

import json
import math
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
MASK = {"name": "areas", "kind": "mask", "field": "photo", "classes": ["car"]}
TURNED = {"name": "turned", "kind": "rotated_box", "field": "photo", "classes": ["car"]}
POSE = {
    "name": "pose",
    "kind": "keypoints",
    "field": "photo",
    "classes": ["car"],
    "keypoints": ["tail", "nose"],
}
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


def test_keypoints_and_run_lengths_that_no_question_takes_are_counted() -> None:
    annotation = {
        "bbox": [0, 0, 8, 8],
        "segmentation": {"size": [1, 1], "counts": [1]},
        "keypoints": [1, 1, 2],
    }
    _, notes = _read(_bundle(annotation), _ontology(BOX))
    assert notes == ("1 run-length masks dropped, their boxes kept", "1 sets of keypoints dropped")


@pytest.mark.parametrize(
    "counts",
    [
        [50, 2, 3020],
        # Runs of nothing, and a text with a group too many, as some writers have them.
        [50, 1, 0, 1, 3020, 0],
        r"b12\n2",
        r"b1R0\n2",
    ],
)
def test_run_lengths_become_the_one_form_of_ours(counts: Any) -> None:
    rle = {"size": [48, 64], "counts": counts}
    label, notes = _read(_bundle({"segmentation": rle}), _ontology(MASK))
    assert label == {"areas": [{"id": "0", "class": "car", "rle": {"size": [48, 64], "counts": r"b12\n2"}}]}
    assert notes == ()


def test_a_mask_without_a_pixel_is_counted() -> None:
    label, notes = _read(_bundle({"segmentation": {"size": [48, 64], "counts": [3072]}}), _ontology(MASK))
    assert label == {"areas": []}
    assert notes == ("1 masks without a pixel dropped",)


@pytest.mark.parametrize(
    ("rotation", "questions", "expected"),
    [
        (90, (BOX, TURNED), {"objects": [], "turned": [[14, 25, 8, 10, math.pi / 2]]}),
        (270.0, (TURNED,), {"turned": [[14, 25, 8, 10, -math.pi / 2]]}),
        (0.0, (TURNED,), {"turned": [[14, 25, 8, 10, 0]]}),
        (0.0, (BOX, TURNED), {"objects": [[10, 20, 8, 10]], "turned": []}),
    ],
)
def test_a_turned_box_of_another_tool_is_read(rotation: float, questions: Any, expected: Any) -> None:
    annotation = {"bbox": [10, 20, 8, 10], "segmentation": [], "attributes": {"rotation": rotation}}
    label, notes = _read(_bundle(annotation), _ontology(*questions))
    shapes = {
        name: [each.get("box") or each.get("rotated_box") for each in objects]
        for name, objects in label.items()
    }
    assert shapes == {name: [pytest.approx(box) for box in boxes] for name, boxes in expected.items()}
    assert notes == ()


def test_a_turned_box_that_no_question_takes_keeps_its_outline_or_its_bounds() -> None:
    turned = {"id": "r", "class": "car", "rotated_box": [20, 20, 16, 8, 0.5]}
    sink = MemorySink()
    record = Record(item=NewItem(external_id="x", fields={}), label={"turned": [turned]})
    write_records(COCO, _ontology(TURNED), [record], sink)
    bundle = MemoryBundle(sink.files)
    outline, _ = _read(bundle, _ontology(POLYGON))
    assert len(outline["outline"][0]["polygon"][0]) == 4
    bounds, notes = _read(bundle, _ontology(BOX))
    x, y, width, height = bounds["objects"][0]["box"]
    assert (x + width / 2, y + height / 2) == pytest.approx((20, 20))
    assert width > 16
    assert "1 polygons dropped, their boxes kept" in notes


def test_an_annotation_may_hold_an_area_and_keypoints() -> None:
    categories = [{"id": 3, "name": "car", "keypoints": ["nose", "tail", "roof"], "skeleton": [[1, 3]]}]
    annotation = {"bbox": [0, 0, 8, 8], "keypoints": [1, 2, 2, 3, 4, 1, 5, 6, 0]}
    label, notes = _read(_bundle(annotation, categories=categories), _ontology(BOX, POSE))
    assert label["objects"] == [{"id": "0", "class": "car", "box": [0, 0, 8, 8]}]
    assert label["pose"] == [{"id": "0", "class": "car", "keypoints": [[3, 4, 1], [1, 2, 2]]}]
    assert notes == ("1 places of keypoints that are not labelled dropped",)
    named = [{"id": 3, "name": "car", "keypoints": ["nose", "wing"]}]
    label, notes = _read(
        _bundle({"bbox": [0, 0, 8, 8], "keypoints": [0, 0, 0, 3, 4, 1]}, categories=named), _ontology(POSE)
    )
    assert label == {"pose": []}
    assert notes == (
        "1 boxes dropped: no question takes them",
        "1 keypoints dropped: the question has none of their name",
        "1 sets of keypoints dropped: none of them is labelled",
    )


def test_keypoints_of_ours_come_back_without_a_box_that_nobody_drew() -> None:
    pose = {"id": "k", "class": "car", "keypoints": [[1, 2, 2], [0, 0, 0]]}
    sink = MemorySink()
    record = Record(item=NewItem(external_id="x", fields={}), label={"objects": [], "pose": [pose]})
    write_records(COCO, _ontology(BOX, POSE), [record], sink)
    assert _read(MemoryBundle(sink.files), _ontology(BOX, POSE))[0] == {"objects": [], "pose": [pose]}


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
        {"segmentation": {"counts": [3072]}},
        {"segmentation": {"size": [48], "counts": [48]}},
        {"segmentation": {"size": [48, 0], "counts": [0]}},
        {"segmentation": {"size": [48, 64], "counts": [3071]}},
        {"segmentation": {"size": [48, 64], "counts": [-1, 3073]}},
        {"segmentation": {"size": [48, 64], "counts": [1.5, 3070.5]}},
        {"segmentation": {"size": [48, 64], "counts": "no text"}},
        {"segmentation": {"size": [100_000, 100_000], "counts": [10_000_000_000]}},
        {"bbox": [0, 0, 1, 1], "keypoints": [1, 1, 2]},
        {"bbox": [0, 0, 1, 1], "keypoints": [1, 1, 3, 1, 1, 2]},
        {"bbox": [0, 0, 1, 1], "keypoints": [1, 1, True, 1, 1, 2]},
        {"rotated_box": "no"},
        {"bbox": [0, 0, 1, 1], "attributes": {"rotation": 1e300}},
    ],
)
def test_a_broken_annotation_refuses_its_image(annotation: dict[str, Any]) -> None:
    ontology = _ontology(BOX, POLYGON, MASK, TURNED, POSE)
    (found,) = read_records(COCO, _bundle(annotation), ontology, Notes())
    assert isinstance(found, Refusal)
    assert (found.where, found.error.code) == ("image 1", "format.invalid")


@pytest.mark.parametrize(
    "more",
    [
        {"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}]},
        {"images": [{"file_name": "a"}]},
        {"annotations": [{"id": 1}]},
        {"categories": [{"id": 1}]},
        {"categories": [{"id": 1, "name": "a", "keypoints": "head"}]},
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


@pytest.mark.parametrize("skeleton", [[[1, 3]], [[1, 1]], [[0, 1]], [["a", "b"]], ["ab"], {}])
def test_a_broken_skeleton_implies_nothing(skeleton: Any) -> None:
    categories = [{"id": 3, "name": "car", "keypoints": ["nose", "tail"], "skeleton": skeleton}]
    bundle = _bundle({"bbox": [0, 0, 1, 1], "keypoints": [1, 1, 2, 0, 0, 0]}, categories=categories)
    if skeleton == {}:
        assert COCO.imply_ontology(bundle) is not None
        return
    with pytest.raises(AssayError):
        COCO.imply_ontology(bundle)


def test_keypoints_without_names_are_numbered() -> None:
    implied = COCO.imply_ontology(_bundle({"bbox": [0, 0, 1, 1], "keypoints": [1, 1, 2, 0, 0, 0]}))
    assert implied is not None
    assert [(asked["kind"], asked.get("keypoints")) for asked in implied["questions"]] == [
        ("box", None),
        ("keypoints", ["1", "2"]),
    ]
