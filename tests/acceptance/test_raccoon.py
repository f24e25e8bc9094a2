"""Raccoons: VOC in, three simulated labelers over REST, COCO out, measured against the truth."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import httpx
import numpy as np
import pytest

from assay import Client, Project, Resolution
from assay.geometry.box import box_iou

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay

RACCOONS = Path(__file__).parents[1] / "fixtures" / "raccoon"
ONTOLOGY = {
    "fields": {"image": "image"},
    "questions": [{"name": "objects", "kind": "box", "field": "image", "classes": ["raccoon"]}],
}
LABELERS = 3
CORNER_NOISE = 0.03  # standard deviation of a corner, as a share of the box's side
MISSED, FALSE = 0.05, 0.05
SEED = 20260101
PATIENCE_ASKS = 5_000
Box = tuple[float, float, float, float]


class Photograph:
    """An image's size (width, height) and its true boxes, [x, y, width, height] in pixels."""

    def __init__(self, path: Path) -> None:
        root = ElementTree.parse(path).getroot()
        self.size = np.array([int(root.findtext(f"size/{side}") or 0) for side in ("width", "height")])
        self.boxes = []
        for box in root.iter("bndbox"):
            left, top, right, bottom = (int(box.findtext(edge) or 0) for edge in EDGES)
            self.boxes.append((left - 1.0, top - 1.0, right - left + 1.0, bottom - top + 1.0))


EDGES = ("xmin", "ymin", "xmax", "ymax")  # VOC counts from 1 and includes the last pixel
TRUTH = {path.stem: Photograph(path) for path in sorted((RACCOONS / "annotations").glob("*.xml"))}


class SimulatedLabeler:
    """Draws what it sees: corners off by a little, some objects missed, some imagined."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.imagined: list[tuple[str, Box]] = []

    def answer(self, external_id: str) -> dict[str, Any]:
        """The label of an image; the same whenever it is asked."""
        chance = np.random.default_rng([SEED, self._number, zlib.crc32(external_id.encode())])
        photograph = TRUTH[external_id]
        drawn = []
        for box in photograph.boxes:
            if chance.random() >= MISSED:
                drawn.append(jittered(box, photograph.size, chance))
            if chance.random() < FALSE:
                imagined = anywhere(photograph.size, chance)
                self.imagined.append((external_id, imagined))
                drawn.append(imagined)
        objects = [{"id": f"b{n}", "class": "raccoon", "box": list(box)} for n, box in enumerate(drawn)]
        return {"objects": objects}


def jittered(box: Box, size: Any, chance: np.random.Generator) -> Box:
    """A box with noise on its corners, as drawn inside the image."""
    corners = np.array([[box[0], box[1]], [box[0] + box[2], box[1] + box[3]]])
    corners += chance.normal(0, CORNER_NOISE, (2, 2)) * [box[2], box[3]]
    (x, y), (right, bottom) = np.clip(corners, 0, size)
    return (float(x), float(y), float(right - x), float(bottom - y))


def anywhere(size: Any, chance: np.random.Generator) -> Box:
    """A box where nothing is."""
    width, height = size * chance.uniform(0.1, 0.4, 2)
    x, y = (size - [width, height]) * chance.random(2)
    return (float(x), float(y), float(width), float(height))


@pytest.fixture(scope="module")
def raccoons(assay: RunningAssay) -> Iterator[tuple[Project, list[SimulatedLabeler]]]:
    """The project, once all is labelled and resolved."""
    with Client(assay.url, assay.api_key) as admin:
        project = admin.projects.create(
            "Raccoons", ONTOLOGY, quality={"min_labels": LABELERS, "max_labels": LABELERS}
        )
        report = project.imports.create(RACCOONS, format="voc", labels="ignore").wait()
        assert (report["accepted"], report["rejected"]) == (len(TRUTH), 0)
        labelers = [SimulatedLabeler(number) for number in range(LABELERS)]
        for number, labeler in enumerate(labelers):
            with assay.client() as http:
                key = http.post("/v1/labelers", json={"name": f"Draughtsman {number}", "kind": "person"})
            with assay.client(key.json()["api_key"]) as http:
                work_off(http, project.id, labeler)
        until_resolved(project, len(TRUTH))
        yield project, labelers


def until_resolved(project: Project, tasks: int) -> None:
    """Ask until every task has its answer; merging structured answers takes about a second."""
    for _ in range(PATIENCE_ASKS):
        if (states := project.quality().states) == {"resolved": tasks}:
            return
    pytest.fail(f"not all tasks are resolved: {states}")


def work_off(http: httpx.Client, project: str, labeler: SimulatedLabeler) -> None:
    """Claim, answer, submit, until there is nothing left."""
    while leases := http.post(f"/v1/projects/{project}/leases", json={"count": 5}).json()["leases"]:
        for lease in leases:
            label = labeler.answer(lease["item"]["external_id"])
            answer = http.post(
                f"/v1/leases/{lease['lease']}/submit", json={"fence": lease["fence"], "label": label}
            )
            assert answer.status_code == 200, answer.text
            assert answer.json()["task_state"] == "submitted"


def boxes_of(resolution: Resolution) -> list[Box]:
    return [tuple(found["box"]) for found in resolution.label["objects"]]


def overlap(left: list[Box], right: list[Box]) -> Any:
    """IoU of every pair, (left, right)."""
    return box_iou(np.array(left).reshape(-1, 4), np.array(right).reshape(-1, 4))


def test_resolved_boxes_are_where_the_raccoons_are(raccoons: Any) -> None:
    project, _ = raccoons
    found = {one.external_id: boxes_of(one) for one in project.resolutions()}
    assert found.keys() == TRUTH.keys()
    best = [
        max((overlap([true], found[name])[0]), default=0.0)
        for name, photograph in TRUTH.items()
        for true in photograph.boxes
    ]
    assert np.mean(best) >= 0.9


def test_what_one_labeler_imagined_is_resolved_away(raccoons: Any) -> None:
    project, labelers = raccoons
    imagined = [each for labeler in labelers for each in labeler.imagined]
    assert imagined
    found = {one.external_id: boxes_of(one) for one in project.resolutions()}
    for name, box in imagined:
        assert max((overlap([box], found[name])[0]), default=0.0) < 0.9
    assert sum(map(len, found.values())) <= sum(len(photograph.boxes) for photograph in TRUTH.values())
    doubted = {one.external_id: one for one in project.resolutions(min_probability=0)}
    for name, box in imagined:
        (among,) = overlap([box], boxes_of(doubted[name]))
        doubt = doubted[name].label["objects"][int(np.argmax(among))]
        assert doubted[name].probability["objects"][doubt["id"]] < 0.5


def test_every_object_has_one_probability(raccoons: Any) -> None:
    project, _ = raccoons
    for one in project.resolutions():
        ids = [found["id"] for found in one.label["objects"]]
        assert len(set(ids)) == len(ids)
        assert set(one.probability["objects"]) == set(ids)
        assert all(0.5 <= probability < 1 for probability in one.probability["objects"].values())


def test_coco_holds_every_resolved_box(raccoons: Any, tmp_path: Path) -> None:
    project, _ = raccoons
    written = json.loads(project.snapshots.create().export("coco", tmp_path / "labels.json").path.read_text())
    images = {image["id"]: image for image in written["images"]}
    assert {image["external_id"] for image in images.values()} == TRUTH.keys()
    for image in images.values():
        assert [image["width"], image["height"]] == TRUTH[image["external_id"]].size.tolist()
    assert [category["name"] for category in written["categories"]] == ["raccoon"]
    exported: dict[str, list[Box]] = {name: [] for name in TRUTH}
    for annotation in written["annotations"]:
        exported[images[annotation["image_id"]]["external_id"]].append(tuple(annotation["bbox"]))
    resolved = {one.external_id: boxes_of(one) for one in project.resolutions()}
    assert {name: sorted(boxes) for name, boxes in exported.items()} == {
        name: sorted(boxes) for name, boxes in resolved.items()
    }
