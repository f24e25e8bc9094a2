"""Ellipses ``[centre_x, centre_y, radius_x, radius_y, angle]`` in image pixels (origin top-left, y down).

The angle, in radians, turns the first radius from the x axis clockwise on the screen; half a turn gives the
same ellipse. An ellipse is also its matrix ``S = R diag(rx, ry) R'``, in which the mean of several is one.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from assay.geometry.rotated_box import angle_within

Floats = NDArray[np.float64]

CORNERS = 256
"""Of the polygon by which an area is measured: it has the ellipse's area, and lies within 1e-4 of it."""

_STEPS = np.arange(CORNERS) * 2.0 * np.pi / CORNERS
_EQUAL_AREA = float(np.sqrt(2.0 * np.pi / (CORNERS * np.sin(2.0 * np.pi / CORNERS))))
_ROUND = 1e-9
"""Radii that differ by this share are a circle's."""


def ellipse_extents(ellipses: Floats) -> Floats:
    """How far ``(N, 5)`` ellipses reach from their centres along x and along y: ``(N, 2)``."""
    return np.asarray(np.linalg.norm(matrices_from_ellipses(ellipses), axis=2))


def shapes_from_ellipses(ellipses: Floats) -> list[shapely.Polygon]:
    """``(N, 5)`` ellipses as N polygons of equal area."""
    cx, cy, rx, ry, angle = ellipses.T[:, :, None] if len(ellipses) else np.empty((5, 0, 1))
    # A circle has no direction, so that two of them with different angles are equal.
    turn = np.where(np.abs(rx - ry) <= _ROUND * rx, 0.0, angle)
    along, across = _EQUAL_AREA * rx * np.cos(_STEPS), _EQUAL_AREA * ry * np.sin(_STEPS)
    x = cx + along * np.cos(turn) - across * np.sin(turn)
    y = cy + along * np.sin(turn) + across * np.cos(turn)
    return list(shapely.polygons(np.stack([x, y], axis=2)))


def matrices_from_ellipses(ellipses: Floats) -> Floats:
    """``(N, 5)`` ellipses as ``(N, 2, 2)`` symmetric matrices, whose eigenvalues are the radii in pixels."""
    cos, sin = np.cos(ellipses[:, 4]), np.sin(ellipses[:, 4])
    axes = np.stack([np.stack([cos, -sin], axis=1), np.stack([sin, cos], axis=1)], axis=1)
    return np.asarray((axes * ellipses[:, None, 2:4]) @ axes.transpose(0, 2, 1))


def ellipse_from_matrix(centre: Floats, matrix: Floats, like: float) -> Floats:
    """The ellipse ``(5,)`` with a centre ``(2,)`` and a matrix ``(2, 2)``, its first radius the one nearer to
    the direction ``like``; the angle in (-π/2, π/2], 0 for circles."""
    radii, axes = np.linalg.eigh(matrix)
    if radii[1] - radii[0] <= _ROUND * radii[1]:
        return np.array([*centre, *radii, 0.0])
    angles = np.arctan2(axes[1], axes[0])
    first = int(np.argmin([abs(angle_within(angle - like, np.pi)) for angle in angles.tolist()]))
    return np.array([*centre, radii[first], radii[1 - first], angle_within(float(angles[first]), np.pi)])
