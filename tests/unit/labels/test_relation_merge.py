"""Edges between objects that each labeler drew and named alone."""

from typing import Any

import pytest

from assay.labels.kind import Answer, Kind
from assay.labels.schema import read_schema


def _kind() -> Kind:
    return read_schema(
        {
            "fields": {"note": "text"},
            "questions": [
                {"name": "who", "kind": "span", "field": "note", "classes": ["PER", "LOC"]},
                {"name": "edges", "kind": "relation", "between": ["who"], "classes": ["in", "knows"]},
            ],
        }
    ).kinds["edges"]


def _label(person: str, place: str, *, edge: bool = True, place_class: str = "LOC") -> dict[str, Any]:
    return {
        "who": [
            {"id": person, "class": "PER", "start": 0, "end": 3},
            {"id": place, "class": place_class, "start": 10, "end": 14},
        ],
        "edges": [{"id": "e", "class": "in", "from": person, "to": place}] if edge else [],
    }


def _answer(labeler: str, label: dict[str, Any], accuracy: float = 0.9) -> Answer:
    return Answer(labeler=labeler, value=label["edges"], accuracy=accuracy, label=label)


def test_edges_meet_though_the_ids_differ() -> None:
    merged = _kind().merge([_answer("ann", _label("a", "b")), _answer("bob", _label("x", "y"))], {})
    assert merged.value == [{"id": "e", "class": "in", "from": "a", "to": "b"}]
    assert merged.probability["e"] > 0.95


def test_the_same_ids_for_different_objects_do_not_meet() -> None:
    turned = {"who": _label("b", "a")["who"], "edges": _label("a", "b")["edges"]}
    merged = _kind().merge([_answer("ann", _label("a", "b")), _answer("bob", turned)], {})
    assert [(edge["from"], edge["to"]) for edge in merged.value] == [("a", "b"), ("b", "a")]


def test_one_edge_of_three_is_unlikely() -> None:
    answers = [_answer(name, _label("a", "b", edge=name == "ann")) for name in ("ann", "bob", "cem")]
    merged = _kind().merge(answers, {})
    assert merged.probability["e"] == pytest.approx(0.1)


def test_no_edge_is_likelier_than_its_ends() -> None:
    answers = [_answer("ann", _label("a", "b")), _answer("bob", _label("a", "b", place_class="PER"))]
    edges = _kind().merge(answers, {}).probability["e"]
    assert edges < 0.51
