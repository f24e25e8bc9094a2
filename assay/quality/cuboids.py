"""The middle of several drawings of one cuboid that stands upright and is turned about the vertical axis.

A cuboid is ``[x, y, z, length, width, height, yaw_rad]`` with its centre and sides in metres; the yaw is the
direction of its length in the ground plane, averaged on the circle (``angles``). Who draws an object's back
as its front is half a turn off and not a little wrong: drawings are turned to the heading that has most
weight, and how much weight agrees with it is told. Letters: M drawings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.angles import unwrapped, wrapped
from assay.quality.arrays import FloatArray, read_matrix, read_reals, refuse
from assay.quality.placement import place_one


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CuboidCentre:
    """One cuboid from several drawings; all values are finite."""

    cuboid: FloatArray
    """(7,), its yaw in -π … π."""
    error_m: float
    """Root mean square error to expect in each coordinate and side, and of where the yaw puts the ends."""
    heading: float
    """The share of weight, 0.5 … 1, that has the front where this has it."""


def cuboid_centre(cuboids: ArrayLike, weights: ArrayLike) -> CuboidCentre:
    """The middle of (M, 7) drawings with weights (M,) > 0. Raises ``Invalid``."""
    given = read_matrix(cuboids, "cuboids", shape=(None, 7))
    weight = read_reals(weights, "weights", length=len(given))
    if not len(given) or given[:, 3:6].min() <= 0 or weight.min() <= 0:
        raise refuse("cuboids", "must have length, width and height, and weights above zero", 0)
    yaw, heading = _turned_round(given[:, 6], weight)
    # Yaw as an arc at half the length, so that a degree weighs as much as the metres it moves.
    reach = float(np.median(given[:, 3])) / 2.0
    in_metres = np.column_stack([given[:, :6], unwrapped(yaw, weight) * reach])
    size = float(np.median(np.prod(given[:, 3:6], axis=1)) ** (1.0 / 3.0))
    centre, error = place_one(in_metres, weight, size)
    return CuboidCentre(
        cuboid=np.append(centre[:6], wrapped(centre[6] / reach)), error_m=error, heading=heading
    )


def _turned_round(yaw: FloatArray, weight: FloatArray) -> tuple[FloatArray, float]:
    """Yaws (M,) with their fronts where most weight has them, and its share."""
    axis = unwrapped(yaw, weight, np.pi)
    front = np.abs(wrapped(yaw - axis)) < np.pi / 2.0
    ahead, total = float(weight[front].sum()), float(weight.sum())
    # Of even votes the front is the heaviest drawing's, the first of equals.
    forward = ahead > total / 2.0 or (2.0 * ahead == total and bool(front[int(np.argmax(weight))]))
    return axis if forward else axis + np.pi, max(ahead, total - ahead) / total
