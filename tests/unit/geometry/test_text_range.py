"""Ranges of text."""

import numpy as np
import pytest

from assay.geometry.text_range import range_iou, splits_character


def test_iou_of_every_pair() -> None:
    left = np.array([[0.0, 4.0], [10.0, 12.0]])
    right = np.array([[0.0, 4.0], [2.0, 6.0], [4.0, 8.0]])
    assert range_iou(left, right) == pytest.approx(np.array([[1.0, 1 / 3, 0.0], [0.0, 0.0, 0.0]]))


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("e\u0301", 1),  # letter and accent
        ("\u0915\u093f", 1),  # Devanagari ka and its vowel sign
        ("\U0001f469\u200d\U0001f680", 1),  # woman, joiner, rocket
        ("\U0001f469\u200d\U0001f680", 2),
        ("\U0001f44b\U0001f3fd", 1),  # hand and its skin tone
        ("\u2764\ufe0f", 1),  # heart and its presentation
        ("\r\n", 1),
    ],
)
def test_offsets_inside_what_is_read_as_one(text: str, offset: int) -> None:
    assert splits_character(text, offset)


@pytest.mark.parametrize(
    ("text", "offset"), [("ab", 1), ("e\u0301", 0), ("e\u0301", 2), ("\n\r", 1), ("\U0001f600\U0001f600", 1)]
)
def test_offsets_between_characters(text: str, offset: int) -> None:
    assert not splits_character(text, offset)
