"""Between JSON as REST has it and the messages of the gRPC contract, as its client sees them.

A message has the fields of the JSON object of the same name. ``bytes`` are documents, an enum's value is its
name in lower case without the enum's, a message of ``values`` is a list that may be left out or be null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from assay.client.request import encode
from assay.errors import AssayError, Invalid, Malformed, pointer_token

M = TypeVar("M", bound=Message)
Descriptor = Any
"""Of a field or an enum: the library's own classes, and those of messages, differ by its back end."""

_WORDS = re.compile(r"(?<!^)(?=[A-Z])")
_FALSE_OR_TRUE = {"false": False, "true": True}


def write(message: M, fields: Mapping[str, Any], at: str = "") -> M:
    """Set a request's fields from JSON. Raises what the server would say of what no field can hold."""
    for name, given in fields.items():
        pointer = at + pointer_token(name)
        described: Descriptor = message.DESCRIPTOR
        field = described.fields_by_name.get(name)
        if field is None:
            raise Invalid("field.unknown", f"{described.name} has no field {name}", pointer=pointer)
        _set(message, field, given, pointer)
    return message


def read(message: Any) -> dict[str, Any]:
    """A response as JSON. What is not set is null."""
    found: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        held = getattr(message, field.name)
        if _is_map(field):
            of = field.message_type.fields_by_name["value"]
            found[field.name] = {key: _read(of, held[key]) for key in held}
        elif field.is_repeated:
            found[field.name] = [_read(field, one) for one in held]
        elif field.has_presence and not message.HasField(field.name):
            found[field.name] = None
        else:
            found[field.name] = _read(field, held)
    return found


def parameters(fields_by_name: Mapping[str, Descriptor], given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Query parameters, which are text, as the fields that they are."""
    found: dict[str, Any] = {}
    for name, text in given:
        field = fields_by_name.get(name)
        value = text if field is None else _parameter(field, text)
        if field is not None and field.is_repeated:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _set(message: Any, field: Descriptor, given: Any, pointer: str) -> None:
    if given is None:
        if field.message_type is not None and "every" in field.message_type.fields_by_name:
            getattr(message, field.name).every = True
    elif field.is_repeated:
        for index, one in enumerate(_of(list, given, pointer)):
            _add(getattr(message, field.name), field, one, f"{pointer}/{index}")
    elif field.message_type is None:
        _assign(message, field, given, pointer)
    else:
        held = getattr(message, field.name)
        held.SetInParent()
        if "values" in field.message_type.fields_by_name:
            write(held, {"values": given}, pointer)
        else:
            write(held, _of(dict, given, pointer), pointer)


def _add(held: Any, field: Descriptor, one: Any, pointer: str) -> None:
    if field.message_type is not None:
        write(held.add(), _of(dict, one, pointer), pointer)
        return
    try:
        held.append(_scalar(field, one, pointer))
    except (TypeError, ValueError) as error:
        raise _refusal(error, pointer) from None


def _assign(message: Any, field: Descriptor, given: Any, pointer: str) -> None:
    try:
        setattr(message, field.name, _scalar(field, given, pointer))
    except (TypeError, ValueError) as error:
        raise _refusal(error, pointer) from None


def _scalar(field: Descriptor, given: Any, pointer: str) -> Any:
    if field.type == FieldDescriptor.TYPE_BYTES:
        return encode(given)
    if field.enum_type is not None:
        prefix = _WORDS.sub("_", field.enum_type.name).upper() + "_"
        known = field.enum_type.values_by_name.get(prefix + str(given).upper())
        if known is None:
            words = [value.name.removeprefix(prefix).lower() for value in field.enum_type.values[1:]]
            raise Invalid("field.invalid", f"must be one of {', '.join(words)}", pointer=pointer)
        return known.number
    if isinstance(given, bool) and field.type != FieldDescriptor.TYPE_BOOL:
        raise TypeError("a number or text is wanted")
    return given


def _parameter(field: Descriptor, text: str) -> Any:
    try:
        if field.type == FieldDescriptor.TYPE_BOOL:
            return _FALSE_OR_TRUE[text]
        if field.type == FieldDescriptor.TYPE_INT64:
            return int(text)
        return float(text) if field.type == FieldDescriptor.TYPE_DOUBLE else text
    except (KeyError, ValueError):
        raise Invalid(
            "field.invalid", f"{text!r} is no {field.name}", pointer=pointer_token(field.name)
        ) from None


def _read(field: Descriptor, held: Any) -> Any:
    if field.message_type is not None:
        return list(held.values) if "values" in field.message_type.fields_by_name else read(held)
    if field.enum_type is not None:
        prefix = _WORDS.sub("_", field.enum_type.name).upper() + "_"
        value = field.enum_type.values_by_number.get(held)
        return str(held) if value is None else value.name.removeprefix(prefix).lower()
    if field.type == FieldDescriptor.TYPE_BYTES:
        return json.loads(held) if held else None  # no document has no bytes
    return held


def _is_map(field: Descriptor) -> bool:
    return bool(field.message_type is not None and field.message_type.GetOptions().map_entry)


def _of(kind: type, given: Any, pointer: str) -> Any:
    if not isinstance(given, kind):
        raise Invalid("field.invalid", f"must be a JSON {kind.__name__}", pointer=pointer)
    return given


def _refusal(error: Exception, pointer: str) -> AssayError:
    if isinstance(error, UnicodeError):
        return Malformed("json.surrogate", "half a character", pointer=pointer)
    return Invalid("field.invalid", str(error), pointer=pointer)
