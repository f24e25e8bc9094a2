"""One line from several."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.polylines import line_distance, polyline_centre, resampled

CORNER = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 50.0]])


def test_drawings_with_other_points_and_directions_meet_in_the_middle() -> None:
    above = resampled(CORNER, np.linspace(0, 1, 31)) + np.array([0.0, 2.0])
    below = (CORNER - [0.0, 2.0])[::-1]
    found, error = polyline_centre([CORNER, above, below], np.ones(3))
    assert line_distance(found, CORNER) < 1.0
    assert np.abs(found[0] - CORNER[0]).max() < 2.0  # runs as the reference, which is the middle one
    assert 0 < error < 5
    assert len(found) < 8


def test_merging_beats_the_average_hand() -> None:
    rng = np.random.default_rng(0)
    truth = np.column_stack([np.linspace(0, 200, 40), 20 * np.sin(np.linspace(0, 6, 40))])
    drawn = [truth + rng.normal(0, 3, truth.shape) + rng.normal(0, 3, 2) for _ in range(7)]
    found, _ = polyline_centre(drawn, np.ones(7))
    single = np.mean([line_distance(line, truth) for line in drawn])
    assert line_distance(found, truth) < 0.7 * single


def test_equal_lines_stand_as_they_are() -> None:
    found, _ = polyline_centre([CORNER, CORNER], [1.0, 2.0])
    assert found.tolist() == CORNER.tolist()


def test_one_line_stands_as_it_is() -> None:
    found, error = polyline_centre([CORNER], [1.0])
    assert found.tolist() == CORNER.tolist()
    assert error > 0


def test_three_coordinates_and_lines_without_length() -> None:
    found, error = polyline_centre([np.zeros((2, 3)), np.zeros((3, 3))], [1.0, 1.0])
    assert np.array_equal(found, np.zeros((2, 3)))
    assert np.isfinite(error)


@pytest.mark.parametrize(
    "lines", [[], [[[0.0, 0.0]]], [CORNER, np.zeros((2, 3))], [[[np.nan, 0.0], [1.0, 1.0]]]]
)
def test_what_is_no_line_is_refused(lines: list[object]) -> None:
    with pytest.raises(Invalid):
        polyline_centre(lines, np.ones(len(lines)))  # type: ignore[arg-type]
