"""``polyline``: open lines with a class on an image: lanes, cracks, borders.

Object: ``{"id", "class", "polyline": [[x, y], …], "attributes"?}`` in pixels, in the order they are walked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.geometry.polyline import close_lines, line_likeness
from assay.labels.json_value import array
from assay.labels.objects import Floats, Ints, Object, ObjectKind
from assay.labels.points import MAX_POINTS, MAX_POINTS_TOGETHER, check_points
from assay.quality.objects import weighted_middle
from assay.quality.polylines import polyline_centre

MIN_POINTS = 2

MAX_AVERAGED = 1_000
"""Points in a drawing up to which several are averaged; that is work of points times 48 for each drawing."""


@dataclass(frozen=True, kw_only=True)
class Polyline(ObjectKind):
    """Options: ``classes``."""

    name: ClassVar[str] = "polyline"
    field_types: ClassVar[frozenset[str]] = frozenset({"image"})
    shape_keys: ClassVar[frozenset[str]] = frozenset({"polyline"})

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
        """At least two different points, all inside the image."""
        at = pointer + "/polyline"
        points = array(item["polyline"], at, limit=MAX_POINTS)
        if len(points) < MIN_POINTS:
            raise Invalid(
                "label.geometry", f"a line has at least {MIN_POINTS} points", pointer=at, limit=MIN_POINTS
            )
        check_points(points, facts, at)
        if all(point == points[0] for point in points):
            raise Invalid("label.geometry", "a line has at least 2 different points", pointer=at)

    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """See ``ObjectKind.overlap``; likeness takes the place of IoU."""
        return close_lines([item["polyline"] for item in left], [item["polyline"] for item in right])

    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """The middle of the drawings, running as the one in the middle runs; that one where it is long."""
        lines = [item["polyline"] for item in members]
        if all(line == lines[0] for line in lines):
            return {"polyline": lines[0]}
        if max(map(len, lines)) <= MAX_AVERAGED:
            centre, _ = polyline_centre(lines, weights)
            # A mean lies between what it is of, but for the last bit.
            drawn = np.concatenate([np.asarray(line, dtype=np.float64) for line in lines])
            merged = np.clip(centre, drawn.min(axis=0), drawn.max(axis=0))
            if np.any(merged != merged[0]):
                return {"polyline": merged.tolist()}
        return {"polyline": lines[weighted_middle(line_likeness(lines), weights)]}


def _count_points(item: Any) -> int:
    points = item.get("polyline") if isinstance(item, dict) else None
    return len(points) if isinstance(points, list) else 0
