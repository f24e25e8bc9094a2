"""The agreed mask."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.mask_consensus import mask_consensus


def disc(radius: float, *, x: float = 32.0) -> Any:
    rows, columns = np.mgrid[:64, :64]
    return (rows - 32) ** 2 + (columns - x) ** 2 < radius**2


def overlap(a: Any, b: Any) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_trembling_hands_average_out() -> None:
    rng = np.random.default_rng(0)
    masks = np.array([disc(18 + rng.normal(), x=32 + rng.normal()) for _ in range(7)])
    found = mask_consensus(masks)
    assert overlap(found.mask, disc(18)) > np.mean([overlap(m, disc(18)) for m in masks]) + 0.02


def test_a_wrong_object_weighs_less() -> None:
    masks = np.array([disc(10), disc(10), disc(11, x=8), disc(9)])
    found = mask_consensus(masks)
    assert found.agreement[2] < 0.1 < 0.7 < found.agreement[[0, 1, 3]].min()
    assert overlap(found.mask, disc(10)) > 0.9


def test_a_tiny_object_is_not_smoothed_away() -> None:
    masks = np.zeros((3, 9, 9), dtype=bool)
    masks[:, 4, 4] = True
    assert mask_consensus(masks).mask.sum() == 1


def test_single_blank_and_disjoint_masks() -> None:
    assert (mask_consensus(disc(9)[None]).mask == disc(9)).all()
    blank = mask_consensus(np.zeros((3, 5, 5)))
    assert not blank.mask.any()
    assert blank.agreement == pytest.approx(np.ones(3))
    disjoint = mask_consensus(np.array([disc(5, x=10), disc(5, x=50)]))
    assert np.isfinite(disjoint.share).all()


@pytest.mark.parametrize(
    "masks", [[], np.zeros((2, 0, 3)), np.full((1, 2, 2), 0.5), np.full((1, 2, 2), np.nan)]
)
def test_bad_masks_are_refused(masks: Any) -> None:
    with pytest.raises(Invalid):
        mask_consensus(masks)
    with pytest.raises(Invalid):
        mask_consensus(np.zeros((1, 2, 2)), smoothing_px=-1.0)


def test_known_weights_multiply_what_the_masks_say() -> None:
    masks = np.array([disc(10), disc(10), disc(14)])
    assert overlap(mask_consensus(masks).mask, disc(10)) > 0.9
    assert overlap(mask_consensus(masks, weights=[1.0, 1.0, 9.0]).mask, disc(14)) > 0.9
    for wrong in ([1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 1.0, np.nan]):
        with pytest.raises(Invalid):
            mask_consensus(masks, weights=wrong)
