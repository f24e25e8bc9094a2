"""Skeletons: J joints ``[x, y, v]`` each in image pixels; v is 0 (not labelled), 1 (hidden) or 2 (visible).

How alike two are follows COCO's object keypoint similarity (OKS), made symmetric:

.. math:: \\frac{\\sum_{j \\in L \\cap R} \\exp(-d_j^2 / (2 s^2 \\kappa_j^2))}{|L \\cup R|},
    \\qquad \\kappa = 2 \\sigma

M. R. Ronchi, P. Perona (2017), "Benchmarking and error diagnosis in multi-instance pose estimation", ICCV;
COCO's evaluation (the sigmas). L and R are the joints labelled on either side. The scale s is the root of the
area of the box around both, at least ``MIN_SCALE_PX``: COCO's annotations carry an area, ours do not.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

MIN_SCALE_PX = 32.0
"""A hand does not get steadier below the size of a thumbnail; a skeleton of one joint has no size at all."""

CHUNK = 50_000
"""Pairs measured at once."""


def alike_skeletons(left: Floats, right: Floats, sigmas: ArrayLike) -> tuple[Ints, Floats]:
    """The pairs of ``(N, J, 3)`` and ``(M, J, 3)`` skeletons that may be near: ``(P, 2)`` indices, and how
    alike they are ``(P,)``, 0…1; ``sigmas`` ``(J,)``. At least one joint of each is labelled.

    Skeletons whose boxes stay apart when each grows by half of ``MIN_SCALE_PX`` are not alike at all.
    """
    kappa = 2.0 * np.asarray(sigmas, dtype=np.float64)
    a, b = skeleton_bounds(left), skeleton_bounds(right)
    grown = np.array([-1.0, -1.0, 1.0, 1.0]) * MIN_SCALE_PX / 2.0
    tree = shapely.STRtree(shapely.box(*(b + grown).T))
    rows, columns = tree.query(shapely.box(*(a + grown).T))
    alike = np.empty(len(rows))
    for start in range(0, len(rows), CHUNK):
        i, j = rows[start : start + CHUNK], columns[start : start + CHUNK]
        corners = np.concatenate([np.minimum(a[i, :2], b[j, :2]), np.maximum(a[i, 2:], b[j, 2:])], axis=1)
        scale = np.maximum(extent(corners), MIN_SCALE_PX)
        labelled_a, labelled_b = left[i, :, 2] > 0, right[j, :, 2] > 0
        apart = ((left[i, :, :2] - right[j, :, :2]) ** 2).sum(axis=2)
        near = np.exp(-apart / (2.0 * (scale[:, None] * kappa) ** 2)) * (labelled_a & labelled_b)
        alike[start : start + CHUNK] = near.sum(axis=1) / (labelled_a | labelled_b).sum(axis=1)
    return np.stack([rows, columns], axis=1), alike


def skeleton_bounds(skeletons: Floats) -> Floats:
    """Edges ``(N, 4)`` ``[left, top, right, bottom]`` around the labelled joints of ``(N, J, 3)``."""
    there = skeletons[:, :, 2:] > 0
    low = np.where(there, skeletons[:, :, :2], np.inf).min(axis=1)
    high = np.where(there, skeletons[:, :, :2], -np.inf).max(axis=1)
    return np.concatenate([low, high], axis=1)


def extent(edges: Floats) -> Floats:
    """The side ``(N,)`` of a square with the area between ``(N, 4)`` edges, in pixels."""
    return np.asarray(np.sqrt((edges[:, 2] - edges[:, 0]) * (edges[:, 3] - edges[:, 1])))
