"""Classes voted on, singly and in sets."""

from typing import Any

import pytest

from assay.labels.choice import MAX_FACETS
from assay.labels.kind import Answer, Ballot, Kind
from assay.labels.schema import read_schema


def _kind(classes: list[Any], *, multiple: bool = False) -> Kind:
    question = {"name": "q", "kind": "choice", "classes": classes, "multiple": multiple}
    return read_schema({"fields": {"note": "text"}, "questions": [question]}).kinds["q"]


def _answers(*given: tuple[Any, float]) -> list[Answer]:
    return [
        Answer(labeler=f"w{n}", value=value, accuracy=accuracy) for n, (value, accuracy) in enumerate(given)
    ]


def test_a_choice_is_one_ballot_among_all_classes_of_the_tree() -> None:
    kind = _kind(["a", {"name": "b", "children": ["c", "d"]}])
    assert kind.ballots("c") == (Ballot(facet="", answer="c", n_answers=4),)


def test_a_set_is_a_yes_or_no_for_each_class() -> None:
    kind = _kind(["a", "b"], multiple=True)
    assert kind.ballots(["b"]) == (
        Ballot(facet="a", answer="no", n_answers=2),
        Ballot(facet="b", answer="yes", n_answers=2),
    )


def test_a_set_is_as_sure_as_all_its_parts_together() -> None:
    kind = _kind(["a", "b"], multiple=True)
    value, probability = kind.elect({"a": {"yes": 0.9, "no": 0.1}, "b": {"yes": 0.2, "no": 0.8}})
    assert value == ["a"]
    assert probability == pytest.approx(0.72)


def test_too_many_classes_for_facets_are_merged() -> None:
    names = [f"class {number}" for number in range(MAX_FACETS + 1)]
    kind = _kind(names, multiple=True)
    assert kind.ballots(names[:3]) is None
    with pytest.raises(TypeError):
        kind.elect({})
    assert kind.merge(_answers((names[:3], 0.9), (names[:2], 0.9), (names[:2], 0.9)), {}).value == names[:2]


def test_skill_outvotes_number() -> None:
    merged = _kind(["a", "b"]).merge(_answers(("a", 0.95), ("b", 0.6), ("b", 0.6)), {})
    assert merged.value == "a"
    assert merged.probability == pytest.approx(0.95 * 0.16 / (0.95 * 0.16 + 0.05 * 0.36))


def test_of_equals_the_first_written_is_elected() -> None:
    assert _kind(["b", "a"]).merge(_answers(("a", 0.8), ("b", 0.8)), {}).value == "b"


def test_a_class_that_is_gone_wins_only_where_nobody_chose_another() -> None:
    kind = _kind(["a", "b"])
    assert kind.elect({"": {"gone": 0.9, "b": 0.1}}) == ("b", 0.1)
    assert kind.elect({"": {"gone": 0.9, "also gone": 0.1}}) == ("gone", 0.9)
