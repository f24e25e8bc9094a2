"""Overlap of boxes."""

import numpy as np
import pytest

from assay.geometry.box import box_iou, boxes_from_edges, edges_from_boxes, overlapping_boxes


def test_iou_of_every_pair() -> None:
    left = np.array([[0.0, 0.0, 10.0, 10.0], [100.0, 100.0, 1.0, 1.0]])
    right = np.array([[0.0, 0.0, 10.0, 10.0], [5.0, 0.0, 10.0, 10.0], [10.0, 0.0, 5.0, 5.0]])
    assert box_iou(left, right) == pytest.approx(np.array([[1.0, 1 / 3, 0.0], [0.0, 0.0, 0.0]]))


def test_a_box_and_itself_overlap_by_exactly_1_whatever_the_rounding() -> None:
    boxes = np.random.default_rng(1).uniform(0.1, 0.3, (1000, 4))
    assert np.all(np.diag(box_iou(boxes, boxes)) == 1.0)


def test_nothing_overlaps_with_nothing() -> None:
    assert box_iou(np.empty((0, 4)), np.ones((3, 4))).shape == (0, 3)
    assert box_iou(np.zeros((1, 4)), np.zeros((1, 4))).item() == 0.0


def test_edges_and_boxes_are_inverse() -> None:
    boxes = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert edges_from_boxes(boxes).tolist() == [[1.0, 2.0, 4.0, 6.0]]
    assert boxes_from_edges(edges_from_boxes(boxes)).tolist() == boxes.tolist()


def test_the_pairs_that_touch_are_the_ones_with_overlap() -> None:
    generator = np.random.default_rng(2)
    left, right = generator.uniform(0.1, 40.0, (60, 4)), generator.uniform(0.1, 40.0, (50, 4))
    pairs, overlap = overlapping_boxes(left, right)
    dense = np.zeros((60, 50))
    dense[pairs[:, 0], pairs[:, 1]] = overlap
    assert np.array_equal(dense, box_iou(left, right))
