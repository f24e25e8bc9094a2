"""An ontology made ready for use: each question with its kind, and whole documents checked against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.domain.item import FieldFacts
from assay.domain.ontology import Ontology, read_ontology
from assay.errors import Invalid, pointer_token
from assay.labels import KINDS
from assay.labels.kind import Ballot, Kind


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The kinds of an ontology's questions, by question name, in the order they are asked."""

    ontology: Ontology
    kinds: Mapping[str, Kind]

    def check(self, label: Any, facts: Mapping[str, FieldFacts], pointer: str = "") -> None:
        """Refuse a label document that does not answer this ontology.

        Raises ``Invalid`` (``label.*``) with a pointer to the first value that is wrong.
        """
        if not isinstance(label, dict):
            raise Invalid("label.invalid", "a label maps question names to values", pointer=pointer)
        for name in label:
            if name not in self.kinds:
                raise Invalid(
                    "label.unknown_question",
                    f"{name!r} is not a question of this ontology version",
                    pointer=pointer + pointer_token(name),
                )
        for question in self.ontology.questions:
            at = pointer + pointer_token(question.name)
            if question.name in label:
                self.kinds[question.name].check(label[question.name], facts, label, at)
            elif question.required:
                raise Invalid("label.required", f"{question.name!r} must be answered", pointer=at)

    def ballots(self, label: Mapping[str, Any]) -> dict[str, tuple[Ballot, ...]]:
        """The class-valued part of a checked label: ballots by question."""
        cast = {name: self.kinds[name].ballots(value) for name, value in label.items()}
        return {name: ballots for name, ballots in cast.items() if ballots is not None}


def read_schema(document: Any, pointer: str = "") -> Schema:
    """Read an ontology document with all its kinds. Raises ``Invalid`` with a pointer to the first fault."""
    ontology = read_ontology(document, pointer)
    kinds: dict[str, Kind] = {}
    for index, question in enumerate(ontology.questions):
        at = f"{pointer}/questions/{index}"
        kind = KINDS.get(question.kind)
        if kind is None:
            raise Invalid(
                "ontology.kind",
                f"the kind {question.kind!r} is not one of {', '.join(sorted(KINDS))}",
                pointer=at + "/kind",
            )
        kinds[question.name] = kind.parse(question, ontology.fields, at)
    bound = {
        question.name: kinds[question.name].bind(kinds, f"{pointer}/questions/{index}")
        for index, question in enumerate(ontology.questions)
    }
    return Schema(ontology=ontology, kinds=bound)
