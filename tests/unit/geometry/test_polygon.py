"""Validity, overlap and majority of polygons."""

import numpy as np
import pytest
import shapely

from assay.geometry.polygon import (
    majority_shape,
    polygon_fault,
    polygon_iou,
    rings_from_shape,
    shape_from_rings,
)


def _square(x: float, y: float, side: float) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]


def test_a_hole_is_not_part_of_the_area() -> None:
    shape = shape_from_rings([[_square(0, 0, 10), _square(2, 2, 5)]])
    assert shape.area == 75.0


def test_rings_come_back_open_with_the_largest_part_first() -> None:
    polygons = [[_square(0, 0, 2)], [_square(10, 10, 10), _square(12, 12, 3)]]
    assert rings_from_shape(shape_from_rings(polygons)) == polygons[::-1]


@pytest.mark.parametrize(
    ("polygons", "where"),
    [
        ([[_square(0, 0, 10)]], None),
        ([[_square(0, 0, 10), _square(0, 2, 5)]], (0,)),  # the hole shares a side with the outer ring
        ([[_square(0, 0, 10), _square(2, 2, 9)]], (0, 1)),
        ([[_square(0, 0, 10), _square(1, 1, 4), _square(4, 4, 4)]], (0,)),
        ([[_square(0, 0, 10)], [[[20, 20], [30, 30], [30, 20], [20, 30]]]], (1, 0)),
        ([[_square(0, 0, 10)], [_square(5, 5, 10)]], ()),
        ([[_square(0, 0, 10)], [_square(20, 0, 10)]], None),
        ([[[[0, 0], [1, 1], [0, 0]]]], (0, 0)),
    ],
)
def test_faults_are_found_where_they_are(
    polygons: list[list[list[list[float]]]], where: tuple[int, ...] | None
) -> None:
    fault = polygon_fault(polygons)
    assert (fault and fault[0]) == where


def test_iou_of_every_pair() -> None:
    left = [shape_from_rings([[_square(0, 0, 10)]])]
    right = [shape_from_rings([[_square(5, 0, 10)]]), shape_from_rings([[_square(50, 50, 10)]])]
    assert polygon_iou(left, right) == pytest.approx(np.array([[1 / 3, 0.0]]))
    assert polygon_iou([], right).shape == (0, 2)


def test_the_majority_of_three_is_what_two_of_them_share() -> None:
    shapes = [shape_from_rings([[_square(x, 0, 10)]]) for x in (0, 1, 5)]
    merged = majority_shape(shapes, [1.0, 1.0, 1.0])
    assert merged is not None
    assert merged.equals(shapely.box(1, 0, 11, 10))


def test_the_majority_follows_weight() -> None:
    shapes = [shape_from_rings([[_square(x, 0, 10)]]) for x in (0, 1, 5)]
    merged = majority_shape(shapes, [1.0, 1.0, 5.0])
    assert merged is not None
    assert merged.equals(shapes[2])


def test_shapes_apart_have_no_majority() -> None:
    shapes = [shape_from_rings([[_square(x, 0, 10)]]) for x in (0, 20, 40)]
    assert majority_shape(shapes, [1.0, 1.0, 1.0]) is None


def test_the_majority_keeps_a_hole_that_most_drew_and_drops_slivers() -> None:
    shapes = [
        shape_from_rings([[_square(0, 0, 100), _square(40, 40, 10)]]),
        shape_from_rings([[_square(0, 0, 100), _square(40.001, 40, 10)]]),
        shape_from_rings([[_square(0, 0, 100)]]),
    ]
    merged = majority_shape(shapes, [1.0, 1.0, 1.0])
    assert merged is not None
    assert len(rings_from_shape(merged)) == 1
    assert len(rings_from_shape(merged)[0]) == 2
    assert merged.area == pytest.approx(9900.0, abs=0.1)
