"""The golden files that Python and TypeScript share: ``tests/golden/labels/<kind>.json``.

``valid`` and ``invalid`` are whole label documents; ``invalid_questions`` are added to an ontology with the
fields ``image``, ``note`` and ``other``, and their pointers start at the question.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.labels import KINDS
from assay.labels.schema import read_schema

GOLDEN = Path(__file__).parents[2] / "golden" / "labels"
FIELDS = {"image": "image", "note": "text", "other": "text"}
FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(GOLDEN.glob("*.json"))}
CASES = [
    pytest.param(case, id=f"{kind}: {case['name']}") for kind, file in FILES.items() for case in file["cases"]
]
WRONG = [
    pytest.param(entry, id=f"{kind} {entry['pointer']} {number}")
    for kind, file in FILES.items()
    for number, entry in enumerate(file["invalid_questions"])
]


def _facts(case: dict[str, Any]) -> dict[str, FieldFacts]:
    return {name: FieldFacts(**facts) for name, facts in case["facts"].items()}


def test_every_kind_has_a_golden_file() -> None:
    assert set(FILES) == set(KINDS)


@pytest.mark.parametrize("case", CASES)
def test_valid_documents_pass(case: dict[str, Any]) -> None:
    schema = read_schema(case["ontology"])
    for label in case["valid"]:
        schema.check(label, _facts(case))


@pytest.mark.parametrize("case", CASES)
def test_invalid_documents_are_refused_where_they_are_wrong(case: dict[str, Any]) -> None:
    schema = read_schema(case["ontology"])
    for entry in case["invalid"]:
        with pytest.raises(Invalid) as refused:
            schema.check(entry["label"], _facts(case))
        assert (refused.value.code, refused.value.pointer) == (entry["code"], entry["pointer"]), entry


@pytest.mark.parametrize("case", CASES)
def test_similarities(case: dict[str, Any]) -> None:
    schema = read_schema(case["ontology"])
    for entry in case["similarity"]:
        kind = schema.kinds[entry["question"]]
        assert kind.similarity(entry["left"], entry["right"]) == pytest.approx(entry["value"], abs=1e-12), (
            entry
        )


@pytest.mark.parametrize("entry", WRONG)
def test_wrong_questions_are_refused_where_they_are_wrong(entry: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        read_schema({"fields": FIELDS, "questions": [entry["question"]]})
    assert (refused.value.code, refused.value.pointer) == (entry["code"], "/questions/0" + entry["pointer"])
