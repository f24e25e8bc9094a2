"""Parses JSON and refuses what parsers quietly let through.

NaN and infinities, duplicate keys, nesting beyond 64 levels, lone surrogates and U+0000 are refused here,
before any validation, so that no later layer has to think of them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from assay.errors import Malformed
from assay.formats.json_place import placed

MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64
_LONG_DIGITS = re.compile(rb"\d{16}")


def read_json(raw: bytes) -> Any:
    """Parse one JSON value. Raises ``Malformed`` (``json.*``) with a pointer to what is wrong."""
    try:
        return _read(raw)
    except Malformed as error:
        raise placed(error, raw.decode("utf-8", "replace"), _whole, MAX_DEPTH) from error.__cause__


def _read(raw: bytes) -> Any:
    decoder = _COUNTING_DECODER if _LONG_DIGITS.search(raw) else _DECODER
    try:
        value = decoder.decode(raw.decode("utf-8"))
    except RecursionError as error:
        raise _too_deep() from error
    except UnicodeDecodeError as error:
        raise Malformed("json.malformed", f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise Malformed(
            "json.malformed", f"{error.msg} at line {error.lineno} column {error.colno}"
        ) from error
    except ValueError as error:  # int() of more digits than Python reads
        raise Malformed("json.number", "a number has too many digits") from error
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _check_depth(value)
    if b"\\u" in raw:
        _check_escapes(value)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed("json.number", f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise Malformed("json.number", f"{digits[:40]} does not fit a double")
    return number


def _whole(digits: str) -> int:
    number = int(digits)
    if not -(2**63) <= number < 2**63:
        raise Malformed("json.number", "an integer is outside the 64-bit range", limit=2**63 - 1)
    return number


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Malformed("json.duplicate_key", f"the key {twice[:80]!r} stands twice in one object")
    return found


_DECODER = json.JSONDecoder(
    parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys
)
_COUNTING_DECODER = json.JSONDecoder(
    parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys, parse_int=_whole
)
"""Reads each integer in Python, which only texts with a long run of digits need."""


def _too_deep() -> Malformed:
    return Malformed("json.too_deep", f"nested deeper than {MAX_DEPTH} levels", limit=MAX_DEPTH)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _children(outer) if isinstance(inner, dict | list)]
        if not level:
            return
    raise _too_deep()


def _children(value: Any) -> Iterator[Any]:
    return iter(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())


def _check_escapes(value: Any) -> None:
    """Only escapes can bring in what UTF-8 itself excludes (surrogates) or PostgreSQL cannot store
    (U+0000)."""
    text = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in text and any("\0" in string for string in _strings(value)):
        raise Malformed("json.nul", "a string holds U+0000")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("json.surrogate", "a string holds a lone surrogate") from error


def _strings(value: Any) -> list[str]:
    found, todo = [], [value]
    while todo:
        match todo.pop():
            case str() as text:
                found.append(text)
            case dict() as mapping:
                todo.extend(mapping.keys())
                todo.extend(mapping.values())
            case list() as items:
                todo.extend(items)
    return found
