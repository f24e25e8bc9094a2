"""What one COCO annotation says of shapes, and how each kind of ours becomes one.

See docs/spec/formats.md, "COCO".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.domain.ontology import Ontology, Question
from assay.errors import Invalid
from assay.formats.format import Notes
from assay.formats.objects import (
    ClassTable,
    expect,
    field_of,
    first_question,
    name_from,
    number,
    outer_rings,
    polygon_value,
)
from assay.geometry.mask import (
    MAX_PIXELS,
    counts_from_any_text,
    mask_box,
    mask_from_counts,
    mask_from_text,
    text_from_mask,
)
from assay.geometry.rotated_box import angle_within, corners_from_rotated

KINDS = ("box", "polygon", "mask", "rotated_box", "keypoints")
"""One question of each is carried: the ontology's first."""

ROTATION = "rotation"
"""The attribute in which other tools write how far a ``bbox`` is turned about its centre, in degrees
clockwise."""

Shape = tuple[str, dict[str, Any]]
"""The name of a question, and the shape keys of an object of it."""


class Questions:
    """Where shapes go: the ontology's first question of each kind."""

    def __init__(self, ontology: Ontology) -> None:
        found = ((kind, first_question(ontology, kind)) for kind in KINDS)
        self.by_kind: dict[str, Question] = {kind: asked for kind, asked in found if asked is not None}
        self.field = field_of(ontology, next(iter(self.by_kind.values()), None), "image")
        self.tables = {asked.name: ClassTable(asked) for asked in self.by_kind.values()}
        self.kinds = {asked.name: kind for kind, asked in self.by_kind.items()}

    @property
    def keypoints(self) -> tuple[str, ...]:
        """The names of the keypoints; none without a question of them."""
        asked = self.by_kind.get("keypoints")
        return tuple(asked.options["keypoints"]) if asked is not None else ()

    @property
    def bones(self) -> list[list[int]]:
        """The skeleton as COCO writes it: pairs of places, counted from 1."""
        asked = self.by_kind.get("keypoints")
        pairs = asked.options.get("skeleton", []) if asked is not None else []
        return [[self.keypoints.index(name) + 1 for name in pair] for pair in pairs]


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A category, by the name that our ontology has for it."""

    name: str
    keypoints: tuple[str, ...]


def read_category(element: Any, notes: Notes | None = None) -> Category:
    """A category of the file. Raises ``Invalid`` (``format.invalid``)."""
    found = expect(element, dict, "a category")
    name = name_from(expect(found.get("name"), str, "a category's name"), notes)
    points = expect(found.get("keypoints") or [], list, "a category's keypoints")
    return Category(name=name, keypoints=tuple(name_from(each, notes) for each in points))


class ImpliedKeypoints:
    """The options of a keypoints question, gathered from categories and annotations."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._bones: dict[tuple[str, str], None] = {}
        self._most = 0

    def see_category(self, element: Mapping[str, Any]) -> None:
        """The names and the skeleton of a category, if it has them."""
        names = read_category(element).keypoints
        self._names |= dict.fromkeys(names)
        for pair in expect(element.get("skeleton") or [], list, "a skeleton") if names else ():
            ends = [expect(place, int, "a skeleton") for place in expect(pair, list, "a skeleton")]
            if len(ends) != 2 or ends[0] == ends[1] or not all(0 < place <= len(names) for place in ends):
                raise Invalid("format.invalid", "a bone joins two of a category's keypoints, counted from 1")
            self._bones |= {(names[ends[0] - 1], names[ends[1] - 1]): None}

    def see(self, annotation: Mapping[str, Any]) -> None:
        """How many keypoints an annotation has."""
        self._most = max(self._most, len(expect(annotation.get("keypoints") or [], list, "keypoints")) // 3)

    def options(self) -> dict[str, Any]:
        """As an ontology writes them; numbered where the file names none."""
        names = list(self._names) or [str(place) for place in range(1, self._most + 1)]
        return {"keypoints": names, "skeleton": [list(bone) for bone in self._bones]}


def implied_kinds(annotation: Mapping[str, Any]) -> set[str]:
    """The kinds of question that an annotation calls for."""
    kinds = {"keypoints"} if annotation.get("keypoints") else set()
    if annotation.get("kind") == "keypoints":
        return kinds
    if isinstance(annotation.get("segmentation"), dict):
        return kinds | {"mask"}
    if annotation.get("rotated_box") or _rotation(annotation):
        return kinds | {"rotated_box"}
    return kinds | {"polygon" if _rings(annotation) else "box"}


def read_shapes(
    annotation: Mapping[str, Any], category: Category, asked: Questions, notes: Notes
) -> list[Shape]:
    """The objects that an annotation describes, each with its question: an area, and keypoints.

    What no question takes is counted. Raises ``Invalid`` (``format.invalid``).
    """
    shapes = [] if annotation.get("kind") == "keypoints" else [_read_area(annotation, asked, notes)]
    if annotation.get("keypoints"):
        shapes.append(_read_keypoints(annotation, category, asked, notes))
    return [shape for shape in shapes if shape is not None]


def says_rotation(annotation: Mapping[str, Any], shapes: Sequence[Shape] | None = None) -> bool:
    """Whether the attribute ``rotation`` is no attribute of ours: it became part of one of the ``shapes`` (if
    they are given), or turns nothing."""
    rotation = _rotation(annotation)
    used = shapes is None or any("rotated_box" in shape for _, shape in shapes)
    return rotation is not None and (used or rotation == 0)


def write_shape(each: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """``bbox``, ``area``, ``segmentation`` and what else a shape needs."""
    if "box" in each:
        return {"bbox": each["box"], "area": each["box"][2] * each["box"][3], "segmentation": []}
    if "rle" in each:
        height, width = each["rle"]["size"]
        mask = mask_from_text(height, width, each["rle"]["counts"])
        return {"bbox": mask_box(mask), "area": mask.area, "segmentation": dict(each["rle"])}
    if "keypoints" in each:
        return _write_keypoints(each["keypoints"])
    if "rotated_box" in each:
        rings = corners_from_rotated(np.array([each["rotated_box"]], dtype=np.float64)).tolist()
        area = each["rotated_box"][2] * each["rotated_box"][3]
        return _write_rings(rings, area) | {"rotated_box": each["rotated_box"]}
    rings = outer_rings(each, notes)
    return _write_rings(rings, sum(map(_area, rings)))


def _read_area(annotation: Mapping[str, Any], asked: Questions, notes: Notes) -> Shape | None:
    rings = _rings(annotation)
    boxes = ", their boxes kept" if "box" in asked.by_kind else ""
    if isinstance(annotation.get("segmentation"), dict):
        if "mask" in asked.by_kind:
            return _read_mask(annotation["segmentation"], asked, notes)
        notes.add("run-length masks dropped" + boxes)
    if "rotated_box" in asked.by_kind:
        turned = _read_rotated(annotation, upright_too="box" not in asked.by_kind)
        if turned is not None:
            return asked.by_kind["rotated_box"].name, {"rotated_box": turned}
    if rings and "polygon" in asked.by_kind:
        return asked.by_kind["polygon"].name, polygon_value(rings)
    if rings:
        notes.add("polygons dropped" + boxes)
    if "box" not in asked.by_kind:
        notes.add("boxes dropped: no question takes them")
        return None
    return asked.by_kind["box"].name, {"box": _bbox(annotation)}


def _bbox(annotation: Mapping[str, Any]) -> list[float | int]:
    box = expect(annotation.get("bbox"), list, "bbox")
    if len(box) != 4:
        raise Invalid("format.invalid", "a bbox is [x, y, width, height]")
    return [number(value, "bbox") for value in box]


def _read_mask(rle: Mapping[str, Any], asked: Questions, notes: Notes) -> Shape | None:
    """Run lengths in whatever form, as the only form that labels have."""
    size = [expect(side, int, "the size of run lengths") for side in expect(rle.get("size"), list, "size")]
    if len(size) != 2 or min(size) < 1 or size[0] * size[1] > MAX_PIXELS:
        raise Invalid(
            "format.invalid", "the size of run lengths is [height, width], in pixels", limit=MAX_PIXELS
        )
    counts = expect(rle.get("counts"), (str, list), "the counts of run lengths")
    if isinstance(counts, str):
        try:
            counts = counts_from_any_text(counts).tolist()
        except ValueError as fault:
            raise Invalid("format.invalid", f"run lengths: {fault}") from fault
    if any(expect(count, int, "a run length") < 0 for count in counts) or sum(counts) != size[0] * size[1]:
        raise Invalid(
            "format.invalid", "the run lengths do not add up to the picture", limit=size[0] * size[1]
        )
    mask = mask_from_counts(size[0], size[1], counts)
    if not mask.area:
        notes.add("masks without a pixel dropped")
        return None
    return asked.by_kind["mask"].name, {"rle": {"size": size, "counts": text_from_mask(mask)}}


def _rotation(annotation: Mapping[str, Any]) -> float | int | None:
    """How far a ``bbox`` is turned, in degrees; ``None`` where another shape says it, or nothing."""
    attributes = annotation.get("attributes")
    given = attributes.get(ROTATION) if isinstance(attributes, dict) else None
    told = isinstance(given, int | float) and not isinstance(given, bool)
    return number(given, ROTATION) if told and not annotation.get("segmentation") else None


def _read_rotated(annotation: Mapping[str, Any], *, upright_too: bool) -> list[float | int] | None:
    """Our own ``rotated_box``, or a ``bbox`` with the ``rotation`` of other tools, which may be 0."""
    if annotation.get("rotated_box") is not None:
        box = expect(annotation["rotated_box"], list, "rotated_box")
        return [number(value, "rotated_box") for value in box]
    rotation = _rotation(annotation)
    if rotation is None or (rotation == 0 and not upright_too):
        return None
    x, y, width, height = _bbox(annotation)
    return [x + width / 2, y + height / 2, width, height, angle_within(math.radians(rotation))]


def _read_keypoints(
    annotation: Mapping[str, Any], category: Category, asked: Questions, notes: Notes
) -> Shape | None:
    if "keypoints" not in asked.by_kind:
        notes.add("sets of keypoints dropped")
        return None
    flat = expect(annotation["keypoints"], list, "keypoints")
    # A category that names none has those of the question, in their order.
    names = category.keypoints or asked.keypoints
    if len(flat) != 3 * len(names):
        raise Invalid("format.invalid", f"there are three numbers for each of {len(names)} keypoints")
    joints = {name: _read_joint(flat[3 * at : 3 * at + 3], notes) for at, name in enumerate(names)}
    unknown = [name for name, joint in joints.items() if name not in asked.keypoints and joint[2]]
    notes.add("keypoints dropped: the question has none of their name", len(unknown))
    placed = [joints.get(name, [0, 0, 0]) for name in asked.keypoints]
    if not any(joint[2] for joint in placed):
        notes.add("sets of keypoints dropped: none of them is labelled")
        return None
    return asked.by_kind["keypoints"].name, {"keypoints": placed}


def _read_joint(values: Sequence[Any], notes: Notes) -> list[float | int]:
    x, y, state = (number(value, "keypoints") for value in values)
    if state not in (0, 1, 2):
        raise Invalid("format.invalid", "a keypoint's visibility is 0, 1 or 2", limit=2)
    if state == 0 and (x or y):
        notes.add("places of keypoints that are not labelled dropped")
    return [x, y, int(state)] if state else [0, 0, 0]


def _write_keypoints(joints: Sequence[Sequence[float]]) -> dict[str, Any]:
    placed = [joint[:2] for joint in joints if joint[2]]
    box = _bounds([placed])
    return {
        "bbox": box,
        "area": box[2] * box[3],
        "segmentation": [],
        "keypoints": [value for joint in joints for value in joint],
        "num_keypoints": len(placed),
        "kind": "keypoints",
    }


def _write_rings(rings: Sequence[Sequence[Sequence[float]]], area: float) -> dict[str, Any]:
    flat = [[value for point in ring for value in point] for ring in rings]
    return {"bbox": _bounds(rings), "area": area, "segmentation": flat}


def _rings(annotation: Mapping[str, Any]) -> list[list[list[float | int]]]:
    """The rings of a polygon segmentation, each a list of [x, y]; empty for run lengths and for none."""
    found = annotation.get("segmentation")
    if not isinstance(found, list):
        return []
    return [_ring(ring) for ring in found]


def _ring(ring: Any) -> list[list[float | int]]:
    flat = [number(value, "segmentation") for value in expect(ring, list, "segmentation")]
    if len(flat) < 6 or len(flat) % 2:
        raise Invalid("format.invalid", "a segmentation ring has at least three x, y pairs")
    return [[x, y] for x, y in zip(flat[::2], flat[1::2], strict=True)]


def _bounds(rings: Sequence[Sequence[Sequence[float]]]) -> list[float]:
    xs, ys = ([point[axis] for ring in rings for point in ring] for axis in (0, 1))
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def _area(ring: Sequence[Sequence[float]]) -> float:
    """Shoelace formula, square pixels."""
    following = [*ring[1:], *ring[:1]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, following, strict=True))) / 2
