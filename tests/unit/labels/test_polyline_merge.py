"""Lines of several labelers merged."""

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.geometry.polyline import line_likeness
from assay.labels.kind import Answer
from assay.labels.polyline import MAX_AVERAGED
from assay.labels.schema import read_schema

KIND = read_schema(
    {
        "fields": {"image": "image"},
        "questions": [{"name": "lanes", "kind": "polyline", "field": "image", "classes": ["lane"]}],
    }
).kinds["lanes"]


def _merge(*lines: Any) -> Any:
    answers = [
        Answer(labeler=f"w{n}", value=[{"id": "l", "class": "lane", "polyline": line}], accuracy=0.9)
        for n, line in enumerate(lines)
    ]
    merged = KIND.merge(answers, {}).value
    KIND.check(merged, {}, {}, "/lanes")
    assert len(merged) == 1
    return merged[0]["polyline"]


@pytest.mark.parametrize("seed", range(4))
def test_the_middle_is_better_than_one_drawing(seed: int) -> None:
    generator = np.random.default_rng(seed)
    across = np.linspace(20, 380, 9)
    truth = np.column_stack([across, 100 + 40 * np.sin(across / 60)])
    drawn = [truth + generator.normal(0, 3, truth.shape) for _ in range(5)]
    # One labeler draws from the other end, another with every second point.
    drawn[1], drawn[2] = drawn[1][::-1], drawn[2][::2]
    likeness = line_likeness([truth, *drawn, np.array(_merge(*(line.tolist() for line in drawn)))])
    assert likeness[0, -1] > likeness[0, 1:-1].mean()


def test_long_drawings_give_the_one_in_the_middle() -> None:
    across = np.linspace(0, 500, MAX_AVERAGED + 1)
    lines = [np.column_stack([across, np.full(len(across), y)]).tolist() for y in (10.0, 12.0, 15.0)]
    assert _merge(*lines) == lines[1]


def test_a_flood_of_points_is_refused_before_it_is_measured() -> None:
    line = [[0, 0]] * 100_001
    with pytest.raises(Invalid) as one:
        KIND.check([{"id": "l", "class": "lane", "polyline": line}], {}, {}, "/lanes")
    assert (one.value.pointer, one.value.limit) == ("/lanes/0/polyline", 100_000)
    with pytest.raises(Invalid) as together:
        KIND.check([{"id": "l", "class": "lane", "polyline": line}] * 5, {}, {}, "/lanes")
    assert (together.value.pointer, together.value.limit) == ("/lanes", 500_000)
