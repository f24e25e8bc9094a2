"""``relation``: typed edges between objects of other questions of the same document.

Edge: ``{"id", "class", "from": id, "to": id, "attributes"?}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import numpy as np

from assay.domain.item import FieldFacts
from assay.domain.ontology import Question
from assay.errors import Invalid
from assay.labels.attributes import Attributes, check_attributes, merge_attributes, read_attributes
from assay.labels.classes import Classes, check_class, named_classes, read_classes
from assay.labels.json_value import array, options, record
from assay.labels.kind import Answer, Kind, Merged
from assay.labels.objects import MAX_OBJECTS, ObjectKind, check_id, resolved_id, sort_answers
from assay.quality.objects import existence

MAX_QUESTIONS = 10
_ENDS = ("from", "to")


@dataclass(frozen=True, kw_only=True)
class Relation(Kind):
    """Options: ``between`` (names of questions whose objects are joined) and ``classes``, each with ``from``
    and ``to`` (names of classes allowed at that end) and ``attributes`` if wanted.
    """

    name: ClassVar[str] = "relation"
    field_types: ClassVar[frozenset[str]] = frozenset()

    between: tuple[str, ...]
    classes: Classes
    attributes: Mapping[str, Attributes]
    joined: Mapping[str, ObjectKind] = field(default_factory=dict)
    """The kinds of the questions in ``between``, once bound."""

    @classmethod
    def parse(cls, question: Question, fields: Mapping[str, str], pointer: str) -> Self:
        """See ``Kind.parse``."""
        given = options(question.options, frozenset({"between", "classes"}), pointer)
        at = pointer + "/between"
        between = array(given.get("between"), at, limit=MAX_QUESTIONS, code="ontology.invalid")
        named = [name for name in between if isinstance(name, str)]
        if not between or len(set(named)) < len(between):
            raise Invalid("ontology.invalid", "between names at least one question, each once", pointer=at)
        classes = read_classes(
            given.get("classes"), pointer + "/classes", keys=frozenset({"attributes", *_ENDS})
        )
        for found in classes.values():
            for end in _ENDS:
                allowed = array(
                    found.options.get(end, []), f"{found.pointer}/{end}", limit=1000, code="ontology.invalid"
                )
                if any(not isinstance(name, str) for name in allowed):
                    raise Invalid(
                        "ontology.invalid", "names of classes are needed", pointer=f"{found.pointer}/{end}"
                    )
        attributes = {n: read_attributes(c, fields) for n, c in classes.items() if "attributes" in c.options}
        return cls(between=tuple(between), classes=classes, attributes=attributes)

    def bind(self, kinds: Mapping[str, Kind], pointer: str) -> Self:
        """See ``Kind.bind``."""
        joined: dict[str, ObjectKind] = {}
        for index, name in enumerate(self.between):
            kind = kinds.get(name)
            if not isinstance(kind, ObjectKind):
                raise Invalid(
                    "ontology.invalid",
                    f"{name!r} is not a question with objects",
                    pointer=f"{pointer}/between/{index}",
                )
            joined[name] = kind
        known = {name for kind in joined.values() for name in kind.classes}
        for found in self.classes.values():
            for end in _ENDS:
                for index, name in enumerate(found.options.get(end, [])):
                    if name not in known:
                        raise Invalid(
                            "ontology.invalid",
                            f"{name!r} is not a class of the questions in between",
                            pointer=f"{found.pointer}/{end}/{index}",
                        )
        return replace(self, joined=joined)

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        ends = self._classes_of_objects(label)
        seen: set[str] = set()
        edges: set[tuple[str, str, str]] = set()
        for index, edge in enumerate(array(value, pointer, limit=MAX_OBJECTS)):
            at = f"{pointer}/{index}"
            record(edge, at, required=frozenset({"id", "class", *_ENDS}), optional=frozenset({"attributes"}))
            check_id(edge["id"], seen, at + "/id")
            check_class(edge["class"], self.classes, at + "/class")
            for end in _ENDS:
                self._check_end(edge, end, ends, f"{at}/{end}")
            if edge["from"] == edge["to"]:
                raise Invalid("label.reference", "an edge joins two different objects", pointer=at + "/to")
            if _key(edge) in edges:
                raise Invalid("label.reference", "this edge is drawn twice", pointer=at)
            edges.add(_key(edge))
            check_attributes(edge, self.attributes.get(edge["class"], {}), facts, at)

    def classes_of(self, value: Any) -> frozenset[str]:
        """See ``Kind.classes_of``."""
        return named_classes(value) & self.classes.keys()

    def similarity(self, left: Any, right: Any) -> float:
        """2 × edges that both have / (edges on the left + on the right); objects are known by their ids."""
        if not left and not right:
            return 1.0
        a, b = {_key(edge) for edge in left}, {_key(edge) for edge in right}
        return 2.0 * len(a & b) / (len(a) + len(b))

    def merge(self, answers: Sequence[Answer], facts: Mapping[str, FieldFacts]) -> Merged:
        """Each edge voted on, between the objects as the other questions' merge joined and named them; no
        edge is likelier than its ends."""
        ordered = sort_answers(answers)
        same_as, there = self._resolved_objects(ordered, facts)
        drawn: dict[tuple[str, str, str], list[tuple[int, Mapping[str, Any]]]] = {}
        for owner, answer in enumerate(ordered):
            for edge in answer.value:
                start, end = (same_as.get((answer.labeler, edge[key]), edge[key]) for key in _ENDS)
                drawn.setdefault((edge["class"], start, end), []).append((owner, edge))
        votes = np.zeros((len(drawn), len(ordered)), dtype=np.bool_)
        for row, group in enumerate(drawn.values()):
            votes[row, [owner for owner, _ in group]] = True
        chances = existence(votes, [answer.accuracy for answer in ordered]).tolist()
        value: list[dict[str, Any]] = []
        probability: dict[str, float] = {}
        used: set[str] = set()
        for ((name, start, end), group), chance in zip(drawn.items(), chances, strict=True):
            first, edge = group[0]
            own = resolved_id(ordered[first].labeler, edge["id"], used)
            merged: dict[str, Any] = {"id": own, "class": name, "from": start, "to": end}
            attributes = merge_attributes(
                [(ordered[owner], drawing) for owner, drawing in group], self.attributes.get(name, {}), facts
            )
            if attributes or any("attributes" in drawing for _, drawing in group):
                merged["attributes"] = attributes
            value.append(merged)
            probability[own] = min(chance, there.get(start, 1.0), there.get(end, 1.0))
        return Merged(value=value, probability=probability)

    def _classes_of_objects(self, label: Mapping[str, Any]) -> dict[str, list[str]]:
        """The class of each object that an edge may join, by id; two where two objects share an id."""
        found: dict[str, list[str]] = {}
        for name in self.between:
            objects = label.get(name)
            for item in objects if isinstance(objects, list) else []:
                if isinstance(item, dict) and isinstance(item.get("id"), str):
                    found.setdefault(item["id"], []).append(item.get("class", ""))
        return found

    def _check_end(
        self, edge: Mapping[str, Any], end: str, ends: Mapping[str, list[str]], pointer: str
    ) -> None:
        named = edge[end]
        if not isinstance(named, str) or named not in ends:
            raise Invalid(
                "label.reference", f"no object of {', '.join(self.between)} has this id", pointer=pointer
            )
        if len(ends[named]) > 1:
            raise Invalid("label.reference", "two objects have this id; give each its own", pointer=pointer)
        allowed = self.classes[edge["class"]].options.get(end, [])
        if allowed and ends[named][0] not in allowed:
            raise Invalid("label.reference", f"this end must be one of {', '.join(allowed)}", pointer=pointer)

    def _resolved_objects(
        self, ordered: Sequence[Answer], facts: Mapping[str, FieldFacts]
    ) -> tuple[dict[tuple[str, str], str], dict[str, float]]:
        """The resolved id of each labeler's objects, and the probability of each resolved object."""
        same_as: dict[tuple[str, str], str] = {}
        there: dict[str, float] = {}
        for name, kind in self.joined.items():
            drawn = [replace(answer, value=answer.label[name]) for answer in ordered if name in answer.label]
            if drawn:
                same_as |= kind.resolved_ids(drawn)
                probability = kind.merge(drawn, facts).probability
                there |= probability if isinstance(probability, Mapping) else {}
        return same_as, there


def _key(edge: Mapping[str, Any]) -> tuple[str, str, str]:
    return edge["class"], edge["from"], edge["to"]
