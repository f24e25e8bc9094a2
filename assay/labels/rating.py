"""``rating``: a number on a scale of equal steps. Value: a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

from assay.domain.item import FieldFacts
from assay.domain.ontology import Question
from assay.errors import Invalid
from assay.labels.json_value import number, options
from assay.labels.kind import Answer, Ballot, Kind, Merged
from assay.quality.ratings import ordinal_posterior

MAX_LEVELS = 10_001
MAX_BALLOT_LEVELS = 11
"""Up to this many levels a rating is voted on at once; finer scales are merged with their distances."""


@dataclass(frozen=True)
class Rating(Kind):
    """Options: ``min``, ``max``, ``step`` (1)."""

    name: ClassVar[str] = "rating"
    field_types: ClassVar[frozenset[str]] = frozenset()

    low: int | float
    high: int | float
    step: int | float = 1

    @classmethod
    def parse(cls, question: Question, fields: Mapping[str, str], pointer: str) -> Self:
        """See ``Kind.parse``."""
        given = options(question.options, frozenset({"min", "max", "step"}), pointer)
        low = number(given.get("min"), pointer + "/min", "ontology.invalid")
        high = number(given.get("max"), pointer + "/max", "ontology.invalid")
        step = number(given.get("step", 1), pointer + "/step", "ontology.invalid")
        if high <= low:
            raise Invalid("ontology.invalid", "max is above min", pointer=pointer + "/max")
        if step <= 0 or not _whole((high - low) / step):
            raise Invalid(
                "ontology.invalid", "max lies a whole number of steps above min", pointer=pointer + "/step"
            )
        if round((high - low) / step) >= MAX_LEVELS:
            raise Invalid(
                "ontology.invalid",
                f"at most {MAX_LEVELS} levels",
                pointer=pointer + "/step",
                limit=MAX_LEVELS,
            )
        return cls(low=low, high=high, step=step)

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        given = number(value, pointer)
        if not self.low <= given <= self.high:
            raise Invalid(
                "label.invalid", f"the rating lies between {self.low} and {self.high}", pointer=pointer
            )
        if not _whole((given - self.low) / self.step):
            raise Invalid("label.invalid", f"the rating goes in steps of {self.step}", pointer=pointer)

    def similarity(self, left: Any, right: Any) -> float:
        """1 − distance / length of the scale."""
        return float(1.0 - abs(left - right) / (self.high - self.low))

    def ballots(self, value: Any) -> tuple[Ballot, ...] | None:
        """One vote for a level, where there are few."""
        if len(self._levels) > MAX_BALLOT_LEVELS:
            return None
        answer = str(self._levels[self._level(value)])
        return (Ballot(facet="", answer=answer, n_answers=len(self._levels)),)

    def elect(self, posteriors: Mapping[str, Mapping[str, float]]) -> tuple[Any, float]:
        """The most probable level; of equals the one nearest to the mean, then the lower."""
        if len(self._levels) > MAX_BALLOT_LEVELS:
            return super().elect(posteriors)
        chance = {level: posteriors[""].get(str(level), 0.0) for level in self._levels}
        mean = sum(level * p for level, p in chance.items()) / max(sum(chance.values()), 1e-12)
        best = min(self._levels, key=lambda level: (-chance[level], abs(level - mean), level))
        return best, chance[best]

    def merge(self, answers: Sequence[Answer], facts: Mapping[str, FieldFacts]) -> Merged:
        """The most probable level when an answer is likelier near the truth than far from it."""
        votes = sorted((self._level(answer.value), answer.accuracy) for answer in answers)
        posterior = ordinal_posterior([v for v, _ in votes], [a for _, a in votes], len(self._levels))
        best = int(posterior.round(12).argmax())
        return Merged(value=self._levels[best], probability=float(posterior[best]))

    def _level(self, value: int | float) -> int:
        return round((value - self.low) / self.step)

    @cached_property
    def _levels(self) -> tuple[int | float, ...]:
        """Every value of the scale, whole where it can be, else to ten digits."""
        steps = range(round((self.high - self.low) / self.step) + 1)
        exact = [float(f"{self.low + index * self.step:.10g}") for index in steps]
        return tuple(int(level) if level.is_integer() else level for level in exact)


def _whole(value: float) -> bool:
    """Whether it is a whole number but for the rounding of decimal steps such as 0.1."""
    return abs(value - round(value)) <= 1e-9
