"""``polygon``: outlines with a class on an image, with holes and several parts.

Object: ``{"id", "class", "polygon": [outer, hole, …], "attributes"?}``, each ring ``[[x, y], …]`` in pixels.
An object in several parts has ``"polygons": [[outer, hole, …], [outer, …], …]`` instead, with at least two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import shapely

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.geometry.polygon import (
    MIN_POINTS,
    majority_shape,
    overlapping_shapes,
    polygon_fault,
    polygon_iou,
    rings_from_shape,
    shape_from_rings,
)
from assay.labels.json_value import array
from assay.labels.objects import Floats, Ints, Object, ObjectKind
from assay.labels.points import MAX_POINTS, MAX_POINTS_TOGETHER, check_points
from assay.quality.objects import weighted_middle


@dataclass(frozen=True, kw_only=True)
class Polygon(ObjectKind):
    """Options: ``classes``."""

    name: ClassVar[str] = "polygon"
    field_types: ClassVar[frozenset[str]] = frozenset({"image"})
    shape_keys: ClassVar[frozenset[str]] = frozenset({"polygon"})

    def keys_of(self, item: Any) -> frozenset[str]:
        """``polygons`` in place of ``polygon`` for an object in several parts."""
        several = isinstance(item, dict) and "polygons" in item and "polygon" not in item
        return frozenset({"polygons"}) if several else self.shape_keys

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        # Counted before anything is measured, so that a flood of points costs nothing.
        if isinstance(value, list) and sum(map(_count_points, value)) > MAX_POINTS_TOGETHER:
            raise Invalid(
                "label.invalid",
                f"at most {MAX_POINTS_TOGETHER} points in all",
                pointer=pointer,
                limit=MAX_POINTS_TOGETHER,
            )
        super().check(value, facts, label, pointer)

    def check_shape(self, item: Object, facts: FieldFacts | None, pointer: str) -> None:
        """Rings of at least three points inside the image, no crossing, holes inside, parts apart."""
        several = "polygons" in item
        at = pointer + ("/polygons" if several else "/polygon")
        polygons = array(item["polygons"], at, limit=MAX_POINTS) if several else [item["polygon"]]
        if several and len(polygons) < 2:
            raise Invalid(
                "label.geometry", "polygons holds at least two; write one as polygon", pointer=at, limit=2
            )
        if _count_points(item) > MAX_POINTS:
            raise Invalid("label.invalid", f"at most {MAX_POINTS} points", pointer=at, limit=MAX_POINTS)
        for index, polygon in enumerate(polygons):
            _check_polygon(polygon, facts, f"{at}/{index}" if several else at)
        fault = polygon_fault(polygons)
        if fault is not None:
            where, detail = fault
            path = where if several else where[1:]
            raise Invalid("label.geometry", detail, pointer=at + "".join(f"/{step}" for step in path))

    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """See ``ObjectKind.overlap``."""
        return overlapping_shapes([_shape(item) for item in left], [_shape(item) for item in right])

    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """The area that most of the weight covers; of two drawings the better labeler's."""
        shapes = [_shape(item) for item in members]
        middle = members[weighted_middle(polygon_iou(shapes, shapes), weights)]
        drawn = {key: middle[key] for key in ("polygon", "polygons") if key in middle}
        # A vote of two has no majority but the better labeler's, and a vote among equals changes nothing.
        if len(members) < 3 or all(shape.equals(shapes[0]) for shape in shapes):
            return drawn
        shape = majority_shape(shapes, weights)
        if shape is None or len(shapely.get_coordinates(shape)) > MAX_POINTS:
            return drawn
        polygons = rings_from_shape(shape)
        return {"polygon": polygons[0]} if len(polygons) == 1 else {"polygons": polygons}


def _check_polygon(polygon: Any, facts: FieldFacts | None, pointer: str) -> None:
    rings = array(polygon, pointer, limit=MAX_POINTS)
    if not rings:
        raise Invalid("label.geometry", "a polygon has an outer ring", pointer=pointer)
    for index, ring in enumerate(rings):
        at = f"{pointer}/{index}"
        points = array(ring, at, limit=MAX_POINTS)
        if len(points) < MIN_POINTS:
            raise Invalid(
                "label.geometry", f"a ring has at least {MIN_POINTS} points", pointer=at, limit=MIN_POINTS
            )
        check_points(points, facts, at)


def _count_points(item: Any) -> int:
    """The points of an object, as far as it has the form of one."""
    if not isinstance(item, dict):
        return 0
    several = item.get("polygons")
    polygons = several if isinstance(several, list) else [item.get("polygon")]
    rings = [ring for polygon in polygons if isinstance(polygon, list) for ring in polygon]
    return sum(len(ring) for ring in rings if isinstance(ring, list))


def _shape(item: Object) -> shapely.Geometry:
    return shape_from_rings(item["polygons"] if "polygons" in item else [item["polygon"]])
