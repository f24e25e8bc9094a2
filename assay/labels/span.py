"""``span``: ranges of a text with a class.

Object: ``{"id", "class", "start", "end", "attributes"?}``; offsets count Unicode code points, half-open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.geometry.text_range import overlapping_ranges, range_iou, splits_character
from assay.labels.json_value import boolean, integer
from assay.labels.objects import Floats, Ints, Object, ObjectKind
from assay.quality.objects import weighted_middle


@dataclass(frozen=True, kw_only=True)
class Span(ObjectKind):
    """Options: ``classes``, ``overlap`` (true): whether spans may share characters."""

    name: ClassVar[str] = "span"
    field_types: ClassVar[frozenset[str]] = frozenset({"text"})
    shape_keys: ClassVar[frozenset[str]] = frozenset({"start", "end"})
    option_keys: ClassVar[frozenset[str]] = frozenset({"overlap"})

    may_overlap: bool = True

    @classmethod
    def read_options(cls, given: Mapping[str, Any], pointer: str) -> dict[str, Any]:
        """See ``ObjectKind.read_options``."""
        return {"may_overlap": boolean(given.get("overlap", True), pointer + "/overlap")}

    def check_shape(self, item: Object, facts: FieldFacts | None, pointer: str) -> None:
        """At least one character, inside the text, no character cut in two."""
        text = facts.text if facts else None
        for key in ("start", "end"):
            offset = integer(item[key], f"{pointer}/{key}")
            if offset < 0 or (text is not None and offset > len(text)):
                raise Invalid(
                    "label.range",
                    "the offset lies outside the text",
                    pointer=f"{pointer}/{key}",
                    limit=None if text is None else len(text),
                )
            if text is not None and splits_character(text, offset):
                raise Invalid(
                    "label.range", "the offset splits a character from its marks", pointer=f"{pointer}/{key}"
                )
        if item["start"] >= item["end"]:
            raise Invalid("label.range", "a span ends after it starts", pointer=pointer + "/end")

    def check_together(self, objects: Sequence[Object], pointer: str) -> None:
        """Spans apart from each other, where the question wants them so."""
        if self.may_overlap:
            return
        order = sorted(range(len(objects)), key=lambda i: (objects[i]["start"], objects[i]["end"], i))
        for before, after in pairwise(order):
            if objects[after]["start"] < objects[before]["end"]:
                raise Invalid(
                    "label.range", f"the span overlaps span {before}", pointer=f"{pointer}/{after}/start"
                )

    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """See ``ObjectKind.overlap``."""
        return overlapping_ranges(_ranges(left), _ranges(right))

    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """The range that someone drew and most agree with: an average would cut words."""
        ranges = _ranges(members)
        best = members[weighted_middle(range_iou(ranges, ranges), weights)]
        return {"start": best["start"], "end": best["end"]}

    def settle(self, merged: Sequence[Object], probability: dict[str, float]) -> None:
        """Of spans that overlap and must not, at most one is right: the others share what it leaves."""
        if self.may_overlap:
            return
        kept: list[Object] = []
        for item in sorted(merged, key=lambda o: (-probability[o["id"]], o["start"], o["end"], o["id"])):
            rivals = [k for k in kept if k["start"] < item["end"] and item["start"] < k["end"]]
            if rivals:
                left_over = 1.0 - max(probability[rival["id"]] for rival in rivals)
                probability[item["id"]] = min(probability[item["id"]], left_over, math.nextafter(0.5, 0.0))
            elif probability[item["id"]] >= 0.5:
                kept.append(item)


def _ranges(objects: Sequence[Object]) -> Floats:
    return np.array([[item["start"], item["end"]] for item in objects], dtype=np.float64).reshape(-1, 2)
