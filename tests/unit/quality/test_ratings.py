"""Ratings with their distances."""

import numpy as np
import pytest

from assay.quality.ratings import ordinal_posterior


def test_it_is_the_two_sided_geometric_law() -> None:
    ratio = (1 - 0.6) / (1 + 0.6)
    law = np.array([[ratio ** abs(v - t) for t in range(4)] for v in range(4)])
    law /= law.sum(axis=0)
    assert ordinal_posterior([1], [0.6], 4) == pytest.approx(law[1] / law[1].sum())


def test_a_rating_between_two_beats_either_extreme() -> None:
    posterior = ordinal_posterior([2, 5, 8], [0.7, 0.7, 0.7], 11)
    assert posterior.argmax() == 5


def test_an_outlier_does_not_drag() -> None:
    assert ordinal_posterior([4, 4, 10], [0.7, 0.7, 0.7], 11).argmax() == 4


def test_skill_decides_between_two() -> None:
    assert ordinal_posterior([2, 8], [0.9, 0.6], 11).argmax() == 2
