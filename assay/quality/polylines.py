"""The middle of several drawings of one line: a lane, a crack, a river. Letters: M drawings, P points.

Drawings differ in how many points they have, where those lie, and in which direction they run. One drawing,
the one nearest to all others, is the reference; the others are turned to run along it, matched to it point by
point in order (dynamic time warping), and every point of the reference moves to the middle of its partners:
one round of DTW barycentre averaging. F. Petitjean, A. Ketterlin, P. Gançarski (2011), "A global averaging
method for dynamic time warping", Pattern Recognition 44(3). The result keeps only points that bend the line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from assay.quality.arrays import FloatArray, read_matrix, read_reals, refuse
from assay.quality.placement import place_one

SAMPLES = 48
"""Points that each line is matched by, evenly along its length, besides its own corners."""

KEPT_BEND = 0.5
"""A point that bends the line by less than this share of the expected error says nothing."""


def resampled(line: ArrayLike, fractions: ArrayLike) -> FloatArray:
    """The points ``(F, D)`` of a line ``(P, D)`` at ``fractions`` (F,) of its length. Raises ``Invalid``."""
    points = read_matrix(line, "line")
    share = read_reals(fractions, "fractions", low=0, high=1)
    at = _fractions(points)
    return np.stack([np.interp(share, at, column) for column in points.T], axis=1)


def line_distance(left: ArrayLike, right: ArrayLike) -> float:
    """Mean distance of two lines' points matched in order, the better of both directions, in their unit."""
    a, b = _sampled(read_matrix(left, "left")), _sampled(read_matrix(right, "right"))
    return min(_matched(a, b)[1], _matched(a, b[::-1])[1])


def polyline_centre(lines: Sequence[ArrayLike], weights: ArrayLike) -> tuple[FloatArray, float]:
    """The middle ``(P, D)`` of M lines ``(P_m, D)`` with weights ``(M,)`` > 0, running as the reference does,
    and the error to expect across it, in their unit.

    A lone line, and lines that are all equal, stand as they are. Raises ``Invalid``.
    """
    drawn = [read_matrix(line, "lines") for line in lines]
    weight = read_reals(weights, "weights", length=len(drawn))
    if not drawn or min(len(line) for line in drawn) < 2 or weight.min() <= 0:
        raise refuse("lines", "must be at least one, of two points or more, with weights above zero", 2)
    if len({line.shape[1] for line in drawn}) != 1:
        raise refuse("lines", "must all have as many coordinates a point")
    even = [_sampled(line) for line in drawn]
    middle = _reference(even, weight)
    corners = np.unique(np.concatenate([np.linspace(0, 1, SAMPLES), _fractions(drawn[middle])]))
    reference = resampled(drawn[middle], corners)
    length = float(np.median([_length(line) for line in drawn]))
    placed = _partners(reference, even, middle)
    found = [place_one(at, weight, max(length, 1e-9)) for at in placed]
    centre = np.array([point for point, _ in found])
    error = float(np.sqrt(np.mean([e**2 for _, e in found])))
    if all(line.shape == drawn[middle].shape and np.array_equal(line, drawn[middle]) for line in drawn):
        return drawn[middle], error
    return _bends(centre, KEPT_BEND * error), error


def _partners(reference: FloatArray, even: list[FloatArray], middle: int) -> FloatArray:
    """Where each drawing has each of the reference's points, (F, M, D)."""
    columns = []
    for index, line in enumerate(even):
        if index == middle:
            columns.append(reference)
            continue
        forth, back = _matched(reference, line), _matched(reference, line[::-1])
        columns.append(min(forth, back, key=lambda match: match[1])[0])
    return np.stack(columns, axis=1)


def _reference(even: list[FloatArray], weight: FloatArray) -> int:
    """The drawing with the least weighted distance to all, of equals the heaviest, then the first."""
    apart = np.zeros((len(even), len(even)))
    for i, left in enumerate(even):
        for j in range(i):
            apart[i, j] = apart[j, i] = min(_matched(left, even[j])[1], _matched(left, even[j][::-1])[1])
    return int(np.lexsort((np.arange(len(even)), -weight, np.round(apart @ weight, 9)))[0])


def _sampled(line: FloatArray) -> FloatArray:
    return resampled(line, np.linspace(0, 1, SAMPLES))


def _length(line: FloatArray) -> float:
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def _fractions(line: FloatArray) -> FloatArray:
    """Where each point lies, as a share of the length; a line without length is walked evenly."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    return along / along[-1] if along[-1] > 0 else np.linspace(0, 1, len(line))


def _matched(left: FloatArray, right: FloatArray) -> tuple[FloatArray, float]:
    """For each of ``left``'s points (F, D) the middle of its partners in ``right``, and the mean distance."""
    apart = np.linalg.norm(left[:, None, :] - right[None, :, :], axis=2)
    path = _warping_path(apart)
    rows, columns = path.T
    count = np.bincount(rows, minlength=len(left))
    sums = np.stack([np.bincount(rows, axis, len(left)) for axis in right[columns].T], axis=1)
    return sums / count[:, None], float(apart[rows, columns].mean())


def _warping_path(apart: FloatArray) -> FloatArray:
    """Pairs (L, 2) of the cheapest path through ``apart`` (F, G) that goes forward in both."""
    cost = np.full((len(apart) + 1, apart.shape[1] + 1), np.inf)
    cost[0, 0] = 0.0
    rows = cost.tolist()
    for i, row in enumerate(apart.tolist(), start=1):
        before, now = rows[i - 1], rows[i]
        for j, step in enumerate(row, start=1):
            now[j] = step + min(before[j - 1], before[j], now[j - 1])
    i, j = len(apart), apart.shape[1]
    path = [(i - 1, j - 1)]
    while i > 1 or j > 1:
        i, j = min(((i - 1, j - 1), (i - 1, j), (i, j - 1)), key=lambda place: rows[place[0]][place[1]])
        path.append((i - 1, j - 1))
    return np.array(path[::-1])


def _bends(line: FloatArray, tolerance: float) -> FloatArray:
    """The points that lie farther than ``tolerance`` from the line without them (Douglas, Peucker 1973)."""
    keep = np.zeros(len(line), dtype=np.bool_)
    keep[[0, -1]] = True
    open_parts = [(0, len(line) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        chord = line[last] - line[first]
        offset = line[first + 1 : last] - line[first]
        along = np.clip(offset @ chord / max(float(chord @ chord), 1e-300), 0.0, 1.0)
        away = np.linalg.norm(offset - along[:, None] * chord, axis=1)
        farthest = int(away.argmax())
        if away[farthest] > tolerance:
            keep[first + 1 + farthest] = True
            open_parts += [(first, first + 1 + farthest), (first + 1 + farthest, last)]
    return np.asarray(line[keep])
