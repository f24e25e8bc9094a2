"""Masks as runs, against pycocotools' texts and against plain pixels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from assay.geometry.mask import (
    counts_from_text,
    majority_mask,
    mask_box,
    mask_from_pixels,
    mask_from_text,
    mask_iou,
    overlapping_masks,
    pixels_from_mask,
    pixels_into,
    text_from_counts,
    text_from_mask,
)

PYCOCOTOOLS = json.loads((Path(__file__).parents[2] / "golden" / "masks" / "rle.json").read_text("utf-8"))
"""Texts and areas that pycocotools wrote."""

small = npst.arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))
three_alike = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda shape: st.tuples(*[npst.arrays(np.bool_, shape)] * 3)
)


@pytest.mark.parametrize("reference", PYCOCOTOOLS, ids=lambda reference: reference["name"])
def test_texts_are_cocos(reference: dict[str, Any]) -> None:
    mask = mask_from_text(*reference["size"], reference["counts"])
    pixels = pixels_from_mask(mask)
    assert mask.area == pixels.sum() == reference["area"]
    assert text_from_mask(mask) == text_from_mask(mask_from_pixels(pixels)) == reference["counts"]


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=30))
def test_run_lengths_come_back(counts: list[int]) -> None:
    assert counts_from_text(text_from_counts(counts)).tolist() == counts


@given(st.text(st.characters(min_codepoint=40, max_codepoint=120), max_size=12))
def test_a_text_is_the_only_one_or_refused(text: str) -> None:
    try:
        counts = counts_from_text(text)
    except ValueError:
        return
    assert text_from_counts(counts) == text


@given(small)
def test_pixels_come_back(pixels: Any) -> None:
    mask = mask_from_pixels(pixels)
    assert (pixels_from_mask(mask) == pixels).all()
    assert (mask_from_text(*mask.size, text_from_mask(mask)).edges == mask.edges).all()
    assert mask.area == pixels.sum()
    if pixels.any():
        x, y, width, height = mask_box(mask)
        inside = pixels_from_mask(mask, (x, y, width, height))
        assert inside.sum() == pixels.sum()
        assert inside.any(axis=0)[[0, -1]].all()
        assert inside.any(axis=1)[[0, -1]].all()
        assert (pixels_into(mask, inside, x, y).edges == mask.edges).all()


@given(three_alike, st.tuples(*[st.floats(0.125, 4)] * 3))
def test_overlap_and_votes_are_those_of_pixels(pixels: Any, weights: tuple[float, ...]) -> None:
    masks = [mask_from_pixels(each) for each in pixels]
    shared, joined = (pixels[0] & pixels[1]).sum(), (pixels[0] | pixels[1]).sum()
    if joined:
        assert mask_iou(masks[0], masks[1]) == pytest.approx(shared / joined, abs=1e-12)
    votes = sum(weight * each for weight, each in zip(weights, pixels, strict=True))
    voted = pixels_from_mask(majority_mask(masks, weights))
    clear = np.abs(votes - sum(weights) / 2) > 1e-6
    assert (voted == (votes > sum(weights) / 2))[clear].all()


def test_masks_of_other_pictures_do_not_overlap() -> None:
    tall, wide = mask_from_pixels(np.ones((4, 3))), mask_from_pixels(np.ones((3, 4)))
    pairs, overlap = overlapping_masks([tall, wide], [wide])
    assert pairs.tolist() == [[1, 0]]
    assert overlap.tolist() == [1.0]
    assert len(overlapping_masks([], [wide])[0]) == 0
