"""Axis-aligned boxes ``[x, y, width, height]`` in image pixels (origin top-left, y down)."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def edges_from_boxes(boxes: Floats) -> Floats:
    """``(N, 4)`` boxes as ``(N, 4)`` edges ``[left, top, right, bottom]`` in pixels."""
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)


def boxes_from_edges(edges: Floats) -> Floats:
    """``(N, 4)`` edges ``[left, top, right, bottom]`` as ``(N, 4)`` boxes; the inverse of the above."""
    return np.concatenate([edges[:, :2], edges[:, 2:] - edges[:, :2]], axis=1)


def box_iou(left: Floats, right: Floats) -> Floats:
    """Intersection over union of every pair: ``(N, 4)`` and ``(M, 4)`` boxes give ``(N, M)`` in 0…1.

    Two boxes without area have an overlap of 0.
    """
    return _iou(edges_from_boxes(left)[:, None, :], edges_from_boxes(right)[None, :, :])


def overlapping_boxes(left: Floats, right: Floats) -> tuple[Ints, Floats]:
    """The pairs of ``(N, 4)`` and ``(M, 4)`` boxes that touch: ``(P, 2)`` indices, and their IoU ``(P,)``.

    By an index tree, so that the cost follows P and not N × M.
    """
    a, b = edges_from_boxes(left), edges_from_boxes(right)
    rows, columns = shapely.STRtree(shapely.box(*b.T)).query(shapely.box(*a.T))
    return np.stack([rows, columns], axis=1), _iou(a[rows], b[columns])


def _iou(a: Floats, b: Floats) -> Floats:
    """IoU of edges ``(…, 4)``, broadcast."""
    width = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    height = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    shared = np.clip(width, 0.0, None) * np.clip(height, 0.0, None)
    # From the edges, so that a box and itself give exactly 1 whatever x + width rounds to.
    joined = _areas(a) + _areas(b) - shared
    return np.asarray(np.divide(shared, joined, out=np.zeros_like(shared), where=joined > 0.0))


def _areas(edges: Floats) -> Floats:
    return np.asarray((edges[..., 2] - edges[..., 0]) * (edges[..., 3] - edges[..., 1]))
