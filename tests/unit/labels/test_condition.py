"""Attributes that are asked only with some answers to others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import Invalid
from assay.labels.attributes import Attributes, check_attributes, merge_attributes, read_attributes
from assay.labels.classes import read_classes
from assay.labels.condition import holds, keep_asked
from assay.labels.kind import Answer

_NAMES = ("a", "b", "c", "d", "e")
_CHOICES = ("x", "y", "z")


def _attributes(asked: list[dict[str, Any]]) -> Attributes:
    classes = read_classes([{"name": "k", "attributes": asked}], "", keys=frozenset({"attributes"}))
    return read_attributes(classes["k"], {})


@st.composite
def _asked(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Choices that depend on those before them, in any order: no circle."""
    made: list[dict[str, Any]] = []
    for place, name in enumerate(_NAMES):
        when = draw(
            st.dictionaries(
                st.sampled_from(_NAMES[:place]),
                st.lists(st.sampled_from(_CHOICES), min_size=1, max_size=2),
                max_size=2,
            )
            if place
            else st.just({})
        )
        asked = {"name": name, "kind": "choice", "classes": list(_CHOICES), "multiple": draw(st.booleans())}
        made.append(asked | ({"when": when} if when else {}) | {"required": draw(st.booleans())})
    return draw(st.permutations(made))


@st.composite
def _answers(draw: st.DrawFn, asked: list[dict[str, Any]]) -> dict[str, Any]:
    several = st.lists(st.sampled_from(_CHOICES), unique=True)
    return {
        one["name"]: draw(several if one["multiple"] else st.sampled_from(_CHOICES))
        for one in asked
        if draw(st.booleans())
    }


@given(st.data())
def test_what_is_kept_is_what_is_accepted_and_no_more_could_be(data: st.DataObject) -> None:
    asked = data.draw(_asked())
    attributes = _attributes([one | {"required": False} for one in asked])
    answers = data.draw(_answers(asked))
    conditions = {name: attribute.when for name, attribute in attributes.items()}
    kept = keep_asked(answers, conditions)
    check_attributes({"attributes": kept}, attributes, {}, "")
    assert keep_asked(kept, conditions) == kept
    for name in answers.keys() - kept.keys():
        with pytest.raises(Invalid) as refused:
            check_attributes({"attributes": kept | {name: answers[name]}}, attributes, {}, "")
        assert (refused.value.code, refused.value.pointer) == ("label.condition", f"/attributes/{name}")


@given(st.data())
def test_an_attribute_is_required_only_while_it_is_asked(data: st.DataObject) -> None:
    asked = data.draw(_asked())
    attributes = _attributes(asked)
    conditions = {name: attribute.when for name, attribute in attributes.items()}
    kept = keep_asked(data.draw(_answers(asked)), conditions)
    missing = [
        name
        for name, attribute in attributes.items()
        if attribute.required and name not in kept and holds(attribute.when, kept)
    ]
    if not missing:
        check_attributes({"attributes": kept}, attributes, {}, "")
        return
    with pytest.raises(Invalid) as refused:
        check_attributes({"attributes": kept}, attributes, {}, "")
    assert (refused.value.code, refused.value.pointer) == ("label.required", f"/attributes/{missing[0]}")


def test_a_merged_answer_goes_where_its_condition_went() -> None:
    attributes = _attributes(
        [
            {"name": "broken", "kind": "choice", "classes": ["yes", "no"]},
            {"name": "how", "kind": "rating", "min": 1, "max": 3, "when": {"broken": ["yes"]}},
            {"name": "why", "kind": "text", "when": {"how": [3]}},
        ]
    )
    torn = {"broken": "yes", "how": 3, "why": "rust"}

    def merge(*objects: dict[str, Any]) -> dict[str, Any]:
        drawn = [
            (Answer(labeler=f"w{n}", value=[], accuracy=0.8), {"attributes": held})
            for n, held in enumerate(objects)
        ]
        return merge_attributes(drawn, attributes, {})

    assert merge(torn, torn, {"broken": "no"}) == torn
    assert merge(torn, {"broken": "no"}, {"broken": "no"}) == {"broken": "no"}
