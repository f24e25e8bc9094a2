"""Drafts change by steps that can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.draft import apply_steps
from assay.errors import Invalid

A, B = {"id": "a", "class": "x"}, {"id": "b", "class": "y"}


@pytest.mark.parametrize(
    ("label", "step", "expected"),
    [
        ({}, {"question": "q", "value": 1}, {"q": 1}),
        ({"q": 1}, {"question": "q", "value": None}, {}),
        ({}, {"question": "q", "object": "a", "value": {"class": "x"}}, {"q": [A]}),
        (
            {"q": [A, B]},
            {"question": "q", "object": "a", "value": {"class": "z"}},
            {"q": [A | {"class": "z"}, B]},
        ),
        ({"q": [A, B]}, {"question": "q", "object": "a", "value": None}, {"q": [B]}),
        ({"q": [A]}, {"question": "q", "object": "a", "value": None}, {"q": []}),
        ({"q": [A]}, {"question": "q", "object": "b", "value": B}, {"q": [A, B]}),
    ],
)
def test_a_step_sets_or_removes_a_value_or_an_object(label: Any, step: Any, expected: Any) -> None:
    before = {name: list(held) if isinstance(held, list) else held for name, held in label.items()}
    assert apply_steps(label, [step], "") == expected
    assert label == before, "the label given stays as it was"


@pytest.mark.parametrize(
    "step",
    [
        None,
        {},
        {"question": "q"},
        {"question": 3, "value": 1},
        {"question": "q", "value": 1, "extra": 1},
        {"question": "q", "object": 3, "value": {}},
        {"question": "q", "object": "a", "value": 3},
        {"question": "text", "object": "a", "value": {}},
    ],
)
def test_what_is_no_step_is_refused_where_it_stands(step: Any) -> None:
    with pytest.raises(Invalid) as refused:
        apply_steps({"text": "held"}, [{"question": "q", "value": [A]}, step], "/operations/0/forward")
    assert refused.value.pointer == "/operations/0/forward/1"


@given(st.lists(st.tuples(st.sampled_from("pq"), st.one_of(st.none(), st.integers()))))
def test_the_last_value_of_a_question_stands(steps: list[tuple[str, int | None]]) -> None:
    label = apply_steps({}, [{"question": name, "value": value} for name, value in steps], "")
    assert label == {name: value for name, value in dict(steps).items() if value is not None}
