"""``ranking``: items in order. Value: a list of lists, best first; items in one list are tied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from assay.domain.item import FieldFacts
from assay.domain.ontology import Question, read_name
from assay.errors import Invalid
from assay.labels.json_value import array, boolean, options
from assay.labels.kind import Answer, Kind, Merged
from assay.quality.medoid import OPEN_ANSWERS
from assay.quality.pooling import log_odds, pool_similar
from assay.quality.rankings import borda, consensus, kendall_distance, ranks_from_buckets

MAX_ITEMS = 100

Ranks = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Ranking(Kind):
    """Options: ``items`` (names; one that is a field's name stands for that field), ``ties`` (true)."""

    name: ClassVar[str] = "ranking"
    field_types: ClassVar[frozenset[str]] = frozenset()

    items: tuple[str, ...]
    ties: bool = True

    @classmethod
    def parse(cls, question: Question, fields: Mapping[str, str], pointer: str) -> Self:
        """See ``Kind.parse``."""
        given = options(question.options, frozenset({"items", "ties"}), pointer)
        at = pointer + "/items"
        items: list[str] = []
        for index, raw in enumerate(array(given.get("items"), at, limit=MAX_ITEMS, code="ontology.invalid")):
            name = read_name(raw, f"{at}/{index}")
            if name in items:
                raise Invalid("ontology.name", f"the item {name!r} is named twice", pointer=f"{at}/{index}")
            items.append(name)
        if len(items) < 2:
            raise Invalid("ontology.invalid", "at least two items are ranked", pointer=at, limit=2)
        return cls(items=tuple(items), ties=boolean(given.get("ties", True), pointer + "/ties"))

    def check(
        self, value: Any, facts: Mapping[str, FieldFacts], label: Mapping[str, Any], pointer: str
    ) -> None:
        """See ``Kind.check``."""
        seen: set[str] = set()
        for rank, bucket in enumerate(array(value, pointer, limit=len(self.items))):
            at = f"{pointer}/{rank}"
            if not array(bucket, at, limit=len(self.items) if self.ties else 1):
                raise Invalid("label.invalid", "a rank holds at least one item", pointer=at)
            for index, item in enumerate(bucket):
                if not isinstance(item, str) or item not in self.items:
                    raise Invalid("label.class", "this is not one of the items", pointer=f"{at}/{index}")
                if item in seen:
                    raise Invalid("label.class", f"{item!r} is ranked twice", pointer=f"{at}/{index}")
                seen.add(item)
        missing = [item for item in self.items if item not in seen]
        if missing:
            raise Invalid("label.invalid", f"every item is ranked; {missing[0]!r} is not", pointer=pointer)

    def similarity(self, left: Any, right: Any) -> float:
        """1 − Kendall distance / number of pairs, ties counting half."""
        pairs = len(self.items) * (len(self.items) - 1) / 2
        return 1.0 - kendall_distance(self._ranks(left), self._ranks(right)) / pairs

    def merge(self, answers: Sequence[Answer], facts: Mapping[str, FieldFacts]) -> Merged:
        """The order nearest to all by skill; probability counts answers by how much of it they repeat."""
        votes = sorted((tuple(self._ranks(answer.value).tolist()), answer.accuracy) for answer in answers)
        n_answers = min(factorial(len(self.items)), OPEN_ANSWERS)
        accuracy = [a for _, a in votes]
        weight = log_odds(accuracy, n_answers)
        best = consensus([ranks for ranks, _ in votes], weight)
        if not self.ties:
            best = _break_ties(best, borda([ranks for ranks, _ in votes], weight))
        given = sorted({ranks for ranks, _ in votes} | {tuple(best.tolist())})
        value = [[self.items[i] for i in np.flatnonzero(best == rank)] for rank in range(int(best.max()) + 1)]
        alike = np.array([[self._correlation(a, b) for b in given] for a in given])
        columns = [given.index(ranks) for ranks, _ in votes]
        posterior = pool_similar(alike[:, columns], accuracy, max(n_answers, len(given) + 1))
        likeness = alike[given.index(tuple(best.tolist()))]
        return Merged(
            value=self._as_written(value, answers), probability=float(min(likeness @ posterior, 1.0))
        )

    def _as_written(self, value: list[list[str]], answers: Sequence[Answer]) -> list[list[str]]:
        """The same order as the first labeler who gave it wrote it: within a tie, any order says the same."""
        ranks = self._ranks(value).tolist()
        same = [answer for answer in answers if self._ranks(answer.value).tolist() == ranks]
        return min(same, key=lambda a: (a.labeler, a.value)).value if same else value

    def _correlation(self, left: tuple[int, ...], right: tuple[int, ...]) -> float:
        """Kendall's τ where it is above 0: a random order shares half the pairs, and repeats nothing."""
        pairs = len(self.items) * (len(self.items) - 1) / 2
        return max(0.0, 1.0 - 2.0 * kendall_distance(left, right) / pairs)

    def _ranks(self, value: Any) -> Ranks:
        index = {item: i for i, item in enumerate(self.items)}
        return ranks_from_buckets([[index[item] for item in bucket] for bucket in value], len(self.items))


def _break_ties(ranks: Ranks, mean: Ranks) -> Ranks:
    """Tied items by their mean position, then in the order in which the question names them."""
    order = np.lexsort((np.arange(len(ranks)), mean, ranks))
    strict = np.empty_like(ranks)
    strict[order] = np.arange(len(ranks))
    return strict
