"""Open lines ``(P, 2)`` of at least two different points, in image pixels: how alike two are.

Two lines are as far apart as the points of each lie from the other on average (the Chamfer distance, mean of
both directions), whichever way they run. What counts as far follows their length: a hand strays more on a
long line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

TOLERANCE_PX, TOLERANCE_SHARE = 8.0, 0.04
"""Lines as far apart as 8 px and 4 % of their mean length have nothing in common."""

SAMPLES = 64
"""Points that each line is measured at, in the middles of as many equal parts."""

CHUNK = 20_000
"""Pairs measured at once."""


def close_lines(left: Sequence[ArrayLike], right: Sequence[ArrayLike]) -> tuple[Ints, Floats]:
    """The pairs of N and M lines that may be near: ``(P, 2)`` indices, and how alike they are ``(P,)``, 0…1.

    Pairs that are left out are not alike at all. 1 - Chamfer distance / tolerance, at least 0.
    """
    a, b = _lines(left), _lines(right)
    rows, columns = shapely.STRtree(_surroundings(b)).query(_surroundings(a))
    alike = np.empty(len(rows))
    points_a, points_b = _sampled(a), _sampled(b)
    shapely.prepare(a)
    shapely.prepare(b)
    for start in range(0, len(rows), CHUNK):
        i, j = rows[start : start + CHUNK], columns[start : start + CHUNK]
        there = shapely.distance(points_a[i], b[j, None]).mean(axis=1)
        back = shapely.distance(points_b[j], a[i, None]).mean(axis=1)
        tolerance = TOLERANCE_PX + TOLERANCE_SHARE * (shapely.length(a[i]) + shapely.length(b[j])) / 2.0
        alike[start : start + CHUNK] = np.maximum(1.0 - (there + back) / (2.0 * tolerance), 0.0)
    return np.stack([rows, columns], axis=1), alike


def line_likeness(lines: Sequence[ArrayLike]) -> Floats:
    """How alike every pair of M lines is: ``(M, M)``, 0…1."""
    alike = np.zeros((len(lines), len(lines)))
    pairs, found = close_lines(lines, lines)
    alike[pairs[:, 0], pairs[:, 1]] = found
    return alike


def _lines(lines: Sequence[ArrayLike]) -> NDArray[np.object_]:
    return np.array([shapely.LineString(np.asarray(line, dtype=np.float64)) for line in lines], dtype=object)


def _surroundings(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Upright boxes that meet where two lines come nearer than their tolerance."""
    reach = (TOLERANCE_PX + TOLERANCE_SHARE * shapely.length(lines)) / 2.0
    left, top, right, bottom = shapely.bounds(lines).T
    return np.asarray(shapely.box(left - reach, top - reach, right + reach, bottom + reach))


def _sampled(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    shares = (np.arange(SAMPLES) + 0.5) / SAMPLES
    return np.asarray(shapely.line_interpolate_point(lines[:, None], shares, normalized=True))
