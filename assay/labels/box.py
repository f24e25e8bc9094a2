"""``box``: upright rectangles with a class on an image.

Object: ``{"id", "class", "box": [x, y, width, height], "attributes"?}``, pixels, origin at the top-left
corner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.geometry.box import boxes_from_edges, edges_from_boxes, overlapping_boxes
from assay.labels.json_value import array, number
from assay.labels.objects import ROUNDING_PX, Floats, Ints, Object, ObjectKind
from assay.quality.objects import robust_centre


@dataclass(frozen=True, kw_only=True)
class Box(ObjectKind):
    """Options: ``classes``."""

    name: ClassVar[str] = "box"
    field_types: ClassVar[frozenset[str]] = frozenset({"image"})
    shape_keys: ClassVar[frozenset[str]] = frozenset({"box"})

    def check_shape(self, item: Object, facts: FieldFacts | None, pointer: str) -> None:
        """Four numbers, with area, inside the image where its size is known."""
        at = pointer + "/box"
        box = array(item["box"], at, limit=4)
        if len(box) != 4:
            raise Invalid("label.geometry", "a box is [x, y, width, height]", pointer=at)
        for index, value in enumerate(box):
            number(value, f"{at}/{index}")
        for index in (2, 3):
            if box[index] <= 0:
                raise Invalid("label.geometry", "a box has width and height", pointer=f"{at}/{index}")
        sizes = (facts.width, facts.height) if facts else (None, None)
        for index, size in enumerate(sizes):
            if box[index] < 0 or (size is not None and box[index] >= size):
                raise Invalid(
                    "label.geometry", "the box starts outside the image", pointer=f"{at}/{index}", limit=size
                )
            if size is not None and box[index] + box[index + 2] > size + ROUNDING_PX:
                raise Invalid(
                    "label.geometry",
                    "the box ends outside the image",
                    pointer=f"{at}/{index + 2}",
                    limit=size,
                )

    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """See ``ObjectKind.overlap``."""
        return overlapping_boxes(_boxes(left), _boxes(right))

    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """Each edge at the skill-weighted middle of the drawings'."""
        boxes = _boxes(members)
        if np.all(boxes == boxes[0]):
            return {"box": members[0]["box"]}
        edges = robust_centre(edges_from_boxes(boxes), weights)
        return {"box": boxes_from_edges(edges[None, :])[0].tolist()}


def _boxes(objects: Sequence[Mapping[str, Any]]) -> Floats:
    return np.array([item["box"] for item in objects], dtype=np.float64).reshape(-1, 4)
