"""One rotated box from several drawings."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.rotated_boxes import aligned_boxes, rotated_centre

BOX = [50.0, 40.0, 30.0, 10.0, 0.2]


def test_four_ways_to_write_a_rectangle_are_one() -> None:
    same = [
        BOX,
        [50.0, 40.0, 30.0, 10.0, 0.2 + np.pi],
        [50.0, 40.0, 10.0, 30.0, 0.2 + np.pi / 2],
        [50.0, 40.0, 10.0, 30.0, 0.2 - np.pi / 2],
    ]
    assert aligned_boxes(same, BOX) == pytest.approx(np.array([BOX] * 4))
    centre, error = rotated_centre(same, np.ones(4))
    assert centre == pytest.approx(BOX)
    assert 0 < error < 1


def test_a_front_is_a_front() -> None:
    backwards = [50.0, 40.0, 30.0, 10.0, 0.2 + np.pi]
    assert aligned_boxes([backwards], BOX, directed=True)[0, 4] == pytest.approx(0.2 - np.pi)


def test_angles_meet_across_the_seam() -> None:
    drawn = [[0.0, 0.0, 30.0, 10.0, np.pi / 2 - 0.1], [0.0, 0.0, 30.0, 10.0, -np.pi / 2 + 0.1]]
    centre, _ = rotated_centre(drawn, [1.0, 1.0])
    assert abs(centre[4]) == pytest.approx(np.pi / 2)


def test_an_outlier_counts_less() -> None:
    drawn = np.array([BOX] * 4 + [[80.0, 40.0, 30.0, 10.0, 1.2]]) + np.linspace(-0.01, 0.01, 5)[:, None]
    centre, _ = rotated_centre(drawn, np.ones(5))
    assert centre[0] == pytest.approx(50.0, abs=1.0)
    assert centre[4] == pytest.approx(0.2, abs=0.05)


def test_no_area_is_refused() -> None:
    with pytest.raises(Invalid):
        rotated_centre([[0.0, 0.0, 0.0, 1.0, 0.0]], [1.0])
