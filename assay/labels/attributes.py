"""Attributes of a class: nested questions of the scalar kinds, answered on each object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assay.domain.item import FieldFacts
from assay.domain.ontology import Question, read_question
from assay.errors import Invalid, pointer_token
from assay.labels.choice import Choice
from assay.labels.classes import ClassDef
from assay.labels.condition import Condition, holds, keep_asked, read_condition, refuse_circles
from assay.labels.json_value import array
from assay.labels.kind import Answer, Kind
from assay.labels.rating import Rating
from assay.labels.text import Text

MAX_ATTRIBUTES = 50

ATTRIBUTE_KINDS: Mapping[str, type[Kind]] = {kind.name: kind for kind in (Choice, Rating, Text)}
"""Kinds whose value is one small thing; a shape on a shape would be a second object."""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One question asked of each object of a class, while ``when`` holds."""

    kind: Kind
    required: bool
    when: Condition


Attributes = Mapping[str, Attribute]
"""By name, in the order they are asked."""


def read_attributes(owner: ClassDef, fields: Mapping[str, str]) -> Attributes:
    """Read a class's ``attributes``. Raises ``Invalid`` (``ontology.*``)."""
    pointer = owner.pointer + "/attributes"
    raw = array(owner.options["attributes"], pointer, limit=MAX_ATTRIBUTES, code="ontology.invalid")
    asked: dict[str, Question] = {}
    kinds: dict[str, Kind] = {}
    for index, entry in enumerate(raw):
        at = f"{pointer}/{index}"
        question = read_question(entry, at)
        if question.name in asked:
            raise Invalid(
                "ontology.name", f"the attribute {question.name!r} is named twice", pointer=at + "/name"
            )
        asked[question.name] = question
        kinds[question.name] = _read_kind(question, fields, at)
    # A condition may name an attribute that is asked later: only now all are known.
    places = {name: f"{pointer}/{index}/when" for index, name in enumerate(asked)}
    conditions = {
        name: read_condition(question.options["when"], name, kinds, places[name])
        if "when" in question.options
        else {}
        for name, question in asked.items()
    }
    refuse_circles(conditions, places)
    return {
        name: Attribute(kind=kinds[name], required=question.required, when=conditions[name])
        for name, question in asked.items()
    }


def _read_kind(question: Question, fields: Mapping[str, str], pointer: str) -> Kind:
    if question.kind not in ATTRIBUTE_KINDS:
        raise Invalid(
            "ontology.kind",
            f"an attribute's kind is one of {', '.join(sorted(ATTRIBUTE_KINDS))}",
            pointer=pointer + "/kind",
        )
    if question.field is not None:
        raise Invalid(
            "ontology.field",
            "an attribute is asked of its object, not of a field",
            pointer=pointer + "/field",
        )
    own = {key: value for key, value in question.options.items() if key != "when"}
    return ATTRIBUTE_KINDS[question.kind].parse(replace(question, options=own), fields, pointer)


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
        attributes[name].kind.check(value, facts, given, at + pointer_token(name))
    for name, attribute in attributes.items():
        asked = holds(attribute.when, given)
        if name in given and not asked:
            raise Invalid(
                "label.condition",
                f"{name!r} is not asked with these answers to {', '.join(attribute.when)}",
                pointer=at + pointer_token(name),
            )
        if attribute.required and asked and name not in given:
            raise Invalid("label.required", f"{name!r} must be answered", pointer=at + pointer_token(name))


def merge_attributes(
    drawn: Sequence[tuple[Answer, Mapping[str, Any]]], attributes: Attributes, facts: Mapping[str, FieldFacts]
) -> dict[str, Any]:
    """Each attribute merged over those who answered it, given (labeler's answer, object) pairs; without
    those that are not asked with what the others became."""
    merged: dict[str, Any] = {}
    for name, attribute in attributes.items():
        answers = [
            Answer(labeler=answer.labeler, value=item["attributes"][name], accuracy=answer.accuracy)
            for answer, item in drawn
            if name in item.get("attributes", {})
        ]
        if answers:
            merged[name] = attribute.kind.merge(answers, facts).value
    return keep_asked(merged, {name: attribute.when for name, attribute in attributes.items()})
