"""Label Studio: who answered, which units offsets count, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assay.errors import AssayError, Unsupported
from assay.formats import FORMATS
from assay.formats.bundle import MemoryBundle
from assay.formats.format import Notes, Record
from assay.formats.pipeline import Refusal, read_records
from assay.formats.sink import MemorySink
from assay.labels.schema import read_schema

STUDIO = FORMATS["label-studio"]
SPAN = {"type": "labels", "from_name": "who", "to_name": "text"}
SIDES = {"original_width": 200, "original_height": 100}


def _task(*results: dict[str, Any], data: dict[str, Any] | None = None, **more: Any) -> MemoryBundle:
    answer = {"result": list(results)} | more
    task = {"id": 1, "data": data if data is not None else {"text": "Ann ran"}, "annotations": [answer]}
    return MemoryBundle({"a.json": json.dumps([task]).encode()})


def _read(bundle: MemoryBundle) -> Any:
    ontology = read_schema(STUDIO.imply_ontology(bundle)).ontology
    (found,) = read_records(STUDIO, bundle, ontology, Notes())
    return found


@pytest.mark.parametrize(
    ("completed_by", "labeler"),
    [
        (7, "label-studio:7"),
        ({"id": 7}, "label-studio:7"),
        ({"id": 7, "email": "a@example.org"}, "a@example.org"),
        (None, "label-studio:unknown"),
    ],
)
def test_every_annotation_is_a_vote_of_its_labeler(completed_by: Any, labeler: str) -> None:
    value = {"start": 0, "end": 3, "text": "Ann", "labels": ["PER"]}
    record = _read(_task(SPAN | {"id": "s", "value": value}, completed_by=completed_by))
    assert record.label is None
    assert [vote.labeler for vote in record.votes] == [labeler]
    assert record.votes[0].label == {"who": [{"id": "s", "class": "PER", "start": 0, "end": 3}]}


def test_percentages_become_pixels() -> None:
    value = {"x": 10, "y": 20, "width": 50, "height": 25, "rectanglelabels": ["car"]}
    result = {
        "id": "b",
        "type": "rectanglelabels",
        "from_name": "o",
        "to_name": "pic",
        "value": value,
    } | SIDES
    record = _read(_task(result, data={"pic": "/data/upload/1/a.jpg"}))
    assert record.votes[0].label == {"o": [{"id": "b", "class": "car", "box": [20, 20, 100, 25]}]}
    assert record.sizes == {"pic": (200, 100)}
    assert record.media == {"pic": "data/upload/1/a.jpg"}


@pytest.mark.parametrize(
    "result",
    [
        SPAN | {"value": {"start": 0, "end": 2, "text": "Bob", "labels": ["PER"]}},
        SPAN | {"value": {"start": 0, "end": 3, "labels": ["PER"]}},
        SPAN | {"value": {"start": "0", "end": 3, "text": "Ann", "labels": ["PER"]}},
        {"type": "rectanglelabels", "from_name": "o", "value": {"x": 1, "y": 1, "rectanglelabels": ["a"]}}
        | SIDES,
        {"type": "polygonlabels", "from_name": "o", "value": {"points": [1], "polygonlabels": ["a"]}} | SIDES,
        {"type": "polygonlabels", "from_name": "o", "value": {"points": [], "polygonlabels": ["a"]}},
    ],
)
def test_a_result_that_cannot_be_placed_refuses_its_task(result: dict[str, Any]) -> None:
    found = _read(_task(result, completed_by=1))
    assert isinstance(found, Refusal)
    assert (found.where, found.error.code) == ("task 0", "format.invalid")


def test_several_choices_imply_a_question_that_takes_several() -> None:
    result = {"type": "choices", "from_name": "c", "to_name": "text", "value": {"choices": ["a", "b"]}}
    record = _read(_task(result, completed_by=1))
    assert record.votes[0].label == {"c": ["a", "b"]}


def test_a_control_whose_field_is_unclear_is_refused() -> None:
    value = {"start": 0, "end": 1, "text": "A", "labels": ["PER"]}
    with pytest.raises(AssayError, match="to_name"):
        _read(_task(SPAN | {"to_name": "body", "value": value}, data={"text": "A", "title": "B"}))


@pytest.mark.parametrize("content", [b"[]", b'[{"id": 1, "data": {}}]'])
def test_a_file_without_results_implies_nothing(content: bytes) -> None:
    assert STUDIO.imply_ontology(MemoryBundle({"a.json": content})) is None


def test_it_is_read_and_never_written() -> None:
    ontology = read_schema({"fields": {"a": "text"}, "questions": [{"name": "t", "kind": "text"}]}).ontology
    with pytest.raises(Unsupported):
        STUDIO.writer(MemorySink(), ontology, Notes())


def test_predictions_that_are_only_numbers_are_left_out() -> None:
    task = {"id": 1, "data": {"text": "x"}, "annotations": [], "predictions": [7]}
    ontology = read_schema(
        {"fields": {"text": "text"}, "questions": [{"name": "t", "kind": "text"}]}
    ).ontology
    bundle = MemoryBundle({"a.json": json.dumps([task]).encode()})
    (found,) = read_records(STUDIO, bundle, ontology, Notes())
    assert isinstance(found, Record)
    assert found.item.predictions == ()
