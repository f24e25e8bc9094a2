"""Polygons with holes and several parts, in image pixels (origin top-left, y down).

A polygon is a list of rings, each ``(P, 2)``: the outer one, then its holes. Rings close themselves; a
repeated last point does no harm. A shape is a shapely Polygon or MultiPolygon. Overlays are GEOS's, whose
results are exact but for the last bits of new corners.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ring = Sequence[Sequence[float]]

MIN_POINTS = 3
NOISE_SHARE = 0.001
"""Parts and holes below this share of the whole are what nearly equal outlines leave between them."""


def shape_from_rings(polygons: Sequence[Sequence[Ring]]) -> shapely.Polygon | shapely.MultiPolygon:
    """One or several polygons as a shape. Rings need at least three points each."""
    parts = [
        shapely.Polygon(np.asarray(rings[0], dtype=np.float64), [np.asarray(hole) for hole in rings[1:]])
        for rings in polygons
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def rings_from_shape(shape: shapely.Polygon | shapely.MultiPolygon) -> list[list[list[list[float]]]]:
    """The polygons of a shape, the largest first, rings left open; the inverse of
    :func:`shape_from_rings`."""
    parts = sorted(shapely.get_parts(shape), key=lambda part: (-part.area, part.bounds))
    return [
        [shapely.get_coordinates(ring)[:-1].tolist() for ring in shapely.get_rings(part)] for part in parts
    ]


def polygon_fault(polygons: Sequence[Sequence[Ring]]) -> tuple[tuple[int, ...], str] | None:
    """What is wrong with polygons whose numbers are right: where (polygon, ring) and a sentence, or ``None``.

    Wrong are rings with fewer than three different points, without area or crossing themselves, holes that
    are not inside their outer ring or share area, and polygons that share area. O(P log P) in the points.
    """
    for index, rings in enumerate(polygons):
        for at, ring in enumerate(rings):
            if len({(x, y) for x, y in ring}) < MIN_POINTS:
                return (index, at), f"a ring has at least {MIN_POINTS} different points"
        if not shape_from_rings([rings]).is_valid:
            return _ring_fault(index, rings)
    if len(polygons) > 1 and not shape_from_rings(polygons).is_valid:
        return (), "the polygons of one object share no area"
    return None


def polygon_iou(left: Sequence[shapely.Geometry], right: Sequence[shapely.Geometry]) -> Floats:
    """Intersection over union of every pair of N and M valid shapes: ``(N, M)``, 0…1."""
    overlap = np.zeros((len(left), len(right)))
    pairs, iou = overlapping_shapes(left, right)
    overlap[pairs[:, 0], pairs[:, 1]] = iou
    return overlap


def overlapping_shapes(
    left: Sequence[shapely.Geometry], right: Sequence[shapely.Geometry]
) -> tuple[NDArray[np.intp], Floats]:
    """The pairs of N and M valid shapes that touch: ``(P, 2)`` indices, and their IoU ``(P,)``."""
    a, b = np.asarray(left, dtype=object), np.asarray(right, dtype=object)
    rows, columns = shapely.STRtree(b).query(a, predicate="intersects")
    shared = shapely.area(shapely.intersection(a[rows], b[columns]))
    joined = shapely.area(a)[rows] + shapely.area(b)[columns] - shared
    return np.stack([rows, columns], axis=1), np.clip(shared / joined, 0.0, 1.0)


def majority_shape(
    shapes: Sequence[shapely.Geometry], weights: ArrayLike
) -> shapely.Polygon | shapely.MultiPolygon | None:
    """The area that more than half the weight ``(M,)`` of M valid shapes covers; ``None`` where there is
    none.

    The vector form of a pixel vote: the outlines cut the plane into faces, and each face is voted on.
    """
    weight = np.asarray(weights, dtype=np.float64)
    outlines = shapely.union_all(shapely.boundary(np.asarray(shapes, dtype=object)))
    faces = shapely.get_parts(shapely.polygonize([outlines]))
    inside = shapely.contains_xy(
        np.asarray(shapes, dtype=object)[:, None],
        *shapely.get_coordinates(shapely.point_on_surface(faces)).T[:, None, :],
    )
    chosen = faces[weight @ inside > weight.sum() / 2.0 * (1.0 + 1e-9)]
    shape = _without_noise(shapely.normalize(shapely.union_all(chosen)))
    return shape if shape is not None and shape.is_valid else None


def _ring_fault(index: int, rings: Sequence[Ring]) -> tuple[tuple[int, ...], str]:
    for at, ring in enumerate(rings):
        reason = shapely.is_valid_reason(shapely.Polygon(ring))
        if reason != "Valid Geometry":
            return (index, at), f"the ring crosses itself or has no area ({reason})"
    outer = shapely.Polygon(rings[0])
    for at, ring in enumerate(rings[1:], start=1):
        if not outer.covers(shapely.Polygon(ring)):
            return (index, at), "the hole is not inside its outer ring"
    return (index,), "the holes overlap, or cut the polygon in two"


def _without_noise(shape: shapely.Geometry) -> shapely.Polygon | shapely.MultiPolygon | None:
    least = shape.area * NOISE_SHARE
    parts = [
        shapely.Polygon(
            part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= least]
        )
        for part in shapely.get_parts(shape)
        if isinstance(part, shapely.Polygon) and part.area > 0.0 and part.area >= least
    ]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
