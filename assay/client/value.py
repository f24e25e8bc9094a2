"""Values of the SDK from the JSON that the server sent."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from assay.errors import AssayError

T = TypeVar("T")


def read_value(value_type: type[T], document: Any) -> T:
    """A dataclass from a JSON object. Keys that this version does not know are passed over.

    Raises ``AssayError`` (``client.protocol``) when a key is missing or a value has another form.
    """
    if not isinstance(document, Mapping):
        raise AssayError("client.protocol", f"the answer holds no {value_type.__name__}")
    shape_of: Any = value_type
    given: dict[str, Any] = {}
    for name, (hint, needed) in _shape(shape_of).items():
        if name in document:
            try:
                given[name] = _convert(hint, document[name])
            except (TypeError, ValueError) as error:
                raise AssayError(
                    "client.protocol", f"{name} of the {value_type.__name__} cannot be read: {error}"
                ) from error
        elif needed:
            raise AssayError("client.protocol", f"the {value_type.__name__} of the answer has no {name}")
    return value_type(**given)


@cache
def _shape(dataclass: Any) -> dict[str, tuple[Any, bool]]:
    hints = get_type_hints(dataclass)
    return {
        each.name: (hints[each.name], each.default is MISSING and each.default_factory is MISSING)
        for each in fields(dataclass)
    }


def _convert(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if hint is datetime:
        return datetime.fromisoformat(value)
    if is_dataclass(hint) and isinstance(hint, type):
        return read_value(hint, value)
    if get_origin(hint) is tuple:
        return tuple(_convert(get_args(hint)[0], each) for each in value)
    return value
