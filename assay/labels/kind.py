"""What every label kind is: the contract that one file in this folder fulfils.

A kind is a frozen dataclass of one question's options. It says how a value is checked, compared and merged.
Nothing outside its file knows its name; the rest of Assay talks to this protocol.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from assay.domain.item import FieldFacts
from assay.domain.ontology import Question


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Contrast:
    """How N objects are like M others, for :func:`assay.quality.object_errors.object_errors`."""

    similarity: NDArray[np.float64]
    """(N, M) in 0…1, whatever their classes."""
    left: NDArray[np.intp]
    """(N,) the objects' classes, as places in the question's list."""
    right: NDArray[np.intp]
    """(M,)"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ballot:
    """One vote among finitely many answers.

    A class-valued answer is one ballot or several: ``facet`` tells them apart within a question (``""`` where
    there is only one), ``answer`` is what was voted for and ``n_answers`` is how many there were to choose
    from (K).
    """

    facet: str
    answer: str
    n_answers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One labeler's value for a question, with the labeler's estimated probability of being right."""

    labeler: str
    value: Any
    accuracy: float
    label: Mapping[str, Any] = field(default_factory=dict)
    """The whole document, for kinds that refer to objects of other questions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """The best value given all answers.

    ``probability`` is the chance that the value is right: one number, or one for each object's ``id``.
    Objects below 0.5 are in ``value`` too: whoever shows or exports them filters.
    """

    value: Any
    probability: float | Mapping[str, float]


class Kind(Protocol):
    """One question's rules."""

    name: ClassVar[str]
    field_types: ClassVar[frozenset[str]]
    """The types of field this kind can be asked of; empty where it needs no field."""

    @classmethod
    def parse(cls, question: Question, fields: Mapping[str, str], pointer: str) -> Self:
        """Read the question's options. ``fields`` are the ontology's field types by name.

        Raises ``Invalid`` (``ontology.*``, ``field.unknown``) with a pointer below ``pointer``.
        """
        ...

    def bind(self, kinds: Mapping[str, Kind], pointer: str) -> Self:
        """The same kind, knowing the ontology's other questions; called once when all of them are read.

        Raises ``Invalid`` (``ontology.*``) where an option names another question wrongly.
        """
        return self

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """Refuse a value that is not a right answer's form. ``facts`` by field name; ``label`` is the whole
        document (a relation refers to objects of other questions).

        Raises ``Invalid`` (``label.*``) with a pointer below ``pointer``. Never changes the value.
        """
        ...

    def classes_of(self, value: Any) -> frozenset[str]:
        """The classes of this question that an answer names; it may be one to another version of it."""
        return frozenset()

    def similarity(self, left: Any, right: Any) -> float:
        """How alike two checked values are: 0 to 1, symmetric, 1 for equal values."""
        ...

    def contrast(self, left: Any, right: Any) -> Contrast | None:
        """Two checked lists of objects, object by object; ``None`` where a value is no such list."""
        return None

    def ballots(self, value: Any) -> tuple[Ballot, ...] | None:
        """The value as votes, or ``None`` where it is not class-valued and ``merge`` must be used.

        Class-valued questions are resolved inside the submit's transaction.
        """
        return None

    def elect(self, posteriors: Mapping[str, Mapping[str, float]]) -> tuple[Any, float]:
        """The value and its probability from each facet's posterior over answers (the inverse of
        ``ballots``)."""
        raise TypeError(f"answers of kind {self.name!r} are merged, not elected")

    def merge(self, answers: Sequence[Answer], facts: Mapping[str, FieldFacts]) -> Merged:
        """The best value given at least one answer, deterministic and independent of the answers' order."""
        ...
