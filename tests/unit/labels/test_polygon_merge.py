"""Outlines of several labelers merged."""

import math

import numpy as np
import pytest

from assay.errors import Invalid
from assay.geometry.polygon import polygon_iou, shape_from_rings
from assay.labels.kind import Answer
from assay.labels.schema import read_schema

KIND = read_schema(
    {
        "fields": {"image": "image"},
        "questions": [{"name": "areas", "kind": "polygon", "field": "image", "classes": ["lake"]}],
    }
).kinds["areas"]


def _star(x: float, y: float, radii: list[float]) -> list[list[float]]:
    turn = 2 * math.pi / len(radii)
    return [[x + r * math.cos(i * turn), y + r * math.sin(i * turn)] for i, r in enumerate(radii)]


def _answer(labeler: str, ring: list[list[float]], accuracy: float = 0.9) -> Answer:
    return Answer(labeler=labeler, value=[{"id": "p", "class": "lake", "polygon": [ring]}], accuracy=accuracy)


@pytest.mark.parametrize("seed", range(5))
def test_the_majority_outline_is_better_than_one_drawing(seed: int) -> None:
    generator = np.random.default_rng(seed)
    radii = generator.uniform(30, 60, 24)
    truth = shape_from_rings([[_star(100, 100, radii.tolist())]])
    drawings = [_star(100, 100, (radii + generator.normal(0, 4, 24)).tolist()) for _ in range(5)]
    merged = KIND.merge([_answer(f"w{n}", ring) for n, ring in enumerate(drawings)], {})
    KIND.check(merged.value, {}, {}, "/areas")
    each = polygon_iou([truth], [shape_from_rings([[ring]]) for ring in drawings])
    found = polygon_iou([truth], [shape_from_rings([merged.value[0]["polygon"]])])
    assert len(merged.value) == 1
    assert found.item() > each.mean() + 0.02


def test_of_two_drawings_the_better_labelers_stays() -> None:
    good, poor = _star(100, 100, [50.0] * 12), _star(105, 100, [50.0] * 12)
    merged = KIND.merge([_answer("ann", poor, 0.6), _answer("bob", good, 0.95)], {})
    assert merged.value[0]["polygon"] == [good]


def test_a_flood_of_points_is_refused_before_it_is_measured() -> None:
    ring = [[0, 0]] * 100_001
    with pytest.raises(Invalid) as one:
        KIND.check([{"id": "p", "class": "lake", "polygon": [ring]}], {}, {}, "/areas")
    assert (one.value.pointer, one.value.limit) == ("/areas/0/polygon", 100_000)
    with pytest.raises(Invalid) as together:
        KIND.check([{"id": "p", "class": "lake", "polygon": [ring]}] * 5, {}, {}, "/areas")
    assert (together.value.pointer, together.value.limit) == ("/areas", 500_000)
