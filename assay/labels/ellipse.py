"""``ellipse``: ellipses at any angle with a class on an image: cells, wheels, craters.

Object: ``{"id", "class", "ellipse": [cx, cy, rx, ry, angle], "attributes"?}``: pixels, origin at the top-left
corner, and radians in (-π/2, π/2], clockwise on the screen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.geometry.ellipse import (
    ellipse_extents,
    ellipse_from_matrix,
    matrices_from_ellipses,
    shapes_from_ellipses,
)
from assay.geometry.polygon import overlapping_shapes
from assay.labels.json_value import array, number
from assay.labels.objects import ROUNDING_PX, Floats, Ints, Object, ObjectKind
from assay.quality.placement import place_one

MIN_RADIUS = 0.001
"""Pixels; below it the overlap of two ellipses is rounding."""


@dataclass(frozen=True, kw_only=True)
class Ellipse(ObjectKind):
    """Options: ``classes``."""

    name: ClassVar[str] = "ellipse"
    field_types: ClassVar[frozenset[str]] = frozenset({"image"})
    shape_keys: ClassVar[frozenset[str]] = frozenset({"ellipse"})

    def check_shape(self, item: Object, facts: FieldFacts | None, pointer: str) -> None:
        """Five numbers, with area, an angle within half a turn, and all of it inside the image."""
        at = pointer + "/ellipse"
        ellipse = array(item["ellipse"], at, limit=5)
        if len(ellipse) != 5:
            raise Invalid("label.geometry", "an ellipse is [cx, cy, rx, ry, angle]", pointer=at, limit=5)
        for index, value in enumerate(ellipse):
            number(value, f"{at}/{index}")
        for index in (2, 3):
            if ellipse[index] < MIN_RADIUS:
                raise Invalid(
                    "label.geometry", "an ellipse has two radii", pointer=f"{at}/{index}", limit=MIN_RADIUS
                )
        if not -math.pi / 2 < ellipse[4] <= math.pi / 2:
            raise Invalid(
                "label.geometry",
                "the angle lies in (-π/2, π/2] radians",
                pointer=at + "/4",
                limit=math.pi / 2,
            )
        extents = ellipse_extents(_ellipses([item]))[0]
        for axis, size in enumerate((facts.width, facts.height) if facts else (None, None)):
            low, high = ellipse[axis] - extents[axis], ellipse[axis] + extents[axis]
            if low < -ROUNDING_PX or (size is not None and high > size + ROUNDING_PX):
                raise Invalid(
                    "label.geometry", "a part of the ellipse lies outside the image", pointer=at, limit=size
                )

    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """See ``ObjectKind.overlap``."""
        return overlapping_shapes(
            shapes_from_ellipses(_ellipses(left)), shapes_from_ellipses(_ellipses(right))
        )

    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """The mean of the drawings' centres and matrices, written as the best labeler's.

        It lies inside the image wherever they do: the reach of a matrix along x is a norm, and so convex.
        """
        ellipses = _ellipses(members)
        if np.all(ellipses == ellipses[0]):
            return {"ellipse": members[0]["ellipse"]}
        matrices = matrices_from_ellipses(ellipses)
        # √2, because the number stands in the matrix twice.
        drawn = np.column_stack(
            [ellipses[:, :2], matrices[:, 0, 0], matrices[:, 1, 1], matrices[:, 0, 1] * math.sqrt(2.0)]
        )
        size = 2.0 * float(np.median(np.sqrt(ellipses[:, 2] * ellipses[:, 3])))
        middle, _ = place_one(drawn, weights, size)
        shared = middle[4] / math.sqrt(2.0)
        matrix = np.array([[middle[2], shared], [shared, middle[3]]])
        like = float(ellipses[int(np.argmax(weights)), 4])
        return {"ellipse": ellipse_from_matrix(middle[:2], matrix, like).tolist()}


def _ellipses(objects: Sequence[Object]) -> Floats:
    return np.array([item["ellipse"] for item in objects], dtype=np.float64).reshape(-1, 5)
