"""``choice``: one class, or a set of classes when ``multiple``; flat or a taxonomy.

Value: ``"sports"``, or ``["sports", "local"]`` when ``multiple`` (``[]`` is *looked and found none*).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from assay.domain.item import FieldFacts
from assay.domain.ontology import Question
from assay.errors import Invalid
from assay.labels.classes import Classes, check_class, named_classes, read_classes
from assay.labels.json_value import array, boolean, options
from assay.labels.kind import Answer, Ballot, Kind, Merged
from assay.labels.vote import elect_one, pool_answers

MAX_FACETS = 64
"""A ``multiple`` question with more classes is merged by a job: one submit must not touch thousands of
rows."""


@dataclass(frozen=True, kw_only=True)
class Choice(Kind):
    """Options: ``classes``, ``multiple`` (false)."""

    name: ClassVar[str] = "choice"
    field_types: ClassVar[frozenset[str]] = frozenset()

    classes: Classes
    multiple: bool = False

    @classmethod
    def parse(cls, question: Question, fields: Mapping[str, str], pointer: str) -> Self:
        """See ``Kind.parse``."""
        given = options(question.options, frozenset({"classes", "multiple"}), pointer)
        multiple = boolean(given.get("multiple", False), pointer + "/multiple")
        # With one class a single choice asks nothing.
        classes = read_classes(given.get("classes"), pointer + "/classes", at_least=1 if multiple else 2)
        return cls(classes=classes, multiple=multiple)

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        if not self.multiple:
            check_class(value, self.classes, pointer)
            return
        chosen: set[str] = set()
        for index, name in enumerate(array(value, pointer, limit=len(self.classes))):
            check_class(name, self.classes, f"{pointer}/{index}")
            if name in chosen:
                raise Invalid("label.class", f"{name!r} is chosen twice", pointer=f"{pointer}/{index}")
            chosen.add(name)

    def classes_of(self, value: Any) -> frozenset[str]:
        """See ``Kind.classes_of``."""
        return named_classes(value) & self.classes.keys()

    def similarity(self, left: Any, right: Any) -> float:
        """Shared share of the classes with all their ancestors (Jaccard); flat single: equality."""
        if not self.multiple:
            shared = sum(a == b for a, b in zip(self._path(left), self._path(right), strict=False))
            return 2.0 * shared / (len(self._path(left)) + len(self._path(right)))
        a = {name for chosen in left for name in self._path(chosen)}
        b = {name for chosen in right for name in self._path(chosen)}
        return len(a & b) / len(a | b) if a or b else 1.0

    def ballots(self, value: Any) -> tuple[Ballot, ...] | None:
        """One vote, or a yes or no for each class when ``multiple``."""
        if not self.multiple:
            return (Ballot(facet="", answer=value, n_answers=len(self.classes)),)
        if len(self.classes) > MAX_FACETS:
            return None
        return tuple(
            Ballot(facet=name, answer="yes" if name in value else "no", n_answers=2) for name in self.classes
        )

    def elect(self, posteriors: Mapping[str, Mapping[str, float]]) -> tuple[Any, float]:
        """The most probable class; when ``multiple`` each class by itself, and the chance that all are
        right."""
        if not self.multiple:
            return elect_one(posteriors[""], self.classes)
        if len(self.classes) > MAX_FACETS:
            return super().elect(posteriors)
        yes = [n for n in self.classes if n in posteriors and _chance(posteriors[n]) > 0.5]
        sure = [
            max(_chance(posteriors[n]), 1.0 - _chance(posteriors[n])) for n in self.classes if n in posteriors
        ]
        return yes, math.prod(sure)

    def merge(self, answers: Sequence[Answer], facts: Mapping[str, FieldFacts]) -> Merged:
        """One-coin posterior at the labelers' known accuracies."""
        if not self.multiple:
            value, probability = elect_one(pool_answers(answers, list(self.classes)), self.classes)
            return Merged(value=value, probability=probability)
        chosen: list[str] = []
        probability = 1.0
        for name in self.classes:
            votes = [Answer(labeler=a.labeler, value=name in a.value, accuracy=a.accuracy) for a in answers]
            chance = pool_answers(votes, [True, False])[True]
            probability *= max(chance, 1.0 - chance)
            if chance > 0.5:
                chosen.append(name)
        return Merged(value=chosen, probability=probability)

    def _path(self, name: str) -> tuple[str, ...]:
        return self.classes[name].path


def _chance(posterior: Mapping[str, float]) -> float:
    return posterior.get("yes", 0.0)
