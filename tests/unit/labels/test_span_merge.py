"""Spans of several labelers merged."""

from typing import Any

from assay.labels.kind import Answer
from assay.labels.schema import read_schema


def _merge(*answers: list[tuple[int, int]], overlap: bool = True, accuracy: float = 0.9) -> Any:
    question = {"name": "who", "kind": "span", "field": "note", "classes": ["PER"], "overlap": overlap}
    kind = read_schema({"fields": {"note": "text"}, "questions": [question]}).kinds["who"]
    drawn = [
        [{"id": f"s{n}", "class": "PER", "start": start, "end": end} for n, (start, end) in enumerate(answer)]
        for answer in answers
    ]
    return kind.merge(
        [Answer(labeler=f"w{n}", value=value, accuracy=accuracy) for n, value in enumerate(drawn)], {}
    )


def test_the_range_is_one_that_someone_drew_and_most_agree_with() -> None:
    merged = _merge([(0, 8)], [(0, 7)], [(0, 7)])
    assert [(span["start"], span["end"]) for span in merged.value] == [(0, 7)]


def test_nested_spans_stay_apart() -> None:
    merged = _merge([(0, 20), (0, 5)], [(0, 5), (0, 20)])
    assert sorted((span["start"], span["end"]) for span in merged.value) == [(0, 5), (0, 20)]
    assert min(merged.probability.values()) > 0.9


def test_of_spans_that_exclude_each_other_one_stays_likely() -> None:
    merged = _merge([(0, 4)], [(3, 10)], overlap=False)
    assert sorted(merged.probability.values())[0] < 0.5 <= sorted(merged.probability.values())[1]


def test_looked_and_found_none_is_a_vote() -> None:
    assert _merge([(0, 4)], [], []).probability["s0"] < 0.2
