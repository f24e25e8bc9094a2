"""The four errors of single objects, in boxes and in spans."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.geometry.box import box_iou
from assay.quality.object_errors import ObjectError, object_errors

BOXES = np.array(
    [[0.0, 0.0, 10.0, 10.0], [50.0, 0.0, 10.0, 10.0], [100.0, 0.0, 10.0, 10.0], [150.0, 0.0, 10.0, 10.0]]
)


def test_each_error_is_named() -> None:
    """Label 0 is fine, 1 is of the wrong class, 2 half a box off, 3 is not there; prediction 3 was missed."""
    predicted = np.array([[0.0, 0, 10, 10], [50.0, 0, 10, 10], [105.0, 0, 10, 10], [300.0, 0, 10, 10]])
    found = object_errors(box_iou(BOXES, predicted), [0, 0, 0, 0], [0, 1, 0, 0], [0.99, 0.9, 0.8, 0.95])
    by_kind = {
        ObjectError(k).name: (int(i), int(j))
        for k, i, j in zip(found.kind, found.labelled, found.predicted, strict=True)
    }
    assert by_kind == {"MISSED": (-1, 3), "WRONG_CLASS": (1, 1), "SPURIOUS": (3, -1), "BADLY_PLACED": (2, 2)}
    assert (np.diff(found.strength) <= 0).all()
    assert found.strength[0] == 0.95
    assert found.strength[-1] == pytest.approx(0.8 * (1 - (1 / 3) / 0.75))


def test_a_perfect_item_has_no_suspicion() -> None:
    found = object_errors(np.eye(4), [0, 1, 2, 3], [0, 1, 2, 3], np.ones(4))
    assert len(found.kind) == 0
    assert found.item_strength == 0


def test_of_two_overlapping_predictions_the_same_class_is_matched() -> None:
    found = object_errors([[0.9, 0.85]], [1], [0, 1], [0.9, 0.9])
    assert found.kind.tolist() == [ObjectError.MISSED]
    assert found.predicted.tolist() == [0]


def test_spans_are_the_same() -> None:
    """A span [0, 4) labelled, [0, 8) predicted, of one class: half the overlap."""
    found = object_errors([[0.5]], [2], [2], [1.0])
    assert found.kind.tolist() == [ObjectError.BADLY_PLACED]
    assert found.strength[0] == pytest.approx(1 - 0.5 / 0.75)


def test_items_without_labels_or_predictions() -> None:
    missed = object_errors([], [], [0, 0], [0.2, 0.6])
    assert missed.predicted.tolist() == [1, 0]
    assert missed.item_strength == pytest.approx(1 - 0.8 * 0.4)
    spurious = object_errors([], [0], [], [])
    assert spurious.kind.tolist() == [ObjectError.SPURIOUS]
    assert object_errors([], [], [], []).item_strength == 0


@pytest.mark.parametrize(
    ("similarity", "own", "other", "scores"),
    [
        ([[np.nan]], [0], [0], [0.5]),
        ([[1.5]], [0], [0], [0.5]),
        ([[0.5]], [0], [0], [1.5]),
        ([[0.5]], [0, 1], [0], [0.5]),
        ([[0.5]], [-1], [0], [0.5]),
    ],
)
def test_bad_input_is_refused(similarity: Any, own: Any, other: Any, scores: Any) -> None:
    with pytest.raises(Invalid):
        object_errors(similarity, own, other, scores)
