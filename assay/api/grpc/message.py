"""The one bridge between messages and the JSON that the use cases' values are read from and written as.

A field is the key of the same name. Fields of type ``bytes`` are documents: canonical JSON, as REST has it
in place. An enum's value is its name in lower case without the enum's. A message of ``values`` is a list that
may be left out, and with ``every`` null. What JSON could not say is refused, and so is what the contract does
not say: unknown fields, unknown numbers of an enum, one field said twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

import orjson
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from assay.api.json_value import MAX_BODY_BYTES, read_json
from assay.errors import Invalid, Malformed, TooLarge, pointer_token

Descriptor = Any
"""Of a field or an enum: the library's own classes differ by its back end."""

_WORDS = re.compile(r"(?<!^)(?=[A-Z])")


def read_message(message_type: type[Message], raw: bytes) -> Message:
    """Raises ``TooLarge`` (``body.too_large``), ``Malformed`` or ``Invalid`` (``field.unknown``)."""
    if len(raw) > MAX_BODY_BYTES:
        raise TooLarge(
            "body.too_large", f"the message is larger than {MAX_BODY_BYTES} bytes", limit=MAX_BODY_BYTES
        )
    message = message_type()
    try:
        message.ParseFromString(raw)
    except DecodeError:
        raise Malformed("message.malformed", f"this is no {message.DESCRIPTOR.full_name}") from None
    _refuse_unknown(message, "")
    if message.ByteSize() != len(raw):
        # The last of two values would win unseen, as of a key twice in JSON, or of a oneof's two sides.
        raise Malformed("message.malformed", "the message says a field twice, or in more bytes than it takes")
    return message


def to_json(message: Message, without: Collection[str] = ()) -> bytes:
    """A request's fields as one JSON object. Unset fields are no keys; a list is always one."""
    return orjson.dumps(_object(message, "", without))


def value_of(message: Message, name: str) -> Any:
    """One scalar of a request; ``None`` where it is not set. Enums are words."""
    field = message.DESCRIPTOR.fields_by_name[name]
    if field.is_repeated:
        return list(getattr(message, name))
    return _value(field, getattr(message, name), f"/{name}") if message.HasField(name) else None


def document(raw: bytes, pointer: str) -> Any:
    """A document's value. Raises ``Malformed`` (``json.*``) with the pointer to the field."""
    try:
        return read_json(raw)
    except Malformed as error:
        raise error.at(pointer) from None


def fill(message: Message, value: Mapping[str, Any]) -> Message:
    """Write a result, in JSON's terms, into a response. Raises ``KeyError`` at a key the contract lacks."""
    for name, given in value.items():
        field = message.DESCRIPTOR.fields_by_name[name]
        if given is None:
            continue
        if _is_map(field):
            _fill_map(getattr(message, name), field, given)
        elif field.is_repeated:
            held = getattr(message, name)
            if field.message_type is not None:
                for one in given:
                    fill(held.add(), one)
            else:
                held.extend(_written(field, one) for one in given)
        elif field.message_type is not None:
            held = getattr(message, name)
            held.SetInParent()
            fill(held, {"values": given} if _is_list(field) else given)
        else:
            setattr(message, name, _written(field, given))
    return message


def word(enum: Descriptor, name: str) -> str:
    """``ROLE_ADMIN`` of the enum ``Role`` is ``admin``."""
    return name.removeprefix(_prefix(enum)).lower()


def _prefix(enum: Descriptor) -> str:
    return _WORDS.sub("_", enum.name).upper() + "_"


def _object(message: Message, at: str, without: Collection[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        if field.name in without:
            continue
        pointer = at + pointer_token(field.name)
        if field.is_repeated:
            held = getattr(message, field.name)
            found[field.name] = [_value(field, one, f"{pointer}/{n}") for n, one in enumerate(held)]
        elif message.HasField(field.name):
            found[field.name] = _value(field, getattr(message, field.name), pointer)
    return found


def _value(field: Descriptor, given: Any, pointer: str) -> Any:
    if field.message_type is not None:
        return _list(given, pointer) if _is_list(field) else _object(given, pointer)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(given)
        if known is None or given == 0:
            raise Invalid("field.invalid", f"{given} is no {field.enum_type.name}", pointer=pointer)
        return word(field.enum_type, known.name)
    if field.type == FieldDescriptor.TYPE_BYTES:
        document(given, pointer)
        return orjson.Fragment(given)
    if isinstance(given, float) and not math.isfinite(given):
        raise Malformed("json.number", "a number must be finite", pointer=pointer)
    return given


def _written(field: Descriptor, given: Any) -> Any:
    if field.type == FieldDescriptor.TYPE_BYTES:
        return orjson.dumps(given)
    if field.enum_type is not None:
        return field.enum_type.values_by_name[_prefix(field.enum_type) + given.upper()].number
    return given


def _is_map(field: Descriptor) -> bool:
    return bool(field.message_type is not None and field.message_type.GetOptions().map_entry)


def _is_list(field: Descriptor) -> bool:
    return "values" in field.message_type.fields_by_name


def _list(message: Any, pointer: str) -> list[Any] | None:
    """Messages of one field ``values`` and perhaps ``every``."""
    if not (message.HasField("every") and message.every):
        return list(message.values)
    if message.values:
        raise Invalid("field.invalid", "say values or every, not both", pointer=pointer)
    return None


def _fill_map(held: Any, field: Descriptor, given: Mapping[str, Any]) -> None:
    of = field.message_type.fields_by_name["value"]
    for key, one in given.items():
        if of.message_type is not None:
            fill(held[key], one)
        else:
            held[key] = _written(of, one)


def _refuse_unknown(message: Message, at: str) -> None:
    for unknown in UnknownFieldSet(message):  # type: ignore[attr-defined]  # its stub lacks the iterator
        number = unknown.field_number
        raise Invalid(
            "field.unknown", f"{message.DESCRIPTOR.name} has no field {number}", pointer=f"{at}/{number}"
        )
    for field, held in message.ListFields():
        if field.message_type is None:
            continue
        pointer = at + pointer_token(field.name)
        if field.is_repeated:
            for index, one in enumerate(held):
                _refuse_unknown(one, f"{pointer}/{index}")
        else:
            _refuse_unknown(held, pointer)
