"""Means on the circle."""

import numpy as np
import pytest

from assay.quality.angles import circular_mean, unwrapped, wrapped

ROULETTE = np.deg2rad([43.0, 45.0, 52.0, 61.0, 75.0, 88.0, 88.0, 279.0, 357.0])


def test_paper_stops_of_a_roulette_wheel() -> None:
    """Mardia & Jupp 2000, chapter 2: mean direction 51°, mean resultant length 0.711."""
    mean, length = circular_mean(ROULETTE, np.ones(9))
    assert np.rad2deg(mean) == pytest.approx(51.1, abs=0.1)
    assert length == pytest.approx(0.711, abs=0.0005)


def test_the_mean_does_not_know_where_zero_is() -> None:
    mean, _ = circular_mean(np.deg2rad([359.0, 1.0]), [1.0, 1.0])
    assert mean == pytest.approx(0.0, abs=1e-12)


def test_axes_are_equal_after_half_a_turn() -> None:
    mean, length = circular_mean(np.deg2rad([10.0, 190.0, 10.0]), np.ones(3), np.pi)
    assert np.rad2deg(mean) == pytest.approx(10.0)
    assert length == pytest.approx(1.0)


def test_opposite_directions_give_the_heavier_and_no_length() -> None:
    assert circular_mean([1.0, 1.0 + np.pi], [1.0, 1.0]) == (pytest.approx(1.0), 0.0)


def test_unwrapped_angles_may_be_averaged_as_numbers() -> None:
    near = unwrapped(np.deg2rad([350.0, 10.0, 30.0]), np.ones(3))
    assert np.rad2deg(near - near[0]) == pytest.approx([0.0, 20.0, 40.0])


def test_wrapped_is_half_open() -> None:
    assert wrapped([np.pi, -np.pi, 3 * np.pi / 2]) == pytest.approx([-np.pi, -np.pi, -np.pi / 2])
