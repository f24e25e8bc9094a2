"""``rotated_box``: rectangles at any angle, with a front and a class, on an image.

Object: ``{"id", "class", "rotated_box": [cx, cy, width, height, angle], "attributes"?}``: pixels, origin at
the top-left corner, and radians in (-π, π], clockwise on the screen. The width runs towards the front.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.geometry.polygon import overlapping_shapes, polygon_iou
from assay.geometry.rotated_box import corners_from_rotated, quarter_turned, shapes_from_rotated
from assay.labels.json_value import array, number
from assay.labels.objects import ROUNDING_PX, Floats, Ints, Object, ObjectKind, inside_least_image
from assay.quality.objects import weighted_middle
from assay.quality.rotated_boxes import rotated_centre

MIN_SIDE = 0.001
"""Pixels; below it the overlap of two rectangles is rounding."""


@dataclass(frozen=True, kw_only=True)
class RotatedBox(ObjectKind):
    """Options: ``classes``."""

    name: ClassVar[str] = "rotated_box"
    field_types: ClassVar[frozenset[str]] = frozenset({"image"})
    shape_keys: ClassVar[frozenset[str]] = frozenset({"rotated_box"})

    def check_shape(self, item: Object, facts: FieldFacts | None, pointer: str) -> None:
        """Five numbers, with area, an angle within one turn, and all corners inside the image."""
        at = pointer + "/rotated_box"
        box = array(item["rotated_box"], at, limit=5)
        if len(box) != 5:
            raise Invalid(
                "label.geometry", "a rotated box is [cx, cy, width, height, angle]", pointer=at, limit=5
            )
        for index, value in enumerate(box):
            number(value, f"{at}/{index}")
        for index in (2, 3):
            if box[index] < MIN_SIDE:
                raise Invalid(
                    "label.geometry",
                    "a rotated box has width and height",
                    pointer=f"{at}/{index}",
                    limit=MIN_SIDE,
                )
        if not -math.pi < box[4] <= math.pi:
            raise Invalid(
                "label.geometry", "the angle lies in (-π, π] radians", pointer=at + "/4", limit=math.pi
            )
        corners = corners_from_rotated(_boxes([item]))[0]
        for axis, size in enumerate((facts.width, facts.height) if facts else (None, None)):
            low, high = corners[:, axis].min(), corners[:, axis].max()
            if low < -ROUNDING_PX or (size is not None and high > size + ROUNDING_PX):
                raise Invalid("label.geometry", "a corner lies outside the image", pointer=at, limit=size)

    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """See ``ObjectKind.overlap``."""
        return overlapping_shapes(shapes_from_rotated(_boxes(left)), shapes_from_rotated(_boxes(right)))

    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """The middle of the drawings, its front where most of the weight has it.

        Where that would leave the image, the drawing that overlaps the others most.
        """
        boxes = _boxes(members)
        if np.all(boxes == boxes[0]):
            return {"rotated_box": members[0]["rotated_box"]}
        middle, _ = rotated_centre(boxes, weights)
        turns = np.rint((boxes[:, 4] - middle[4]) / (np.pi / 2.0)).astype(np.intp) % 4
        votes = np.bincount(turns, weights, minlength=4)
        # A tie goes to the heaviest drawing's front, which the middle was aligned to.
        merged = quarter_turned(middle, int(np.argmax(np.round(votes, 9))))
        if merged[2:4].min() < MIN_SIDE or not inside_least_image(
            corners_from_rotated(merged[None, :])[0], corners_from_rotated(boxes).reshape(-1, 2)
        ):
            shapes = shapes_from_rotated(boxes)
            return {
                "rotated_box": members[weighted_middle(polygon_iou(shapes, shapes), weights)]["rotated_box"]
            }
        return {"rotated_box": merged.tolist()}


def _boxes(objects: Sequence[Object]) -> Floats:
    return np.array([item["rotated_box"] for item in objects], dtype=np.float64).reshape(-1, 5)
