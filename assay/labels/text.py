"""``text``: a free text, such as a caption, a rewrite or a transcription. Value: a string."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from assay.domain.item import FieldFacts
from assay.domain.ontology import Question
from assay.errors import Invalid
from assay.labels.json_value import integer, options
from assay.labels.kind import Answer, Kind, Merged
from assay.quality.medoid import edit_distance, weighted_medoid

MAX_CHARS = 100_000
MAX_CHARS_COMPARED = 10_000
"""Longer texts are compared by the words between white space: the cost grows with the square of the
length."""


@dataclass(frozen=True, kw_only=True)
class Text(Kind):
    """Options: ``min`` (0) and ``max`` (100,000), in Unicode code points."""

    name: ClassVar[str] = "text"
    field_types: ClassVar[frozenset[str]] = frozenset()

    min_chars: int = 0
    max_chars: int = MAX_CHARS

    @classmethod
    def parse(cls, question: Question, fields: Mapping[str, str], pointer: str) -> Self:
        """See ``Kind.parse``."""
        given = options(question.options, frozenset({"min", "max"}), pointer)
        low = integer(given.get("min", 0), pointer + "/min", "ontology.invalid")
        high = integer(given.get("max", MAX_CHARS), pointer + "/max", "ontology.invalid")
        if low < 0:
            raise Invalid("ontology.invalid", "min is at least 0", pointer=pointer + "/min", limit=0)
        if not max(low, 1) <= high <= MAX_CHARS:
            raise Invalid(
                "ontology.invalid",
                f"max lies between max(min, 1) and {MAX_CHARS}",
                pointer=pointer + "/max",
                limit=MAX_CHARS,
            )
        return cls(min_chars=low, max_chars=high)

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        if not isinstance(value, str):
            raise Invalid("label.invalid", "a text is needed here", pointer=pointer)
        if len(value) > self.max_chars:
            raise Invalid(
                "label.invalid", f"at most {self.max_chars} characters", pointer=pointer, limit=self.max_chars
            )
        if len(value) < self.min_chars:
            raise Invalid(
                "label.invalid",
                f"at least {self.min_chars} characters",
                pointer=pointer,
                limit=self.min_chars,
            )
        if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
            raise Invalid("label.invalid", "U+0000 and lone surrogates are not text", pointer=pointer)

    def similarity(self, left: Any, right: Any) -> float:
        """1 − edit distance / length of the longer, of the NFC forms."""
        a, b = unicodedata.normalize("NFC", left), unicodedata.normalize("NFC", right)
        if max(len(a), len(b)) <= MAX_CHARS_COMPARED:
            return _alike(a, b)
        return 1.0 if a == b else _alike(a.split(), b.split())

    def merge(self, answers: Sequence[Answer], facts: Mapping[str, FieldFacts]) -> Merged:
        """The answer most like all others by skill; probability is its expected likeness to the right
        text."""
        ordered = sorted(answers, key=lambda answer: (answer.labeler, answer.value, answer.accuracy))
        texts = sorted({answer.value for answer in ordered})
        alike = np.eye(len(texts))
        for i, left in enumerate(texts):
            for j in range(i):
                alike[i, j] = alike[j, i] = self.similarity(left, texts[j])
        columns = [texts.index(answer.value) for answer in ordered]
        best, probability = weighted_medoid(alike, columns, [answer.accuracy for answer in ordered])
        return Merged(value=texts[best], probability=probability)


def _alike(left: Sequence[str], right: Sequence[str]) -> float:
    longer = max(len(left), len(right))
    return 1.0 - edit_distance(left, right) / longer if longer else 1.0
