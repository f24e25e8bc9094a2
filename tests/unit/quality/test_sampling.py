"""Draws from rows of probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from assay.quality.sampling import draw_classes


def test_frequencies_follow_the_rows() -> None:
    p = np.tile([0.2, 0.0, 0.8], (20_000, 1))
    drawn = draw_classes(p, np.random.default_rng(0))
    assert np.bincount(drawn, minlength=3) / 20_000 == pytest.approx([0.2, 0.0, 0.8], abs=0.01)


def test_certain_rows_and_rounding() -> None:
    rng = np.random.default_rng(1)
    assert (draw_classes(np.tile([0.0, 1.0], (100, 1)), rng) == 1).all()
    assert draw_classes(np.tile([0.5, 0.5 - 1e-9], (1000, 1)), rng).max() == 1
    assert draw_classes(np.zeros((0, 3)), rng).shape == (0,)
