"""What a certificate reads of a snapshot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assay.domain.certificate import Slice
from assay.errors import Invalid
from assay.service.snapshot_lines import (
    indexed_errors,
    lines_at,
    members,
    predicted_error,
    predicted_errors,
)

LINES: list[dict[str, Any]] = [
    {"label": {"topic": "news", "tags": ["a", "b"]}, "probability": {"topic": 0.9, "tags": 0.5}, "task": "1"},
    {"label": {"topic": "x"}, "probability": {"topic": 1.0}, "task": "2", "gold": True},
    {"label": {"boxes": [{"id": "b1", "class": "cat"}]}, "probability": {"boxes": {"b1": 0.7}}, "task": "3"},
    {"label": {"boxes": []}, "probability": {"boxes": {}}, "task": "4", "metadata": {"web": True, "n": 3}},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lines"
    path.write_text("".join(json.dumps(line) + "\n" for line in ({"assay": 1}, *LINES)))
    return path


def test_gold_is_no_item(file: Path) -> None:
    assert predicted_errors(file) == pytest.approx([0.55, 0.3, 0.0])


def test_lines_are_found_again_by_where_they_begin(file: Path) -> None:
    errors, places = indexed_errors(file)
    assert errors.tolist() == predicted_errors(file).tolist()
    assert [line["task"] for line in lines_at(file, places[[2, 0]].tolist())] == ["4", "1"]
    empty = file.with_name("empty")
    empty.write_text('{"assay": 1}\n')
    assert [len(column) for column in indexed_errors(empty)] == [0, 0]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("label.topic=news", [True, False, False]),
        ("label.tags=b", [True, False, False]),
        ("label.boxes=cat", [False, True, False]),
        ("metadata.web=true", [False, False, True]),
        ("metadata.n=3", [False, False, True]),
        ("metadata.n=", [False, False, False]),
    ],
)
def test_a_slice_is_by_answer_or_by_metadata(file: Path, text: str, inside: list[bool]) -> None:
    assert members(file, Slice.parse(text)).tolist() == inside


@pytest.mark.parametrize("text", ["", "topic=news", "label.=x", "label.topic", "item.a=b"])
def test_what_is_no_slice_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        Slice.parse(text)


def test_a_chance_that_rounding_took_too_far_is_one() -> None:
    assert predicted_error({"a": 1.0000001}) == 0.0
