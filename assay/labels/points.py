"""Lists of points ``[[x, y], …]`` in image pixels: refused at the first that is wrong, fast where none is."""

from __future__ import annotations

from typing import Any

import numpy as np

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.labels.json_value import MAX_NUMBER, array, number
from assay.labels.objects import ROUNDING_PX

MAX_POINTS = 100_000
"""In one object."""

MAX_POINTS_TOGETHER = 500_000
"""In one question of one item: 5,000 objects with 100 points each."""


def check_points(points: list[Any], facts: FieldFacts | None, pointer: str) -> None:
    """Refuse points that are none or lie outside the image. Raises ``Invalid`` (``label.*``)."""
    size = (facts.width if facts else None, facts.height if facts else None)
    if not _all_inside(points, size):
        _refuse_first_point(points, size, pointer)


def _all_inside(points: list[Any], size: tuple[int | None, int | None]) -> bool:
    """Whether all points are right, found out at the speed of numpy; the slow road names the one that is
    not."""
    if any(type(point) is not list or len(point) != 2 for point in points):
        return False
    if not {type(value) for point in points for value in point} <= {int, float}:
        return False
    try:
        xy = np.array(points, dtype=np.float64)
    except OverflowError:
        return False
    edge = [MAX_NUMBER if length is None else length + ROUNDING_PX for length in size]
    # NaN and infinity fail the comparison; -0 has a sign bit.
    return bool(np.all((xy >= 0.0) & (xy <= edge) & ~np.signbit(xy)))


def _refuse_first_point(points: list[Any], size: tuple[int | None, int | None], pointer: str) -> None:
    for index, point in enumerate(points):
        at = f"{pointer}/{index}"
        if len(array(point, at, limit=2)) != 2:
            raise Invalid("label.geometry", "a point is [x, y]", pointer=at)
        for axis, length in enumerate(size):
            value = number(point[axis], f"{at}/{axis}")
            if value < 0 or (length is not None and value > length + ROUNDING_PX):
                raise Invalid(
                    "label.geometry", "the point lies outside the image", pointer=f"{at}/{axis}", limit=length
                )
    raise AssertionError("points were refused and every point of it is right")
