"""Masks as runs, in image pixels, column by column from the top left: what COCO calls run-length encoding.

A picture of H × W pixels is one line of H · W, down the first column, then down the second. A mask is where
that line enters and leaves it: ``edges`` ``(2R,)``, ascending, ``[start, end, start, end, …]``, half-open.
Nothing but ``pixels_…`` unpacks anything; the cost follows the runs, R, and not the pixels.

Its text is COCO's: run lengths, background first, each but the first three as the difference to the last but
one, in groups of five bits (least first, bit 6 where more follow, sign extended) as characters from ``0`` on.
Every mask has exactly one such text here. T.-Y. Lin et al. (2014), "Microsoft COCO"; ``maskApi.c``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.geometry.box import overlapping_boxes

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

MAX_PIXELS = 2**31 - 1
"""H · W; run lengths then fit every reader of the text."""

_GROUP_BITS = 5
_MAX_GROUPS = 7
_FIRST_CHARACTER = 48


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mask:
    """A part of a picture of ``height`` × ``width`` pixels."""

    height: int
    width: int
    edges: Ints
    """(2R,) where the line of pixels, column by column, enters the mask and leaves it."""

    @property
    def area(self) -> int:
        """Pixels."""
        return int((self.edges[1::2] - self.edges[::2]).sum())

    @property
    def size(self) -> tuple[int, int]:
        """(H, W)"""
        return self.height, self.width


def counts_from_text(text: str) -> Ints:
    """Run lengths ``(C,)``, background first. Raises ``ValueError`` for what is no such text, or not the only
    one: what is written here reads back to the letter."""
    counts = counts_from_any_text(text)
    codes, first, last = _groups(text)
    longer = last > first
    before, end = codes[last[longer] - 1], codes[last[longer]] & 31
    # The sign bit of the group before already says what the last one says.
    if np.any(np.where(before & 16, end == 31, end == 0)):
        raise ValueError("the run lengths are written with more characters than they need")
    return counts


def counts_from_any_text(text: str) -> Ints:
    """Run lengths ``(C,)`` from whatever writer. Raises ``ValueError`` for what is no such text."""
    codes, first, last = _groups(text)
    groups = last - first + 1
    if groups.max() > _MAX_GROUPS:
        raise ValueError("a run length is too large")
    place = np.arange(len(codes)) - np.repeat(first, groups)
    values = np.add.reduceat((codes & 31) << (_GROUP_BITS * place), first)
    values -= np.where(codes[last] & 16, np.int64(1) << (_GROUP_BITS * groups), 0)
    counts = _summed(values)
    if counts.min() < 0 or counts.max() > MAX_PIXELS:
        raise ValueError("a run length is negative or too large")
    return counts


def text_from_counts(counts: ArrayLike) -> str:
    """The text of run lengths ``(C,)``; the inverse of :func:`counts_from_text`."""
    values = np.array(counts, dtype=np.int64)
    values[3:] -= np.asarray(counts, dtype=np.int64)[1:-2]
    shifts = _GROUP_BITS * np.arange(_MAX_GROUPS)
    rest = values[:, None] >> shifts
    codes = rest & 31
    after = rest >> _GROUP_BITS
    # A group is the last one where the sign bit of it says all that is left.
    more = np.where(codes & 16, after != -1, after != 0)
    used = np.concatenate([np.ones((len(values), 1), dtype=np.bool_), more[:, :-1]], axis=1)
    used = np.logical_and.accumulate(used, axis=1)
    return bytes((codes + 32 * more + _FIRST_CHARACTER)[used].astype(np.uint8)).decode("ascii")


def mask_from_counts(height: int, width: int, counts: ArrayLike) -> Mask:
    """The mask of run lengths ``(C,)``, background first, whose sum is ``height · width``; some may be 0."""
    ends, times = np.unique(np.cumsum(np.asarray(counts, dtype=np.intp)), return_counts=True)
    # What is entered and left at one place is neither; a last run of background ends nothing.
    edges = ends[(times % 2 == 1) & (ends < height * width)]
    return Mask(
        height=height,
        width=width,
        edges=np.append(edges, height * width) if len(edges) % 2 else edges,
    )


def counts_from_mask(mask: Mask) -> Ints:
    """Run lengths ``(C,)``, background first, none of them 0 but that."""
    total = mask.height * mask.width
    ends = mask.edges if len(mask.edges) and mask.edges[-1] == total else np.append(mask.edges, total)
    return np.diff(ends, prepend=0).astype(np.intp)


def mask_from_text(height: int, width: int, text: str) -> Mask:
    """The mask that a checked text describes."""
    return mask_from_counts(height, width, counts_from_text(text))


def text_from_mask(mask: Mask) -> str:
    """The mask's only text."""
    return text_from_counts(counts_from_mask(mask))


def mask_from_pixels(pixels: ArrayLike) -> Mask:
    """The mask of ``(H, W)`` booleans."""
    array = np.asarray(pixels, dtype=np.bool_)
    line = np.concatenate([[False], array.T.ravel(), [False]])
    return Mask(height=array.shape[0], width=array.shape[1], edges=np.flatnonzero(line[1:] != line[:-1]))


def pixels_from_mask(mask: Mask, box: Sequence[int] | None = None) -> Bools:
    """The pixels ``(h, w)`` of a mask inside ``box`` ``[x, y, w, h]``, whole pixels; the whole picture by
    default."""
    x, y, width, height = box if box is not None else (0, 0, mask.width, mask.height)
    low, high = x * mask.height, (x + width) * mask.height
    edges = np.clip(mask.edges, low, high) - low
    turns = np.bincount(edges[::2], minlength=high - low + 1) - np.bincount(
        edges[1::2], minlength=high - low + 1
    )
    inside = np.cumsum(turns[:-1]) > 0
    return np.asarray(inside.reshape(width, mask.height).T[y : y + height])


def pixels_into(mask: Mask, pixels: Bools, x: int, y: int) -> Mask:
    """The mask of ``pixels`` ``(h, w)`` at (x, y) of a picture as large as ``mask``'s."""
    columns = np.zeros((pixels.shape[1], mask.height), dtype=np.bool_)
    columns[:, y : y + pixels.shape[0]] = pixels.T
    edges = mask_from_pixels(columns.T).edges + x * mask.height
    return Mask(height=mask.height, width=mask.width, edges=edges)


def mask_box(mask: Mask) -> list[int]:
    """The smallest box ``[x, y, width, height]`` around a mask that is not empty."""
    start, last = mask.edges[::2], mask.edges[1::2] - 1
    left, right = int(start[0]) // mask.height, int(last[-1]) // mask.height
    # A run that goes on in the next column has touched the bottom and the top.
    if np.any(start // mask.height != last // mask.height):
        top, bottom = 0, mask.height - 1
    else:
        top, bottom = int((start % mask.height).min()), int((last % mask.height).max())
    return [left, top, right - left + 1, bottom - top + 1]


def overlapping_masks(left: Sequence[Mask], right: Sequence[Mask]) -> tuple[Ints, Floats]:
    """The pairs of N and M masks, none empty, whose boxes touch and whose pictures have one size: ``(P, 2)``
    indices, and their IoU ``(P,)``."""
    if not left or not right:
        return np.empty((0, 2), dtype=np.intp), np.empty(0)
    pairs, _ = overlapping_boxes(_boxes(left), _boxes(right))
    pairs = np.array(
        [(i, j) for i, j in pairs.tolist() if left[i].size == right[j].size], dtype=np.intp
    ).reshape(-1, 2)
    return pairs, np.array([mask_iou(left[i], right[j]) for i, j in pairs.tolist()], dtype=np.float64)


def mask_iou(left: Mask, right: Mask) -> float:
    """Intersection over union of two masks of one size, not both empty. O(R log R) in their runs."""
    # Of the right one's pixels, those before a place of the line: linear between its edges.
    if not len(left.edges) or not len(right.edges):
        return 0.0
    run = np.stack([np.zeros(len(right.edges) // 2), right.edges[1::2] - right.edges[::2]], axis=1)
    before = np.interp(left.edges, right.edges, np.cumsum(run.ravel()))
    shared = float((before[1::2] - before[::2]).sum())
    return shared / (left.area + right.area - shared)


def majority_mask(masks: Sequence[Mask], weights: ArrayLike) -> Mask:
    """The pixels that more than half the weight ``(M,)`` of M masks of one size covers; maybe none.

    Voted on run by run: between two edges of any mask all pixels have the same votes.
    """
    starts, covered = weighted_cover(masks, weights)
    half = float(np.sum(np.asarray(weights, dtype=np.float64))) / 2.0 * (1.0 + 1e-9)
    inside = np.concatenate([[False], covered > half, [False]])
    turns = np.flatnonzero(inside[1:] != inside[:-1])
    return Mask(height=masks[0].height, width=masks[0].width, edges=starts[turns])


def weighted_cover(masks: Sequence[Mask], weights: ArrayLike) -> tuple[Ints, Floats]:
    """The line cut at every edge of M masks: F + 1 places, and the weight ``(F,)`` of the masks that cover
    what lies between."""
    weight = np.asarray(weights, dtype=np.float64)
    edges = np.concatenate([mask.edges for mask in masks])
    change = np.concatenate(
        [np.tile([w, -w], len(mask.edges) // 2) for mask, w in zip(masks, weight, strict=True)]
    )
    places, at = np.unique(edges, return_inverse=True)
    if not len(places):
        return np.zeros(1, dtype=np.intp), np.empty(0)
    covered = np.cumsum(np.bincount(at, change)).astype(np.float64)
    return places.astype(np.intp), covered[:-1]


def _groups(text: str) -> tuple[NDArray[np.int64], Ints, Ints]:
    """A text's codes ``(B,)``, and where each number's first and last of them ``(C,)`` are."""
    codes = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8).astype(np.int64)
    codes -= _FIRST_CHARACTER
    if not len(codes) or codes.min() < 0 or codes.max() >= 64 or codes[-1] & 32:
        raise ValueError("this is no text of run lengths")
    last = np.flatnonzero((codes & 32) == 0)
    return codes, np.concatenate([[0], last[:-1] + 1]), last


def _boxes(masks: Sequence[Mask]) -> Floats:
    return np.array([mask_box(mask) for mask in masks], dtype=np.float64).reshape(-1, 4)


def _summed(values: NDArray[np.int64]) -> Ints:
    """Run lengths from differences to the last but one, which start at the fourth."""
    counts = values.copy()
    counts[1::2] = np.cumsum(values[1::2])
    # The first stands alone: the third is no difference yet.
    counts[2::2] = np.cumsum(values[2::2])
    return counts.astype(np.intp)
