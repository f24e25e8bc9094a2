"""Masks and outlines: a mask's borders along its pixels' edges, and the pixels whose centres lie in rings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assay.geometry.mask import Mask

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

MAX_CROSSINGS = 20_000_000
"""Sides of rings times the columns of pixels that each goes over: 640 MB while they are counted."""


class TooManyCrossings(ValueError):
    """Rings that go over more columns than ``MAX_CROSSINGS``."""


def outline_from_mask(mask: Mask) -> list[Floats]:
    """The borders of a mask: rings ``(P, 2)`` of corners (x, y), which filled by turns are the mask.

    They run clockwise on the screen around it and the other way around its holes. Where pixels touch at a
    corner only, two rings touch there, or one touches itself. O(R + columns) in its runs.
    """
    ways: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (x, y), (to_x, to_y) in _borders(mask).tolist():
        ways.setdefault((x, y), []).append((to_x, to_y))
    rings = []
    for start, ends in ways.items():
        while ends:
            rings.append(_walk(start, ways))
    return rings


def mask_from_rings(height: int, width: int, rings: Sequence[Floats]) -> Mask:
    """The pixels whose centres lie inside an odd number of rings ``(P, 2)``; what lies outside the picture of
    ``height`` × ``width`` is left out. Raises ``TooManyCrossings``."""
    sides = np.concatenate([np.stack([ring, np.roll(ring, -1, axis=0)], axis=1) for ring in rings])
    # From left to right, so that a side and the same side back are crossed at one place, to the bit.
    back = sides[:, 0, 0] > sides[:, 1, 0]
    sides[back] = sides[back][:, ::-1]
    first = np.clip(np.ceil(sides[:, 0, 0] - 0.5), 0, width).astype(np.intp)
    last = np.clip(np.ceil(sides[:, 1, 0] - 0.5), 0, width).astype(np.intp)
    count = last - first
    if int(count.sum()) > MAX_CROSSINGS:
        raise TooManyCrossings(f"the outline goes over more than {MAX_CROSSINGS} columns of pixels")
    side = np.repeat(np.arange(len(sides)), count)
    column = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count) + first[side]
    (x0, y0), (x1, y1) = sides[side].transpose(1, 2, 0)
    y = y0 + (y1 - y0) * ((column + 0.5 - x0) / (x1 - x0))
    row = np.clip(np.ceil(y - 0.5), 0, height).astype(np.intp)
    places, times = np.unique(column * height + row, return_counts=True)
    # The foot of a column is the head of the next; what is entered and left at one place is neither.
    return Mask(height=height, width=width, edges=places[times % 2 == 1])


def joined_rings(rings: Sequence[Floats]) -> Floats:
    """One closed line ``(P, 2)`` that runs through all rings, and between them there and back on one way, so
    that filled by turns it is the same."""
    line, anchors = [rings[0]], [rings[0][0]]
    for ring in rings[1:]:
        near = int(np.argmin(((ring - anchors[-1]) ** 2).sum(axis=1)))
        turned = np.roll(ring, -near, axis=0)
        line += [anchors[-1][None], turned]
        anchors.append(turned[0])
    if len(rings) == 1:
        return rings[0]
    # Each ring is closed, and the ways between them are gone back.
    return np.concatenate([*line, *(anchor[None] for anchor in reversed(anchors))])


def _borders(mask: Mask) -> Ints:
    """Directed pieces of border ``(B, 2, 2)`` from a corner (x, y) to the next, the mask on their right."""
    column, top, bottom = _column_runs(mask)
    ones = np.ones_like(column)
    tops = np.stack([column, top, column + ones, top], axis=1)
    feet = np.stack([column + ones, bottom, column, bottom], axis=1)
    sides = np.concatenate([_upright(mask, left=True), _upright(mask, left=False)])
    return np.concatenate([tops, feet, sides]).reshape(-1, 2, 2)


def _column_runs(mask: Mask) -> tuple[Ints, Ints, Ints]:
    """The runs of each column: its number, top and bottom (half-open)."""
    start, end = mask.edges[::2], mask.edges[1::2]
    first, last = start // mask.height, (end - 1) // mask.height
    count = last - first + 1
    run = np.repeat(np.arange(len(start)), count)
    column = np.arange(len(run)) - np.repeat(np.cumsum(count) - count, count) + first[run]
    top = np.maximum(start[run] - column * mask.height, 0)
    bottom = np.minimum(end[run] - column * mask.height, mask.height)
    return column, top, bottom


def _upright(mask: Mask, *, left: bool) -> Ints:
    """The pieces ``(B, 4)`` on one side of the pixels: where they are in and those beside them are not."""
    shift = mask.height if left else -mask.height
    beside = mask.edges + shift
    places = np.unique(np.concatenate([mask.edges, beside]))
    places = places[(places >= 0) & (places <= mask.height * mask.width)]
    # Cut at every column too: a run may go on in the next one.
    cuts = np.arange(0, mask.height * mask.width + 1, mask.height)
    places = np.union1d(places, cuts).astype(np.intp)
    inside = np.searchsorted(mask.edges, places[:-1], side="right") % 2 == 1
    neighbour = np.searchsorted(beside, places[:-1], side="right") % 2 == 1
    wanted = inside & ~neighbour
    start, end = places[:-1][wanted], places[1:][wanted]
    x = start // mask.height + (0 if left else 1)
    top, bottom = start % mask.height, end - (start // mask.height) * mask.height
    # Up on the left side, down on the right one.
    return np.stack([x, bottom, x, top] if left else [x, top, x, bottom], axis=1)


def _walk(start: tuple[int, int], ways: dict[tuple[int, int], list[tuple[int, int]]]) -> Floats:
    points = [start]
    while (at := ways[points[-1]].pop()) != start:
        points.append(at)
    ring = np.array(points, dtype=np.float64)
    before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
    straight = ((before == ring) & (ring == after)).any(axis=1)
    return np.asarray(ring[~straight])
