"""Rotated boxes of several labelers merged."""

import math
from typing import Any

import numpy as np
import pytest

from assay.geometry.polygon import polygon_iou
from assay.geometry.rotated_box import angle_within, corners_from_rotated, quarter_turned, shapes_from_rotated
from assay.labels.kind import Answer
from assay.labels.schema import read_schema

KIND = read_schema(
    {
        "fields": {"image": "image"},
        "questions": [{"name": "ships", "kind": "rotated_box", "field": "image", "classes": ["ship"]}],
    }
).kinds["ships"]
TURNED_BY_EACH = 3.0


def _merge(*boxes: list[float], accuracy: float = 0.9) -> Any:
    answers = [
        Answer(labeler=f"w{n}", value=[{"id": "r", "class": "ship", "rotated_box": box}], accuracy=accuracy)
        for n, box in enumerate(boxes)
    ]
    merged = KIND.merge(answers, {}).value
    KIND.check(merged, {}, {}, "/ships")
    assert len(merged) == 1
    return merged[0]["rotated_box"]


def test_corners_turn_clockwise_on_the_screen() -> None:
    corners = corners_from_rotated(np.array([[10.0, 20.0, 4.0, 2.0, math.pi / 2]]))
    assert corners[0] == pytest.approx(np.array([[11, 18], [11, 22], [9, 22], [9, 18]]))


def test_angles_come_into_one_turn() -> None:
    for given, kept in [(-math.pi, math.pi), (math.pi, math.pi), (3.5 * math.pi, -0.5 * math.pi), (0.0, 0.0)]:
        assert angle_within(given) == pytest.approx(kept)
        assert -math.pi < angle_within(given) <= math.pi


@pytest.mark.parametrize("seed", range(5))
def test_the_middle_is_better_than_one_drawing(seed: int) -> None:
    generator = np.random.default_rng(seed)
    truth = np.array([100.0, 100.0, 60.0, 24.0, generator.uniform(-3.1, 3.1)])
    noise = generator.normal(0, 1, (5, 5)) * [2, 2, 2, 2, math.radians(TURNED_BY_EACH)]
    # Hands write one rectangle in four ways.
    drawn = np.array(
        [quarter_turned(truth + by, turns) for by, turns in zip(noise, (0, 0, 1, 2, 0), strict=True)]
    )
    merged = np.array(_merge(*drawn.tolist()))
    each = polygon_iou(shapes_from_rotated(drawn), shapes_from_rotated(truth[None, :])).mean()
    found = polygon_iou(shapes_from_rotated(merged[None, :]), shapes_from_rotated(truth[None, :])).item()
    assert found > each + 0.03
    assert abs(angle_within(merged[4] - truth[4])) < math.radians(TURNED_BY_EACH)


def test_the_front_is_where_most_have_it() -> None:
    back = _merge([50, 50, 40, 10, 3.0], [51, 50, 40, 10, -0.1], [50, 51, 40, 10, -0.15])
    assert back[4] == pytest.approx(-0.13, abs=0.03)
    exchanged = _merge(
        [50, 50, 40, 10, 0.1], [51, 50, 10, 40, 0.1 - math.pi / 2], [50, 50, 10, 40, 0.1 - math.pi / 2]
    )
    assert exchanged[2:] == pytest.approx([10, 40, 0.1 - math.pi / 2])


def test_across_half_a_turn_the_middle_is_near_it() -> None:
    assert abs(_merge([50, 50, 40, 10, 3.1], [50, 50, 40, 10, -3.1])[4]) == pytest.approx(math.pi)


def test_a_middle_that_would_leave_the_image_gives_way_to_a_drawing() -> None:
    # Each fills the image at its own angle; the square between them would not fit.
    upright, turned = [25, 25, 50, 50, 0], [25, 25, 35.3, 35.3, 0.78]
    assert _merge(upright, turned) in (upright, turned)
