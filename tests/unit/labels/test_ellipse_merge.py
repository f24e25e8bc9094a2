"""Ellipses of several labelers merged."""

import math
from typing import Any

import numpy as np
import pytest

from assay.geometry.ellipse import (
    ellipse_extents,
    ellipse_from_matrix,
    matrices_from_ellipses,
    shapes_from_ellipses,
)
from assay.geometry.polygon import polygon_iou
from assay.labels.kind import Answer
from assay.labels.schema import read_schema

KIND = read_schema(
    {
        "fields": {"image": "image"},
        "questions": [{"name": "cells", "kind": "ellipse", "field": "image", "classes": ["cell"]}],
    }
).kinds["cells"]


def _merge(*ellipses: Any) -> Any:
    answers = [
        Answer(labeler=f"w{n}", value=[{"id": "e", "class": "cell", "ellipse": ellipse}], accuracy=0.9)
        for n, ellipse in enumerate(ellipses)
    ]
    merged = KIND.merge(answers, {}).value
    KIND.check(merged, {}, {}, "/cells")
    assert len(merged) == 1
    return merged[0]["ellipse"]


def test_extents_and_areas_are_the_ellipses() -> None:
    turned = np.array([[50.0, 50.0, 20.0, 10.0, math.pi / 2], [50.0, 50.0, 20.0, 10.0, math.pi / 4]])
    assert ellipse_extents(turned) == pytest.approx(np.array([[10, 20], [math.sqrt(250)] * 2]))
    assert [shape.area for shape in shapes_from_ellipses(turned)] == pytest.approx([200 * math.pi] * 2)


def test_a_matrix_gives_its_ellipse_back() -> None:
    for ellipse in ([50, 50, 20, 10, 0.3], [50, 50, 10, 20, -1.2], [50, 50, 20, 10, math.pi / 2]):
        (matrix,) = matrices_from_ellipses(np.array([ellipse], dtype=np.float64))
        again = ellipse_from_matrix(np.array(ellipse[:2]), matrix, ellipse[4])
        assert again[:4] == pytest.approx(ellipse[:4])
        assert math.sin(again[4] - ellipse[4]) == pytest.approx(0, abs=1e-12)
    circle = ellipse_from_matrix(np.array([5, 5]), 3 * np.eye(2), 1.0)
    assert circle.tolist() == [5, 5, 3, 3, 0]


@pytest.mark.parametrize("seed", range(4))
def test_the_middle_is_better_than_one_drawing(seed: int) -> None:
    generator = np.random.default_rng(seed)
    truth = np.array([100, 100, 40, 20, generator.uniform(-1.4, 1.4)])
    drawn = truth + generator.normal(0, 1, (5, 5)) * [2, 2, 2, 2, 0.05]
    merged = np.array(_merge(*drawn.tolist()))
    (shape,) = shapes_from_ellipses(truth[None, :])
    each = polygon_iou(shapes_from_ellipses(drawn), [shape]).mean()
    assert polygon_iou(shapes_from_ellipses(merged[None, :]), [shape]).item() > each + 0.02


def test_two_ways_to_write_one_ellipse_have_it_for_their_middle() -> None:
    merged = _merge([50, 50, 40, 20, 0.25], [50, 50, 20, 40, 0.25 - math.pi / 2])
    assert merged == pytest.approx([50, 50, 40, 20, 0.25])


def test_drawings_at_the_edge_stay_inside() -> None:
    # Each reaches all four edges of an image of 100 x 100.
    round_, long_ = [50, 50, 50, 50, 0], [50, 50, 60, math.sqrt(5000 - 3600), math.pi / 4]
    merged = np.array([_merge(round_, long_)])
    assert np.all(ellipse_extents(merged) <= 50 + 1e-9)
