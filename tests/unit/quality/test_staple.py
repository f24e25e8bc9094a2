"""STAPLE on the simulated raters of Warfield et al. (2004)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.staple import staple


def disc(size: int = 64, radius: float = 20.0) -> Any:
    y, x = np.mgrid[:size, :size]
    return (y - size / 2) ** 2 + (x - size / 2) ** 2 < radius**2


def test_paper_ten_raters_of_known_performance() -> None:
    """Section III: raters simulated pixel by pixel with sensitivity 0.95, specificity 0.90."""
    rng = np.random.default_rng(0)
    truth = disc()
    masks = np.where(truth, rng.random((10, *truth.shape)) < 0.95, rng.random((10, *truth.shape)) < 0.10)
    found = staple(masks)
    assert found.sensitivity == pytest.approx(np.full(10, 0.95), abs=0.02)
    assert found.specificity == pytest.approx(np.full(10, 0.90), abs=0.02)
    assert (found.mask == truth).mean() > 0.999
    assert found.converged


def test_raters_of_different_kinds_are_told_apart() -> None:
    rng = np.random.default_rng(1)
    truth = disc()
    p, q = np.array([0.95, 0.95, 0.6, 0.9, 0.9]), np.array([0.95, 0.9, 0.95, 0.6, 0.9])
    masks = np.array(
        [
            np.where(truth, rng.random(truth.shape) < a, rng.random(truth.shape) > b)
            for a, b in zip(p, q, strict=True)
        ]
    )
    found = staple(masks)
    assert found.sensitivity == pytest.approx(p, abs=0.04)
    assert found.specificity == pytest.approx(q, abs=0.04)


def test_better_than_the_majority_when_most_draw_too_large() -> None:
    """Three raters who spill over against two careful ones: bias is what p and q separate."""
    rng = np.random.default_rng(2)
    truth = disc()
    careful = [truth ^ (rng.random(truth.shape) < 0.02) for _ in range(2)]
    spilling = [truth | (rng.random(truth.shape) < 0.55) for _ in range(3)]
    masks = np.array(careful + spilling)
    majority = masks.sum(axis=0) >= 3
    assert (staple(masks).mask != truth).sum() < 0.5 * (majority != truth).sum()


def test_unanimous_masks_stand() -> None:
    truth = disc()
    found = staple(np.array([truth] * 3))
    assert (found.mask == truth).all()
    assert found.converged


@pytest.mark.parametrize("masks", [np.zeros((1, 4, 4)), np.ones((2, 4, 4)), np.eye(4)[None]])
def test_blank_full_and_single_masks_are_finite(masks: Any) -> None:
    found = staple(masks)
    assert (found.mask == masks[0].astype(bool)).all()
    assert np.isfinite(found.probability).all()


def test_contrary_masks_stay_finite() -> None:
    truth = disc(16, 5)
    found = staple(np.array([truth, ~truth]), smoothing_px=0)
    assert np.isfinite(found.probability).all()
    assert np.isfinite(found.sensitivity).all()


@pytest.mark.parametrize(
    "masks", [[], [[0, 1]], np.zeros((0, 3, 3)), np.full((1, 2, 2), 2), np.full((1, 2, 2), np.nan)]
)
def test_bad_masks_are_refused(masks: Any) -> None:
    with pytest.raises(Invalid):
        staple(masks)


@pytest.mark.parametrize("options", [{"smoothing_px": -1.0}, {"smoothing_px": np.nan}, {"band_px": 0}])
def test_bad_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        staple(np.array([disc(8, 2), disc(8, 3)]), **options)
