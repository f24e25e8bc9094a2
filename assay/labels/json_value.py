"""Reading the JSON values that labels and options are made of: refused with a pointer, never corrected."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from assay.errors import Invalid, pointer_token

MAX_NUMBER = 1e9
"""No coordinate, rating or offset is larger in magnitude: beyond it, sums of squares lose whole pixels."""


def number(value: Any, pointer: str, code: str = "label.invalid") -> int | float:
    """A finite JSON number; ``true`` is not one, and neither is −0, which no two languages write alike."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(code, "a number is needed here", pointer=pointer)
    if isinstance(value, float) and not math.isfinite(value):
        raise Invalid(code, "a finite number is needed here", pointer=pointer)
    if value == 0 and math.copysign(1.0, value) < 0:
        raise Invalid(code, "write 0, not -0", pointer=pointer)
    if abs(value) > MAX_NUMBER:
        raise Invalid(code, "the number is too large", pointer=pointer, limit=MAX_NUMBER)
    return value


def integer(value: Any, pointer: str, code: str = "label.invalid") -> int:
    """A whole JSON number written without a fraction."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid(code, "a whole number is needed here", pointer=pointer)
    if abs(value) > MAX_NUMBER:
        raise Invalid(code, "the number is too large", pointer=pointer, limit=MAX_NUMBER)
    return value


def boolean(value: Any, pointer: str, code: str = "ontology.invalid") -> bool:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        raise Invalid(code, "true or false is needed here", pointer=pointer)
    return value


def array(value: Any, pointer: str, *, limit: int, code: str = "label.invalid") -> list[Any]:
    """A list of at most ``limit`` values."""
    if not isinstance(value, list):
        raise Invalid(code, "a list is needed here", pointer=pointer)
    if len(value) > limit:
        raise Invalid(code, f"at most {limit} entries", pointer=pointer, limit=limit)
    return value


def record(
    value: Any,
    pointer: str,
    *,
    required: frozenset[str],
    optional: frozenset[str],
    code: str = "label.invalid",
) -> Mapping[str, Any]:
    """An object with all ``required`` keys and no key that is neither ``required`` nor ``optional``."""
    if not isinstance(value, dict):
        raise Invalid(code, "an object is needed here", pointer=pointer)
    for key in value:
        if key not in required and key not in optional:
            unknown = "field.unknown" if code.startswith("ontology.") else code
            raise Invalid(unknown, f"{key!r} has no meaning here", pointer=pointer + pointer_token(key))
    for key in sorted(required):
        if key not in value:
            raise Invalid(code, f"{key!r} is missing", pointer=pointer + pointer_token(key))
    return value


def options(given: Mapping[str, Any], known: frozenset[str], pointer: str) -> Mapping[str, Any]:
    """A question's options, none of them unknown to its kind. Raises ``Invalid`` (``field.unknown``)."""
    return record(dict(given), pointer, required=frozenset(), optional=known, code="ontology.invalid")
