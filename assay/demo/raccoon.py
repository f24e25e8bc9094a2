"""Raccoons in photographs: boxes, with gold and a detector's pre-labels."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assay.client.client import Client
from assay.client.lease import LeasedItem
from assay.client.project import Project
from assay.demo.simulated import Answer, Simulated, numbered, work

NAME = "Raccoons (sample)"
FOLDER = Path(__file__).with_name("raccoon")
ONTOLOGY = {
    "fields": {"image": "image"},
    "questions": [
        {
            "name": "raccoons",
            "kind": "box",
            "field": "image",
            "title": "Draw a box around each raccoon",
            "classes": [{"name": "raccoon", "title": "Raccoon"}],
        }
    ],
}
LABELERS = {"Ada": (0.02, 0.02, 0.0), "Ben": (0.04, 0.08, 0.05), "Cleo": (0.09, 0.25, 0.2)}
"""By name: noise of a corner as a share of the side, the chance to miss a raccoon, and to imagine one."""

DETECTOR = "raccoon-detector"
Box = list[float]
Photographs = Mapping[str, Mapping[str, Any]]
"""By file name: its size (width, height) and its true boxes, [x, y, width, height], in pixels."""


def make(client: Client, chance: random.Random) -> Project:
    """The project with its items and labels; three tasks are left for whoever comes."""
    truth: Photographs = json.loads((FOLDER / "truth.json").read_text())
    quality = {"min_labels": 3, "max_labels": 3, "gold_rate": 0.2}
    project = client.projects.create(NAME, ONTOLOGY, quality=quality)
    *labelled, first, second, third = items(truth, chance)
    project.items.add(labelled)
    people = [
        Simulated(name=name, answer=artist(truth, skill, random.Random(chance.random())))
        for name, skill in LABELERS.items()
    ]
    work(client, project, people)
    answered = next(project.resolutions(gold=False))
    project.comments.add(answered.task, "Draw around the whole animal, its tail too.")
    project.items.add([first, second, third])
    return project


def items(truth: Photographs, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Each photograph, every fifth with its true answer as gold and the others with the detector's guess."""
    for number, (name, photograph) in enumerate(truth.items()):
        item: dict[str, Any] = {"external_id": Path(name).stem, "fields": {"image": str(FOLDER / name)}}
        if number % 5 == 4:
            item["gold"] = label(photograph["boxes"])
        else:
            guess = label([drawn(box, photograph["size"], 0.06, chance) for box in photograph["boxes"]])
            item["predictions"] = [{"labeler": DETECTOR, "label": guess}]
        yield item


def artist(truth: Photographs, skill: tuple[float, float, float], chance: random.Random) -> Answer:
    """A labeler of this skill."""
    noise, missed, imagined = skill

    def answer(item: LeasedItem) -> dict[str, Any]:
        photograph = truth[f"{item.external_id}.jpg"]
        size = photograph["size"]
        boxes = [drawn(box, size, noise, chance) for box in photograph["boxes"] if chance.random() >= missed]
        if chance.random() < imagined:
            boxes.append([size[0] * 0.05, size[1] * 0.05, size[0] * 0.2, size[1] * 0.2])
        return label(boxes)

    return answer


def drawn(box: Box, size: Sequence[int], noise: float, chance: random.Random) -> Box:
    """A box as a hand draws it: its corners are off by a share ``noise`` of its sides, inside the image."""
    x, y, width, height = box
    left, right = sorted(min(max(at + chance.gauss(0, noise * width), 0.0), size[0]) for at in (x, x + width))
    top, bottom = sorted(
        min(max(at + chance.gauss(0, noise * height), 0.0), size[1]) for at in (y, y + height)
    )
    return [round(edge, 1) for edge in (left, top, right - left, bottom - top)]


def label(boxes: Iterable[Box]) -> dict[str, Any]:
    """The label document of these boxes, [x, y, width, height] in pixels."""
    return {"raccoons": numbered({"class": "raccoon", "box": box} for box in boxes)}
