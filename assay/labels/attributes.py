"""Attributes of a class: nested questions of the scalar kinds, answered on each object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assay.domain.item import FieldFacts
from assay.domain.ontology import read_question
from assay.errors import Invalid, pointer_token
from assay.labels.choice import Choice
from assay.labels.classes import ClassDef
from assay.labels.json_value import array
from assay.labels.kind import Answer, Kind
from assay.labels.rating import Rating
from assay.labels.text import Text

MAX_ATTRIBUTES = 50

ATTRIBUTE_KINDS: Mapping[str, type[Kind]] = {kind.name: kind for kind in (Choice, Rating, Text)}
"""Kinds whose value is one small thing; a shape on a shape would be a second object."""

Attributes = Mapping[str, tuple[Kind, bool]]
"""For each attribute its kind and whether it must be answered."""


def read_attributes(owner: ClassDef, fields: Mapping[str, str]) -> Attributes:
    """Read a class's ``attributes``. Raises ``Invalid`` (``ontology.*``)."""
    pointer = owner.pointer + "/attributes"
    attributes: dict[str, tuple[Kind, bool]] = {}
    raw = array(owner.options["attributes"], pointer, limit=MAX_ATTRIBUTES, code="ontology.invalid")
    for index, entry in enumerate(raw):
        at = f"{pointer}/{index}"
        question = read_question(entry, at)
        if question.name in attributes:
            raise Invalid(
                "ontology.name", f"the attribute {question.name!r} is named twice", pointer=at + "/name"
            )
        if question.kind not in ATTRIBUTE_KINDS:
            raise Invalid(
                "ontology.kind",
                f"an attribute's kind is one of {', '.join(sorted(ATTRIBUTE_KINDS))}",
                pointer=at + "/kind",
            )
        if question.field is not None:
            raise Invalid(
                "ontology.field", "an attribute is asked of its object, not of a field", pointer=at + "/field"
            )
        kind = ATTRIBUTE_KINDS[question.kind].parse(question, fields, at)
        attributes[question.name] = (kind, question.required)
    return attributes


def check_attributes(
    item: Mapping[str, Any], attributes: Attributes, facts: Mapping[str, FieldFacts], pointer: str
) -> None:
    """Refuse an object whose ``attributes`` do not answer its class's. Raises ``Invalid`` (``label.*``)."""
    given = item.get("attributes", {})
    at = pointer + "/attributes"
    if not isinstance(given, dict):
        raise Invalid("label.invalid", "attributes map names to values", pointer=at)
    for name, value in given.items():
        if name not in attributes:
            raise Invalid(
                "label.invalid",
                f"{name!r} is not an attribute of this class",
                pointer=at + pointer_token(name),
            )
        attributes[name][0].check(value, facts, given, at + pointer_token(name))
    for name, (_, required) in attributes.items():
        if required and name not in given:
            raise Invalid("label.required", f"{name!r} must be answered", pointer=at + pointer_token(name))


def merge_attributes(
    drawn: Sequence[tuple[Answer, Mapping[str, Any]]], attributes: Attributes, facts: Mapping[str, FieldFacts]
) -> dict[str, Any]:
    """Each attribute merged over those who answered it, given (labeler's answer, object) pairs."""
    merged: dict[str, Any] = {}
    for name, (kind, _) in attributes.items():
        answers = [
            Answer(labeler=answer.labeler, value=item["attributes"][name], accuracy=answer.accuracy)
            for answer, item in drawn
            if name in item.get("attributes", {})
        ]
        if answers:
            merged[name] = kind.merge(answers, facts).value
    return merged
