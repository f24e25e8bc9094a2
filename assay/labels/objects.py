"""What the kinds that hold a list of objects share: ids, classes, attributes, matching and merging.

An object is ``{"id", "class", "attributes"?, …shape}``. A kind of this family adds its shape: how it is
checked, how far two overlap, and where the middle of several is.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from assay.domain.canonical import canonical_json
from assay.domain.item import FieldFacts
from assay.domain.ontology import Question
from assay.errors import Invalid
from assay.labels.attributes import Attributes, check_attributes, merge_attributes, read_attributes
from assay.labels.classes import Classes, check_class, named_classes, read_classes
from assay.labels.json_value import array, options, record
from assay.labels.kind import Answer, Contrast, Kind, Merged
from assay.labels.vote import elect_one, pool_answers
from assay.quality.objects import (
    cluster_objects,
    existence,
    matched_overlap,
    split_accuracy,
)
from assay.quality.pooling import log_odds

MAX_OBJECTS = 5_000
"""In one question of one item; more belong in several tiles."""

MAX_ID_CHARS = 100

ROUNDING_PX = 1e-6
"""How far a shape may pass the image's edge: a rounding of binary fractions, never a stroke of the hand."""

Object = Mapping[str, Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class ObjectKind(Kind):
    """Options: ``classes``, each with ``attributes`` if wanted. Needs a field."""

    shape_keys: ClassVar[frozenset[str]]

    option_keys: ClassVar[frozenset[str]] = frozenset()

    field: str
    classes: Classes
    attributes: Mapping[str, Attributes]

    @classmethod
    def parse(cls, question: Question, fields: Mapping[str, str], pointer: str) -> Self:
        """See ``Kind.parse``."""
        given = options(question.options, cls.option_keys | {"classes"}, pointer)
        if question.field is None or fields[question.field] not in cls.field_types:
            raise Invalid(
                "ontology.field",
                f"{cls.name} needs a field of type {' or '.join(sorted(cls.field_types))}",
                pointer=pointer + "/field",
            )
        classes = read_classes(given.get("classes"), pointer + "/classes", keys=frozenset({"attributes"}))
        attributes = {
            name: read_attributes(c, fields) for name, c in classes.items() if "attributes" in c.options
        }
        return cls(
            field=question.field, classes=classes, attributes=attributes, **cls.read_options(given, pointer)
        )

    @classmethod
    def read_options(cls, given: Mapping[str, Any], pointer: str) -> dict[str, Any]:
        """The kind's own options as constructor arguments."""
        return {}

    @abstractmethod
    def check_shape(self, item: Object, facts: FieldFacts | None, pointer: str) -> None:
        """Refuse a shape that is not one, or lies outside. Raises ``Invalid`` (``label.*``)."""

    @abstractmethod
    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """The pairs of N and M objects that touch: ``(P, 2)`` indices, and their IoU ``(P,)``, 0…1."""

    @abstractmethod
    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """The shape keys of the best shape given M ≥ 1 drawings of one object and their weights ``(M,)``."""

    def check_together(self, objects: Sequence[Object], pointer: str) -> None:
        """Refuse objects that are right each for itself but not together."""
        return

    def settle(self, merged: Sequence[Object], probability: dict[str, float]) -> None:
        """Lower the probability of objects that cannot all be right."""
        return

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        seen: set[str] = set()
        for index, item in enumerate(array(value, pointer, limit=MAX_OBJECTS)):
            at = f"{pointer}/{index}"
            keys = self.keys_of(item)
            record(item, at, required=keys | {"id", "class"}, optional=frozenset({"attributes"}))
            check_id(item["id"], seen, at + "/id")
            check_class(item["class"], self.classes, at + "/class")
            check_attributes(item, self.attributes.get(item["class"], {}), facts, at)
            self.check_shape(item, facts.get(self.field), at)
        self.check_together(value, pointer)

    def keys_of(self, item: Any) -> frozenset[str]:
        """The shape keys that this object must have."""
        return self.shape_keys

    def classes_of(self, value: Any) -> frozenset[str]:
        """See ``Kind.classes_of``."""
        return named_classes(value) & self.classes.keys()

    def similarity(self, left: Any, right: Any) -> float:
        """2 Σ IoU of matched objects of one class / (objects on the left + on the right); 1 where both are
        empty."""
        if not left or not right:
            return 1.0 if not left and not right else 0.0
        pairs, overlap = self.overlap(left, right)
        same = self._class_index(left)[pairs[:, 0]] == self._class_index(right)[pairs[:, 1]]
        # Ties go by content and not by position, so that left and right can change places.
        content = [canonical_json(item) for item in (*left, *right)]
        rank = np.unique(np.array(content, dtype=object), return_inverse=True)[1]
        total = matched_overlap(pairs[same], overlap[same], rank[: len(left)], rank[len(left) :])
        return min(2.0 * total / (len(left) + len(right)), 1.0)

    def contrast(self, left: Any, right: Any) -> Contrast:
        """See ``Kind.contrast``."""
        similarity = np.zeros((len(left), len(right)))
        if left and right:
            pairs, overlap = self.overlap(left, right)
            similarity[pairs[:, 0], pairs[:, 1]] = np.minimum(overlap, 1.0)
        return Contrast(similarity=similarity, left=self._class_index(left), right=self._class_index(right))

    def merge(self, answers: Sequence[Answer], facts: Mapping[str, FieldFacts]) -> Merged:
        """Objects matched across labelers; for each the chance that it exists and has its class."""
        ordered = sort_answers(answers)
        accuracy = split_accuracy([answer.accuracy for answer in ordered], len(self.classes))
        groups = self._match(ordered)
        drawn = np.zeros((len(groups), len(ordered)), dtype=np.bool_)
        for row, group in enumerate(groups):
            drawn[row, [owner for owner, _ in group]] = True
        there = existence(drawn, accuracy)
        value: list[dict[str, Any]] = []
        probability: dict[str, float] = {}
        for group, name, chance in zip(groups, _name_groups(groups, ordered), there.tolist(), strict=True):
            merged, named = self._merge_group(group, ordered, accuracy, facts)
            value.append({"id": name} | merged)
            probability[name] = chance * named
        self.settle(value, probability)
        return Merged(value=value, probability=probability)

    def resolved_ids(self, answers: Sequence[Answer]) -> dict[tuple[str, str], str]:
        """For each object, by labeler and id, the id it has in :meth:`merge`'s value."""
        ordered = sort_answers(answers)
        groups = self._match(ordered)
        return {
            (ordered[owner].labeler, item["id"]): name
            for group, name in zip(groups, _name_groups(groups, ordered), strict=True)
            for owner, item in group
        }

    def _match(self, ordered: Sequence[Answer]) -> list[list[tuple[int, Object]]]:
        """Groups of (index of the answer, object), each led by its first labeler's."""
        drawings = [(owner, item) for owner, answer in enumerate(ordered) for item in answer.value]
        starts = np.cumsum([0] + [len(answer.value) for answer in ordered])
        pairs, overlaps = [np.empty((0, 2), dtype=np.intp)], [np.empty(0)]
        for i, left in enumerate(ordered):
            for j in range(i + 1, len(ordered)):
                if left.value and ordered[j].value:
                    found, overlap = self.overlap(left.value, ordered[j].value)
                    pairs.append(found + np.array([starts[i], starts[j]]))
                    overlaps.append(overlap)
        cluster = cluster_objects(
            np.array([owner for owner, _ in drawings], dtype=np.intp),
            self._class_index([item for _, item in drawings]),
            np.concatenate(pairs),
            np.concatenate(overlaps),
        )
        groups: list[list[tuple[int, Object]]] = [[] for _ in range(int(cluster.max(initial=-1)) + 1)]
        for drawing, index in zip(drawings, cluster.tolist(), strict=True):
            groups[index].append(drawing)
        return groups

    def _class_index(self, objects: Sequence[Object]) -> Ints:
        order = {name: index for index, name in enumerate(self.classes)}
        return np.array([order[item["class"]] for item in objects], dtype=np.intp)

    def _merge_group(
        self,
        group: Sequence[tuple[int, Object]],
        ordered: Sequence[Answer],
        accuracy: Floats,
        facts: Mapping[str, FieldFacts],
    ) -> tuple[dict[str, Any], float]:
        votes = [
            Answer(labeler=ordered[owner].labeler, value=item["class"], accuracy=float(accuracy[owner]))
            for owner, item in group
        ]
        name, named = elect_one(pool_answers(votes, list(self.classes)), self.classes)
        weights = log_odds([accuracy[owner] for owner, _ in group], 2)
        merged = {"class": name} | self.centre([item for _, item in group], weights)
        agreeing = [(ordered[owner], item) for owner, item in group if item["class"] == name]
        attributes = merge_attributes(agreeing, self.attributes.get(name, {}), facts)
        if attributes or any("attributes" in item for _, item in agreeing):
            merged["attributes"] = attributes
        return merged, named


def check_id(value: Any, seen: set[str], pointer: str) -> None:
    """Refuse an id that is no id or is in ``seen``, and add it. Raises ``Invalid``."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID_CHARS:
        raise Invalid(
            "label.invalid",
            f"an id is a text of 1 to {MAX_ID_CHARS} characters",
            pointer=pointer,
            limit=MAX_ID_CHARS,
        )
    if value in seen:
        raise Invalid("label.duplicate_id", f"the id {value!r} is used twice", pointer=pointer)
    seen.add(value)


def inside_least_image(points: Floats, drawn: Floats) -> bool:
    """Whether ``points`` ``(P, 2)`` lie inside the smallest image, whole pixels, that holds ``drawn``
    ``(Q, 2)``: a merged shape that does is right wherever the drawings were."""
    edge = np.ceil(drawn.max(axis=0) - ROUNDING_PX) + ROUNDING_PX
    return bool(np.all((points >= -ROUNDING_PX) & (points <= edge)))


def sort_answers(answers: Sequence[Answer]) -> list[Answer]:
    """By labeler; the order that everything which could depend on order is taken in."""
    return sorted(answers, key=lambda answer: (answer.labeler, canonical_json(answer.value), answer.accuracy))


def resolved_id(labeler: str, own: str, used: set[str]) -> str:
    """The object's own id, or where another object has it already, its start and a hash of who drew it."""
    name, salt = own, f"{labeler}\0{own}"
    while name in used:
        salt = hashlib.sha256(salt.encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{own[:80]}~{salt[:12]}"
    used.add(name)
    return name


def _name_groups(groups: Sequence[Sequence[tuple[int, Object]]], ordered: Sequence[Answer]) -> list[str]:
    used: set[str] = set()
    return [resolved_id(ordered[group[0][0]].labeler, group[0][1]["id"], used) for group in groups]
