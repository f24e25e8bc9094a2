"""Rotated boxes ``[centre_x, centre_y, width, height, angle]`` in image pixels (origin top-left, y down).

The angle, in radians, turns the width from the x axis clockwise on the screen: at π/2 it points down.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SIGNS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) / 2.0


def corners_from_rotated(boxes: Floats) -> Floats:
    """``(N, 5)`` boxes as ``(N, 4, 2)`` corners, clockwise on the screen, the one that is top left at
    angle 0 first."""
    along, across = _SIGNS[:, 0] * boxes[:, 2, None], _SIGNS[:, 1] * boxes[:, 3, None]
    cos, sin = np.cos(boxes[:, 4, None]), np.sin(boxes[:, 4, None])
    turned = np.stack([along * cos - across * sin, along * sin + across * cos], axis=2)
    return np.asarray(boxes[:, None, :2] + turned)


def shapes_from_rotated(boxes: Floats) -> list[shapely.Polygon]:
    """``(N, 5)`` boxes as N shapely polygons."""
    return list(shapely.polygons(corners_from_rotated(boxes)))


def quarter_turned(box: Floats, turns: int) -> Floats:
    """The same rectangle ``(5,)`` written with its width ``turns`` quarter turns on, the angle in (-π, π]."""
    sides = box[[2, 3]] if turns % 2 == 0 else box[[3, 2]]
    return np.array([*box[:2], *sides, angle_within(float(box[4]) + turns * np.pi / 2.0)])


def angle_within(angle: float, period: float = 2.0 * np.pi) -> float:
    """An angle moved into (-period / 2, period / 2], in radians; never -0."""
    moved = angle - period * np.ceil(angle / period - 0.5)
    # Rounding may leave it on the wrong side of half a period, by a last bit.
    return min(float(moved) + 0.0, period / 2.0) if moved > -period / 2.0 else period / 2.0
