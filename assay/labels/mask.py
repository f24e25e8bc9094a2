"""``mask``: sets of pixels with a class on an image.

Object: ``{"id", "class", "rle": {"size": [height, width], "counts": "…"}, "attributes"?}``; ``size`` is the
image's and ``counts`` COCO's text of run lengths, column by column (see :mod:`assay.geometry.mask`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.geometry.mask import (
    MAX_PIXELS,
    Ints,
    Mask,
    counts_from_text,
    majority_mask,
    mask_box,
    mask_from_text,
    mask_iou,
    overlapping_masks,
    pixels_from_mask,
    pixels_into,
    text_from_mask,
)
from assay.labels.json_value import array, integer, record
from assay.labels.objects import Floats, Object, ObjectKind
from assay.quality.objects import weighted_middle

MAX_CHARS = 1_000_000
"""Of run lengths in one object: a picture of two million pixels of noise."""

MAX_CHARS_TOGETHER = 4_000_000
"""In one question of one item."""

MAX_CONSENSUS_PIXELS = 8_000_000
"""Drawings times pixels around them: beyond it the runs are voted on, which unpacks nothing."""

MARGIN_PX = 4
"""Around drawings that are smoothed, so that the edge of what is looked at is no edge of theirs."""


@dataclass(frozen=True, kw_only=True)
class PixelMask(ObjectKind):
    """Options: ``classes``."""

    name: ClassVar[str] = "mask"
    field_types: ClassVar[frozenset[str]] = frozenset({"image"})
    shape_keys: ClassVar[frozenset[str]] = frozenset({"rle"})

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        # Counted before anything is read, so that a flood costs nothing.
        if isinstance(value, list) and sum(map(_count_chars, value)) > MAX_CHARS_TOGETHER:
            raise Invalid(
                "label.invalid",
                f"at most {MAX_CHARS_TOGETHER} characters of run lengths in all",
                pointer=pointer,
                limit=MAX_CHARS_TOGETHER,
            )
        super().check(value, facts, label, pointer)

    def check_shape(self, item: Object, facts: FieldFacts | None, pointer: str) -> None:
        """Run lengths in their only form, of some of the image's pixels."""
        at = pointer + "/rle"
        rle = record(item["rle"], at, required=frozenset({"size", "counts"}), optional=frozenset())
        height, width = _check_size(rle["size"], facts, at + "/size")
        counts = _read_counts(rle["counts"], at + "/counts")
        total = height * width
        fault = None
        if int(counts.sum()) != total:
            fault = f"the runs add up to {int(counts.sum())} pixels, the image has {total}"
        elif counts[1:].min(initial=1) == 0:
            fault = "only the first run may be empty"
        elif len(counts) == 1:
            fault = "a mask has at least one pixel"
        if fault is not None:
            raise Invalid("label.geometry", fault, pointer=at + "/counts", limit=total)

    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """See ``ObjectKind.overlap``."""
        return overlapping_masks(_masks(left), _masks(right))

    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """The pixels that most of the weight covers, smoothed where SciPy is there; of two drawings the
        better labeler's."""
        first = members[0]["rle"]
        if all(item["rle"] == first for item in members):
            return {"rle": dict(first)}
        masks = _masks(members)
        iou = np.array([[mask_iou(a, b) for b in masks] for a in masks])
        merged = _agreed(masks, weights) if len(masks) > 2 else None
        if merged is None or not len(merged.edges):
            return {"rle": dict(members[weighted_middle(iou, weights)]["rle"])}
        text = text_from_mask(merged)
        return {"rle": {"size": list(merged.size), "counts": text}}


def _agreed(masks: Sequence[Mask], weights: Floats) -> Mask:
    """What M ≥ 3 masks of one size agree on; maybe nothing."""
    x, y, width, height = _box_around(masks)
    if len(masks) * width * height > MAX_CONSENSUS_PIXELS or find_spec("scipy") is None:
        return majority_mask(masks, weights)
    from assay.quality.mask_consensus import mask_consensus

    pixels = np.array([pixels_from_mask(mask, (x, y, width, height)) for mask in masks])
    return pixels_into(masks[0], mask_consensus(pixels, weights=weights).mask, x, y)


def _box_around(masks: Sequence[Mask]) -> tuple[int, int, int, int]:
    """``[x, y, width, height]`` around all of them and their margin, inside the picture."""
    boxes = np.array([mask_box(mask) for mask in masks])
    left, top = np.maximum(boxes[:, :2].min(axis=0) - MARGIN_PX, 0).tolist()
    picture = [masks[0].width, masks[0].height]
    right, bottom = np.minimum((boxes[:, :2] + boxes[:, 2:]).max(axis=0) + MARGIN_PX, picture).tolist()
    return left, top, right - left, bottom - top


def _check_size(size: Any, facts: FieldFacts | None, pointer: str) -> tuple[int, int]:
    sides = array(size, pointer, limit=2)
    if len(sides) != 2:
        raise Invalid("label.geometry", "a mask's size is [height, width]", pointer=pointer, limit=2)
    known = (facts.height, facts.width) if facts else (None, None)
    for axis, side in enumerate(sides):
        if integer(side, f"{pointer}/{axis}") < 1:
            raise Invalid("label.geometry", "a mask has pixels", pointer=f"{pointer}/{axis}", limit=1)
    if sides[0] * sides[1] > MAX_PIXELS:
        raise Invalid("label.invalid", f"at most {MAX_PIXELS} pixels", pointer=pointer, limit=MAX_PIXELS)
    for axis, (side, length) in enumerate(zip(sides, known, strict=True)):
        if length is not None and side != length:
            raise Invalid(
                "label.geometry",
                f"a mask is as large as its image, {length} pixels here",
                pointer=f"{pointer}/{axis}",
                limit=length,
            )
    return sides[0], sides[1]


def _read_counts(text: Any, pointer: str) -> Ints:
    if not isinstance(text, str):
        raise Invalid("label.invalid", "run lengths are a text here", pointer=pointer)
    if len(text) > MAX_CHARS:
        raise Invalid(
            "label.invalid",
            f"at most {MAX_CHARS} characters of run lengths",
            pointer=pointer,
            limit=MAX_CHARS,
        )
    try:
        return counts_from_text(text)
    except ValueError as fault:
        raise Invalid("label.invalid", str(fault), pointer=pointer) from fault


def _count_chars(item: Any) -> int:
    """The characters of an object's run lengths, as far as it has the form of one."""
    rle = item.get("rle") if isinstance(item, dict) else None
    counts = rle.get("counts") if isinstance(rle, dict) else None
    return len(counts) if isinstance(counts, str) else 0


def _masks(objects: Sequence[Object]) -> list[Mask]:
    return [_mask(**item["rle"]) for item in objects]


def _mask(size: Sequence[int], counts: str) -> Mask:
    return mask_from_text(size[0], size[1], counts)
