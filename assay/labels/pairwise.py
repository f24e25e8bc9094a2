"""``pairwise``: which of two is better. Value: ``"left"``, ``"right"`` or ``"tie"``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from assay.domain.item import FieldFacts
from assay.domain.ontology import Question
from assay.errors import Invalid
from assay.labels.json_value import array, boolean, options
from assay.labels.kind import Answer, Ballot, Kind, Merged
from assay.labels.vote import elect_one, pool_answers

_POSITION = {"left": 0.0, "tie": 0.5, "right": 1.0}


@dataclass(frozen=True, kw_only=True)
class Pairwise(Kind):
    """Options: ``fields`` (the two compared, left then right; or none), ``ties`` (true)."""

    name: ClassVar[str] = "pairwise"
    field_types: ClassVar[frozenset[str]] = frozenset()

    fields: tuple[str, str] | None = None
    ties: bool = True

    @classmethod
    def parse(cls, question: Question, fields: Mapping[str, str], pointer: str) -> Self:
        """See ``Kind.parse``."""
        given = options(question.options, frozenset({"fields", "ties"}), pointer)
        ties = boolean(given.get("ties", True), pointer + "/ties")
        if "fields" not in given:
            return cls(ties=ties)
        pair = array(given["fields"], pointer + "/fields", limit=2, code="ontology.invalid")
        for index, name in enumerate(pair):
            if not isinstance(name, str) or name not in fields:
                raise Invalid(
                    "ontology.field",
                    "this is not a field of the ontology",
                    pointer=f"{pointer}/fields/{index}",
                )
        if len(set(pair)) != 2:
            raise Invalid("ontology.field", "two different fields are compared", pointer=pointer + "/fields")
        return cls(fields=(pair[0], pair[1]), ties=ties)

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        if not isinstance(value, str) or value not in self._answers():
            raise Invalid(
                "label.class", f"the answer is one of {', '.join(self._answers())}", pointer=pointer
            )

    def similarity(self, left: Any, right: Any) -> float:
        """1 for the same answer, 0 for opposite sides, a half between a side and a tie."""
        return 1.0 - abs(_POSITION[left] - _POSITION[right])

    def ballots(self, value: Any) -> tuple[Ballot, ...] | None:
        """One vote among two or three."""
        return (Ballot(facet="", answer=value, n_answers=len(self._answers())),)

    def elect(self, posteriors: Mapping[str, Mapping[str, float]]) -> tuple[Any, float]:
        """The most probable answer."""
        return elect_one(posteriors[""], self._answers())

    def merge(self, answers: Sequence[Answer], facts: Mapping[str, FieldFacts]) -> Merged:
        """One-coin posterior at the labelers' known accuracies."""
        value, probability = elect_one(pool_answers(answers, self._answers()), self._answers())
        return Merged(value=value, probability=probability)

    def _answers(self) -> tuple[str, ...]:
        return ("left", "right", "tie") if self.ties else ("left", "right")
