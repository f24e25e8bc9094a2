"""Matching and merging of objects, as arrays."""

import numpy as np
import pytest

from assay.quality.objects import (
    cluster_objects,
    existence,
    matched_overlap,
    robust_centre,
    split_accuracy,
    weighted_median,
    weighted_middle,
)


def _cluster(
    owner: list[int], classes: list[int], pairs: list[tuple[int, int]], overlap: list[float]
) -> list[int]:
    found = cluster_objects(
        np.array(owner, dtype=np.intp),
        np.array(classes, dtype=np.intp),
        np.array(pairs, dtype=np.intp).reshape(-1, 2),
        np.array(overlap),
    )
    return found.tolist()


def test_objects_of_one_labeler_never_join_even_through_a_third() -> None:
    # 0 and 1 are one labeler's; 2, another's, overlaps both and goes to the nearer.
    assert _cluster([0, 0, 1], [0, 0, 0], [(0, 2), (1, 2)], [0.6, 0.7]) == [0, 1, 1]


def test_the_same_class_joins_before_the_larger_overlap() -> None:
    assert _cluster([0, 0, 1], [0, 1, 0], [(0, 2), (1, 2)], [0.6, 0.9]) == [0, 1, 0]


def test_too_little_overlap_is_another_object() -> None:
    assert _cluster([0, 1], [0, 0], [(0, 1)], [0.3]) == [0, 1]


def test_three_labelers_join() -> None:
    assert _cluster([0, 1, 2], [0, 0, 0], [(0, 1), (0, 2), (1, 2)], [0.8, 0.7, 0.9]) == [0, 0, 0]
    assert _cluster([], [], [], []) == []


def test_one_of_three_is_unlikely_and_two_of_three_are_likely() -> None:
    drawn = np.array([[True, False, False], [True, True, False], [True, True, True]])
    alone, most, all_of_them = existence(drawn, [0.9, 0.9, 0.9])
    assert alone == pytest.approx(0.1)
    assert most == pytest.approx(0.9)
    assert all_of_them == pytest.approx(0.9**3 / (0.9**3 + 0.1**3))


def test_finding_and_naming_together_have_the_labelers_accuracy() -> None:
    assert split_accuracy([0.81], 5) == pytest.approx([0.9])
    assert split_accuracy([0.81], 1) == pytest.approx([0.81])


def test_weighted_median() -> None:
    assert weighted_median([3, 1, 2], [1, 1, 1]) == 2.0
    assert weighted_median([1, 2], [1, 1]) == 1.5
    assert weighted_median([1, 2, 10], [1, 1, 5]) == 10.0


def test_the_centre_of_two_is_their_mean_by_weight() -> None:
    assert robust_centre([[0.0, 0.0, 10.0, 10.0], [1.0, 0.0, 11.0, 10.0]], [1.0, 1.0]) == pytest.approx(
        [0.5, 0.0, 10.5, 10.0]
    )


def test_an_outlier_hardly_moves_the_centre() -> None:
    good = [[10.0, 10.0, 50.0, 50.0], [10.5, 9.5, 50.5, 49.5], [9.5, 10.5, 49.5, 50.5]]
    with_outlier = robust_centre([*good, [10.0, 10.0, 90.0, 50.0]], [1.0] * 4)
    assert abs(with_outlier[2] - 50.0) < 1.0


def test_equal_drawings_stay_exactly_as_they_are() -> None:
    drawn = [0.1, 0.2, 0.7, 0.9]
    assert robust_centre([drawn] * 3, [0.3, 0.7, 0.9]).tolist() == drawn


def test_the_middle_is_the_drawing_most_others_overlap() -> None:
    overlap = np.array([[1.0, 0.8, 0.5], [0.8, 1.0, 0.8], [0.5, 0.8, 1.0]])
    assert weighted_middle(overlap, [1.0, 1.0, 1.0]) == 1
    assert weighted_middle([[1.0, 0.6], [0.6, 1.0]], [1.0, 2.0]) == 1


def test_the_larger_overlap_is_matched_first_and_each_object_once() -> None:
    pairs, overlap = np.array([[0, 0], [0, 1], [1, 0]]), np.array([0.6, 0.9, 0.5])
    assert matched_overlap(pairs, overlap, np.array([0, 1]), np.array([2, 3])) == pytest.approx(1.4)


def test_exchanging_the_sides_changes_nothing_though_overlaps_are_equal() -> None:
    pairs, overlap = np.array([[0, 0], [0, 1], [1, 0]]), np.array([0.5, 0.5, 0.5])
    left, right = np.array([0, 3]), np.array([1, 2])
    there = matched_overlap(pairs, overlap, left, right)
    assert there == matched_overlap(pairs[:, ::-1], overlap, right, left)
