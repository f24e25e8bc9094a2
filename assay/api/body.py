"""Domain dataclasses as request bodies: strict JSON validation, the same on every transport."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from assay.api.json_value import read_json
from assay.errors import Invalid, pointer_token

T = TypeVar("T")
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def adapter(body_type: Any) -> TypeAdapter[Any]:
    """The validator of a domain dataclass, made once."""
    if body_type not in _ADAPTERS:
        _ADAPTERS[body_type] = TypeAdapter(body_type)
    return _ADAPTERS[body_type]


def validate(body_type: type[T], raw: bytes) -> T:
    """Read one JSON body as ``body_type``. Raises ``Malformed`` or ``Invalid`` with a pointer."""
    read_json(raw)
    try:
        read: T = adapter(body_type).validate_json(raw)
        return read
    except ValidationError as error:
        raise refusal(error) from None


def refusal(error: ValidationError) -> Invalid:
    """The first thing wrong with a body, in our terms."""
    first = error.errors(include_url=False, include_context=False)[0]
    pointer = "".join(pointer_token(part) for part in first["loc"])
    code = {
        "missing": "field.missing",
        "missing_argument": "field.missing",
        "extra_forbidden": "field.unknown",
        "unexpected_keyword_argument": "field.unknown",
    }.get(first["type"], "field.invalid")
    return Invalid(code, first["msg"], pointer=pointer)
