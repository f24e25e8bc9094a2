"""Where in a JSON text something was refused, as an RFC 6901 pointer.

The readers refuse at the speed of the C decoder, which does not know where it is. Only once a text was
refused is it read again here, leniently, and searched for the first place that has the fault.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from assay.errors import Malformed, pointer_token

MAX_POINTER_CHARS = 1_000
"""A longer pointer names the nearest enclosing value that fits: hostile keys are not sent back by the
megabyte."""
_NO_NUMBER = object()
_TOKEN = re.compile(r'"(?:[^"\\]+|\\.)*+"?|[\[\]{},:]', re.DOTALL)


class _Twice(dict[str, Any]):
    """An object that names ``key`` twice."""

    key = ""


def placed(error: Malformed, text: str, whole: Callable[[str], Any], max_depth: int) -> Malformed:
    """The same refusal of ``text`` with a pointer.

    A text that is no JSON has no places yet: its pointer is that of the whole, and the detail says where it
    breaks off. ``whole`` reads the digits of an integer and raises what the refusing reader raises.
    """
    if error.code == "json.too_deep":
        error.pointer = _pointer(_path_at_depth(text, max_depth + 1))
        return error
    error.pointer = ""
    if error.code == "json.malformed":
        return error
    try:
        value = _lenient(whole).decode(text)
    except (ValueError, RecursionError):  # it breaks off after the fault: no places either
        return error
    for code, path in _faults(value):
        if code == error.code:
            error.pointer = _pointer(path)
            break
    return error


def _lenient(whole: Callable[[str], Any]) -> json.JSONDecoder:
    """A decoder that marks what is wrong and goes on."""

    def read_whole(digits: str) -> Any:
        try:
            whole(digits)
        except (Malformed, ValueError):
            return _NO_NUMBER
        return 0

    return json.JSONDecoder(
        parse_constant=lambda _: _NO_NUMBER,
        parse_float=lambda digits: _NO_NUMBER if math.isinf(float(digits)) else 0.0,
        parse_int=read_whole,
        object_pairs_hook=_object,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            twice.key = key
            break
        seen.add(key)
    return twice


def _faults(root: Any) -> Iterator[tuple[str, list[str | int]]]:
    """Each fault's code and path, in the order of the text."""
    path: list[str | int] = []
    yield from _own_faults(root, path)
    open_: list[Iterator[tuple[str | int, Any]]] = [_children(root)]
    while open_:
        step = next(open_[-1], None)
        if step is None:
            open_.pop()
            if path:
                path.pop()
            continue
        key, value = step
        path.append(key)
        if isinstance(key, str) and (code := _text_fault(key)):
            yield code, path[:-1]  # a key nobody can write is named by its object
        yield from _own_faults(value, path)
        open_.append(_children(value))


def _own_faults(value: Any, path: list[str | int]) -> Iterator[tuple[str, list[str | int]]]:
    if value is _NO_NUMBER:
        yield "json.number", path
    elif isinstance(value, _Twice):
        yield "json.duplicate_key", [*path, value.key]
    elif isinstance(value, str) and (code := _text_fault(value)):
        yield code, path


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return iter(value.items())
    return iter(enumerate(value)) if isinstance(value, list) else iter(())


def _text_fault(text: str) -> str | None:
    if "\0" in text:
        return "json.nul"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "json.surrogate"
    return None


def _path_at_depth(text: str, depth: int) -> list[str | int]:
    """The path of the first value nested ``depth`` deep. Reads no further, so any depth beyond costs
    nothing."""
    path: list[str | int] = []
    opened: list[str] = []
    last = ""
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in ("[", "{"):
            opened.append(token)
            if len(opened) == depth:
                return path
            path.append(0 if token == "[" else "")
        elif token in ("]", "}"):
            if not opened:
                break
            opened.pop()
            path.pop()
        elif token == "," and opened and opened[-1] == "[":
            path[-1] = int(path[-1]) + 1
        elif token == ":" and opened and opened[-1] == "{":
            path[-1] = _key(last)
        last = token
    return path


def _key(token: str) -> str:
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return ""


def _pointer(path: list[str | int]) -> str:
    tokens = []
    size = 0
    for part in path:
        token = pointer_token(part).encode("utf-8", "backslashreplace").decode()
        size += len(token)
        if size > MAX_POINTER_CHARS:
            break
        tokens.append(token)
    return "".join(tokens)
