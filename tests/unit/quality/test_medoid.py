"""The answer most like all others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.quality.medoid import edit_distance, weighted_medoid


def _textbook(left: str, right: str) -> int:
    """Wagner and Fischer's table, row by row."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left):
        above, row[0] = row[:], i + 1
        for j, b in enumerate(right):
            row[j + 1] = min(above[j + 1] + 1, row[j] + 1, above[j] + (a != b))
    return row[-1]


@given(st.text("abc", max_size=80), st.text("abc", max_size=80))
def test_edit_distance_is_the_textbooks(left: str, right: str) -> None:
    assert edit_distance(left, right) == _textbook(left, right)


def test_edit_distance_of_words() -> None:
    assert edit_distance(["the", "cat", "sat"], ["the", "dog", "sat", "down"]) == 2


def test_the_medoid_is_the_one_in_the_middle() -> None:
    alike = np.array([[1.0, 0.8, 0.1], [0.8, 1.0, 0.8], [0.1, 0.8, 1.0]])
    best, probability = weighted_medoid(alike, [0, 1, 2], [0.7, 0.7, 0.7])
    assert best == 1
    assert 0.5 < probability < 1.0


def test_skill_moves_the_medoid() -> None:
    best, _ = weighted_medoid(np.eye(3), [0, 1, 2], [0.6, 0.6, 0.95])
    assert best == 2


def test_one_answer_is_as_sure_as_its_labeler() -> None:
    assert weighted_medoid(np.eye(1), [0], [0.7]) == (0, pytest.approx(0.7))
