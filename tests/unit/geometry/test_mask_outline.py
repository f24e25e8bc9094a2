"""Outlines of masks, and the pixels inside outlines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from assay.geometry.mask import mask_from_pixels
from assay.geometry.mask_outline import (
    TooManyCrossings,
    joined_rings,
    mask_from_rings,
    outline_from_mask,
)

PIXELS = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(lambda size: arrays(np.bool_, size))


@given(PIXELS)
def test_a_mask_is_what_its_outlines_hold(pixels: NDArray[np.bool_]) -> None:
    mask = mask_from_pixels(pixels)
    rings = outline_from_mask(mask)
    if not mask.area:
        assert rings == []
        return
    height, width = pixels.shape
    joined = joined_rings(rings)
    fractions = joined / [width, height]
    for given_rings in (rings, [joined], [np.round(fractions * [width, height], 9)]):
        assert mask_from_rings(height, width, given_rings).edges.tolist() == mask.edges.tolist()
    # Only corners are kept: each ring turns at every point.
    for ring in rings:
        before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
        assert np.all((before * after).sum(axis=1) == 0)


def test_a_square_with_a_hole_has_two_rings_that_run_opposite_ways() -> None:
    pixels = np.ones((3, 3), dtype=bool)
    pixels[1, 1] = False
    rings = outline_from_mask(mask_from_pixels(pixels))
    areas = sorted(
        float((ring[:, 0] * np.roll(ring[:, 1], -1) - ring[:, 1] * np.roll(ring[:, 0], -1)).sum() / 2)
        for ring in rings
    )
    assert areas == [-1.0, 9.0]


def test_a_line_that_goes_to_and_fro_over_a_wide_picture_is_refused() -> None:
    ring = np.array([[0.0, 0.0], [60_000.0, 1.0]] * 400)
    with pytest.raises(TooManyCrossings):
        mask_from_rings(10, 60_000, [ring])
