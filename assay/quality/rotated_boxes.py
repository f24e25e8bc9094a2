"""The middle of several drawings of one rotated box.

A rotated box is ``[centre_x, centre_y, width, height, angle_rad]``. Four rows write the same rectangle:
turned by half a turn, and with width and height exchanged by a quarter. Drawings are rewritten to the form
nearest a reference before they are averaged, else two equal boxes would average to a third. Where the front
matters (``directed``), nothing is rewritten but whole turns. Letters: M drawings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.angles import unwrapped, wrapped
from assay.quality.arrays import FloatArray, read_matrix, read_reals, refuse
from assay.quality.placement import place_one


def aligned_boxes(boxes: ArrayLike, reference: ArrayLike, *, directed: bool = False) -> FloatArray:
    """``(M, 5)`` boxes, each in the form whose angle is nearest the ``reference``'s (5,).

    The reference's own form is kept, so that the result reads like what it was aligned to. Raises
    ``Invalid``.
    """
    given = read_matrix(boxes, "boxes", shape=(None, 5))
    target = read_reals(reference, "reference", length=5)
    if directed:
        return np.column_stack([given[:, :4], target[4] + wrapped(given[:, 4] - target[4])])
    forms = np.stack([_quarter_turned(given, turns) for turns in range(2)])
    forms[..., 4] = target[4] + wrapped(forms[..., 4] - target[4], np.pi)
    # Compared in pixels: how far sides differ, and how far the turn moves the box's corners.
    reach = np.hypot(given[:, 2], given[:, 3]) / 2.0
    apart = np.abs(forms[..., 2:4] - target[2:4]).sum(axis=2) + np.abs(forms[..., 4] - target[4]) * reach
    return np.asarray(forms[apart.argmin(axis=0), np.arange(len(given))])


def rotated_centre(
    boxes: ArrayLike, weights: ArrayLike, *, directed: bool = False
) -> tuple[FloatArray, float]:
    """The middle ``(5,)`` of ``(M, 5)`` drawings with weights ``(M,)`` > 0, written as the heaviest drawing
    is, and the error in pixels to expect in each edge and corner.

    Angles are averaged as arcs at half the diagonal, so that a degree weighs as much as the pixels it moves.
    Raises ``Invalid``.
    """
    given = read_matrix(boxes, "boxes", shape=(None, 5))
    weight = read_reals(weights, "weights", length=len(given))
    if not len(given) or given[:, 2:4].min() <= 0 or weight.min() <= 0:
        raise refuse("boxes", "must have width and height, and weights above zero", 0)
    form = aligned_boxes(given, given[int(np.argmax(weight))], directed=directed)
    form[:, 4] = unwrapped(form[:, 4], weight)
    reach = float(np.median(np.hypot(form[:, 2], form[:, 3]))) / 2.0
    in_pixels = form * np.array([1.0, 1.0, 1.0, 1.0, reach])
    centre, error = place_one(in_pixels, weight, float(np.sqrt(np.median(form[:, 2] * form[:, 3]))))
    return np.append(centre[:4], centre[4] / reach), error


def _quarter_turned(boxes: FloatArray, turns: int) -> FloatArray:
    sides = boxes[:, [2, 3]] if turns % 2 == 0 else boxes[:, [3, 2]]
    return np.column_stack([boxes[:, :2], sides, boxes[:, 4] + turns * np.pi / 2.0])
