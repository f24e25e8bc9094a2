"""From the chance that each part of the plane belongs to an object, the shape with the most expected overlap.

A part (a pixel, a face between outlines) has an area a and a probability p. Cutting at one half maximises the
share of right pixels, not the intersection over union by which masks are judged; the best shape for that
takes the parts in order of p down to a cut of its own:

.. math:: E[IoU(S)] \\approx
    \\frac{\\sum_{i \\in S} a_i p_i}{\\sum_{i \\in S} a_i + \\sum_{i \\notin S} a_i p_i}

S. Nowozin (2014), "Optimal decisions from probabilistic models: the intersection-over-union case", CVPR,
whose first-order approximation this is: expectations of numerator and denominator apart. Letters: F parts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import BoolArray, read_reals, refuse


def expected_iou(probability: ArrayLike, chosen: ArrayLike, areas: ArrayLike | None = None) -> float:
    """The overlap to expect of the shape made of the ``chosen`` (F,) parts; 1 where nothing is there.

    ``probability`` (F,) in 0…1, ``areas`` (F,) ≥ 0, equal by default. Raises ``Invalid``.
    """
    chance = read_reals(probability, "probability", low=0, high=1)
    area = read_reals(np.ones(len(chance)) if areas is None else areas, "areas", length=len(chance), low=0)
    inside = np.asarray(chosen, dtype=np.bool_)
    if inside.shape != chance.shape:
        raise refuse("chosen", f"must have {len(chance)} entries", len(chance))
    joined = area[inside].sum() + (area * chance)[~inside].sum()
    return float((area * chance)[inside].sum() / joined) if joined > 0 else 1.0


def best_shape(probability: ArrayLike, areas: ArrayLike | None = None) -> tuple[BoolArray, float]:
    """The parts (F,) of the shape with the most expected overlap, and that overlap.

    Equally probable parts go in together; nothing is chosen only where nothing has a chance: whether the
    object exists at all is a question of its own. Raises ``Invalid``.
    """
    chance = read_reals(probability, "probability", low=0, high=1)
    area = read_reals(np.ones(len(chance)) if areas is None else areas, "areas", length=len(chance), low=0)
    order = np.argsort(-chance, kind="stable")
    inside = np.cumsum((area * chance)[order])
    joined = np.cumsum(area[order]) + (area * chance).sum() - inside
    overlap = np.divide(inside, joined, out=np.zeros(len(order)), where=joined > 0)
    last = np.append(np.diff(chance[order]) != 0, True)[: len(order)]
    overlap = np.where(last, overlap, -1.0)
    chosen = np.zeros(len(chance), dtype=np.bool_)
    if not len(overlap) or overlap.max() <= 0:
        return chosen, 1.0
    cut = int(overlap.argmax())
    chosen[order[: cut + 1]] = True
    return chosen, float(overlap[cut])
