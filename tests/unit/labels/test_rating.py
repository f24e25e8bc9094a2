"""Ratings voted on and ratings merged."""

import pytest

from assay.labels.kind import Answer, Kind
from assay.labels.schema import read_schema


def _kind(low: float, high: float, step: float = 1) -> Kind:
    question = {"name": "q", "kind": "rating", "min": low, "max": high, "step": step}
    return read_schema({"fields": {"note": "text"}, "questions": [question]}).kinds["q"]


def _merge(kind: Kind, *values: float) -> float:
    value = kind.merge(
        [Answer(labeler=f"w{n}", value=v, accuracy=0.7) for n, v in enumerate(values)], {}
    ).value
    assert isinstance(value, int | float)
    return value


@pytest.mark.parametrize(("levels", "voted"), [(11, True), (12, False)])
def test_few_levels_are_voted_on(levels: int, voted: bool) -> None:
    assert (_kind(1, levels).ballots(1) is not None) is voted


def test_the_same_level_written_in_two_ways_is_one_answer() -> None:
    kind = _kind(0, 1, 0.1)
    assert kind.ballots(0.3) == kind.ballots(0.1 + 0.2)
    assert _kind(1, 5).ballots(3) == _kind(1, 5).ballots(3.0)


def test_of_equally_likely_levels_the_one_nearer_to_the_mean_is_elected() -> None:
    posterior = {"1": 0.1, "2": 0.3, "4": 0.1, "5": 0.3, "3": 0.2}
    assert _kind(1, 5).elect({"": posterior}) == (2, 0.3)


def test_an_outlier_does_not_drag_a_fine_scale() -> None:
    assert _merge(_kind(0, 100), 70, 71, 5) == 70


def test_fractions_come_back_as_they_are_written() -> None:
    assert _merge(_kind(0, 10, 0.1), 0.3, 0.3, 0.4) == 0.3
