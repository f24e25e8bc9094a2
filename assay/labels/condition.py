"""Conditions of attributes: the answers to others of its object under which an attribute is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assay.errors import Invalid, pointer_token
from assay.labels.choice import Choice
from assay.labels.json_value import array
from assay.labels.kind import Kind
from assay.labels.text import Text

MAX_VALUES = 1_000
"""Of one attribute, in one condition."""

SAME_NUMBER = 1e-9
"""How far two numbers may lie apart and be one level of a scale: steps such as 0.1 are not exact."""

Condition = Mapping[str, tuple[Any, ...]]
"""For each other attribute the values of which it must have one; empty: always asked."""


def read_condition(raw: Any, name: str, kinds: Mapping[str, Kind], pointer: str) -> Condition:
    """The condition ``raw`` of the attribute ``name``, given all attributes of its class by name.

    Raises ``Invalid``: ``ontology.invalid`` for what has not its form, ``ontology.condition`` for one on the
    attribute itself, on one that is not there or is written freely, and on values which that one lacks.
    """
    if not isinstance(raw, dict) or not raw:
        raise Invalid("ontology.invalid", "a condition maps another attribute to its values", pointer=pointer)
    return {
        other: _read_values(values, other, name, kinds, pointer + pointer_token(other))
        for other, values in raw.items()
    }


def _read_values(raw: Any, other: str, name: str, kinds: Mapping[str, Kind], pointer: str) -> tuple[Any, ...]:
    if other == name:
        raise Invalid("ontology.condition", "an attribute does not depend on itself", pointer=pointer)
    kind = kinds.get(other)
    if kind is None:
        raise Invalid("ontology.condition", f"{other!r} is not an attribute of this class", pointer=pointer)
    if isinstance(kind, Text):
        raise Invalid(
            "ontology.condition", "what is written freely has no values to depend on", pointer=pointer
        )
    values = array(raw, pointer, limit=MAX_VALUES, code="ontology.invalid")
    if not values:
        raise Invalid("ontology.invalid", "at least one value is needed", pointer=pointer)
    for index, value in enumerate(values):
        try:
            kind.check([value] if isinstance(kind, Choice) and kind.multiple else value, {}, {}, "")
        except Invalid as wrong:
            raise Invalid(
                "ontology.condition",
                f"this is not a value of {other!r}: {wrong.detail}",
                pointer=f"{pointer}/{index}",
            ) from None
    return tuple(values)


def refuse_circles(conditions: Mapping[str, Condition], pointers: Mapping[str, str]) -> None:
    """Refuse conditions by which an attribute depends on itself, through others.

    ``pointers``: where each attribute's condition is written. Raises ``Invalid`` (``ontology.condition``).
    """
    for name, condition in conditions.items():
        for other in condition:
            if name in _all_below(other, conditions):
                raise Invalid(
                    "ontology.condition",
                    f"{name!r} and {other!r} depend on each other",
                    pointer=pointers[name] + pointer_token(other),
                )


def _all_below(name: str, conditions: Mapping[str, Condition]) -> set[str]:
    """Everything that ``name`` depends on, directly or not."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        new = [other for other in conditions[ahead.pop()] if other not in found]
        found.update(new)
        ahead.extend(new)
    return found


def holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    """Whether ``answers``, right each for itself, have one of the values of every attribute named.

    Of several chosen classes one is enough.
    """
    return all(
        other in answers
        and any(_is_same(value, given) for value in values for given in _each(answers[other]))
        for other, values in condition.items()
    )


def keep_asked(answers: Mapping[str, Any], conditions: Mapping[str, Condition]) -> dict[str, Any]:
    """The answers without those whose condition does not hold, nor holds without the others that go."""
    kept = dict(answers)
    while True:
        asked = {name: value for name, value in kept.items() if holds(conditions[name], kept)}
        if len(asked) == len(kept):
            return asked
        kept = asked


def _each(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def _is_same(left: Any, right: Any) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        return bool(left == right)
    return bool(abs(left - right) <= SAME_NUMBER)
