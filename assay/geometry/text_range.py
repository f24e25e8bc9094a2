"""Half-open ranges ``[start, end)`` of a text, in Unicode code points."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from assay.geometry.box import box_iou, overlapping_boxes

Floats = NDArray[np.float64]

_ZERO_WIDTH_JOINER = "\u200d"


def range_iou(left: Floats, right: Floats) -> Floats:
    """Shared length over joined length of every pair: ``(N, 2)`` and ``(M, 2)`` ranges give ``(N, M)``,
    0…1."""
    return box_iou(_as_boxes(left), _as_boxes(right))


def overlapping_ranges(left: Floats, right: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The pairs of ``(N, 2)`` and ``(M, 2)`` ranges that touch: ``(P, 2)`` indices, and their IoU
    ``(P,)``."""
    return overlapping_boxes(_as_boxes(left), _as_boxes(right))


def splits_character(text: str, offset: int) -> bool:
    """Whether ``offset`` falls inside what a reader sees as one character.

    True before a combining mark (category M), around a zero-width joiner, before an emoji skin tone, and
    between CR and LF. A smaller rule than UAX #29 on purpose: it is the same in every Unicode version that
    agrees on what a mark is, and never refuses a boundary that a tokenizer of letters would make.
    """
    if offset <= 0 or offset >= len(text):
        return False
    before, after = text[offset - 1], text[offset]
    return (
        unicodedata.category(after).startswith("M")
        or _ZERO_WIDTH_JOINER in (before, after)
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or (before == "\r" and after == "\n")
    )


def _as_boxes(ranges: Floats) -> Floats:
    """Ranges as boxes one unit high: their overlap is the same."""
    start, end = ranges[:, 0], ranges[:, 1]
    return np.stack([start, np.zeros_like(start), end - start, np.ones_like(start)], axis=1)
