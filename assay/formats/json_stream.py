"""Strict JSON, read one element at a time: a file of any size in the memory of its largest element.

Refused: NaN and infinities, keys named twice, more than 64 levels, lone surrogates and U+0000.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from assay.errors import Malformed, TooLarge
from assay.formats.json_place import placed

MAX_ELEMENT_CHARS = 32 << 20
MAX_DEPTH = 64
_CHUNK_BYTES = 1 << 16
_SPACE = " \t\n\r"
_NUMBER = "0123456789.eE+-"
_RISKY_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def read_value(text: str) -> Any:
    """One JSON value and nothing else. Raises ``Malformed`` (``json.*``) with a pointer to what is wrong."""
    try:
        return _read(text)
    except Malformed as error:
        raise placed(error, text, _whole, MAX_DEPTH) from None


def _read(text: str) -> Any:
    try:
        value, end = _DECODER.raw_decode(text, _skip_space(text, 0))
    except (json.JSONDecodeError, RecursionError) as error:
        raise _malformed(error) from None
    if _skip_space(text, end) != len(text):
        raise Malformed("json.malformed", f"there is more after the value, at character {end}")
    _check_value(value, risky=_RISKY_ESCAPE.search(text) is not None or "\x00" in text)
    return value


def write_value(value: Any) -> str:
    """Compact JSON on one line, keys in the order given. Raises ``ValueError`` for NaN."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """The non-empty lines of UTF-8 text, each with its number from 1. Raises ``Malformed`` or
    ``TooLarge``."""
    number = 0
    while raw := stream.readline(MAX_ELEMENT_CHARS + 1):
        number += 1
        if len(raw) > MAX_ELEMENT_CHARS:
            raise TooLarge("limit.exceeded", f"line {number} is too long", limit=MAX_ELEMENT_CHARS)
        text = decode_utf8(
            raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw, f"line {number}"
        ).strip()
        if text:
            yield number, text


def decode_utf8(raw: bytes, where: str) -> str:
    """Text, or ``Malformed`` saying where it is not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("json.malformed", f"{where} is not UTF-8 (byte {error.start})") from None


def stream_elements(stream: BinaryIO, streamed: Iterable[str] = ()) -> Iterator[tuple[str | None, Any]]:
    """The elements of a top-level array, each as (None, element); or of a top-level object: (key, element)
    for each element of the arrays under ``streamed`` keys, and (key, value) for every other key.

    Raises ``Malformed`` (``json.*``), or ``TooLarge`` when one element is beyond ``MAX_ELEMENT_CHARS``.
    """
    scanner = _Scanner(stream)
    streamed = frozenset(streamed)
    opening = scanner.take("[{")
    if opening == "[":
        yield from ((None, element) for element in scanner.array())
    else:
        seen: set[str] = set()
        for key in scanner.each_key():
            if key in seen:
                raise Malformed("json.duplicate_key", f"the key {key!r} stands twice")
            seen.add(key)
            if key in streamed and scanner.peek() == "[":
                scanner.take("[")
                yield from ((key, element) for element in scanner.array())
            else:
                yield key, scanner.value()
    if scanner.peek():
        raise Malformed("json.malformed", "there is more after the value")


class _Scanner:
    """A window on a long JSON text, refilled as it is consumed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
        self._text, self._at, self._ended = "", 0, False

    def peek(self) -> str:
        """The next character that is not space; ``""`` at the end."""
        while True:
            self._at = _skip_space(self._text, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._refill(_CHUNK_BYTES):
                return ""

    def take(self, allowed: str) -> str:
        """Consume one of these characters."""
        found = self.peek()
        if not found or found not in allowed:
            raise Malformed("json.malformed", f"expected one of {allowed} and found {found!r}")
        self._at += 1
        return found

    def array(self) -> Iterator[Any]:
        """The elements up to the closing bracket; the opening one is consumed."""
        if self.peek() == "]":
            self.take("]")
            return
        yield self.value()
        while self.take(",]") == ",":
            yield self.value()

    def each_key(self) -> Iterator[str]:
        """Each key; the caller consumes its value before asking for the next."""
        if self.peek() == "}":
            self.take("}")
            return
        more = True
        while more:
            key = self.value()
            if not isinstance(key, str):
                raise Malformed("json.malformed", "a key must be a string")
            self.take(":")
            yield key
            more = self.take(",}") == ","

    def value(self) -> Any:
        """One whole value, however many refills it takes."""
        if not self.peek():
            raise Malformed("json.malformed", "the text ends within a value")
        size = _CHUNK_BYTES
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended:
                    raise _malformed(error) from None
            except RecursionError as error:
                raise _malformed(error) from None
            else:
                # A number at the end of the window may go on in the next chunk: "1" and "1." of "1.5".
                if self._ended or (end < len(self._text) and self._text[end] not in _NUMBER):
                    break
            if len(self._text) - self._at > MAX_ELEMENT_CHARS:
                raise TooLarge("limit.exceeded", "one element is too long", limit=MAX_ELEMENT_CHARS)
            self._refill(size)
            size *= 2
        risky = _RISKY_ESCAPE.search(self._text, self._at, end) is not None
        _check_value(value, risky=risky)
        self._at = end
        return value

    def _refill(self, size: int) -> bool:
        if self._ended:
            return False
        raw = self._stream.read(size)
        try:
            more = self._decoder.decode(raw, final=not raw)
        except UnicodeDecodeError:
            raise Malformed("json.malformed", "the text is not UTF-8") from None
        self._ended = not raw
        self._text, self._at = self._text[self._at :] + more, 0
        return not self._ended or bool(more)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _malformed(error: json.JSONDecodeError | RecursionError) -> Malformed:
    if isinstance(error, RecursionError):
        return Malformed("json.too_deep", f"more than {MAX_DEPTH} levels", limit=MAX_DEPTH)
    return Malformed("json.malformed", f"{error.msg} at character {error.pos}")


def _no_constant(name: str) -> Any:
    raise Malformed("json.number", f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Malformed("json.number", f"{text[:40]} is beyond the range of numbers")
    return value


def _whole(text: str) -> int:
    if len(text) > 40:
        raise Malformed("json.number", "a number has too many digits", limit=40)
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("json.duplicate_key", "an object names a key twice")
    return found


def _check_value(value: Any, *, risky: bool) -> None:
    """Refuse what is too deep and, where escapes make it possible, half characters and U+0000."""
    level: list[Any] = [value]
    for depth in range(MAX_DEPTH + 1):
        if risky:
            for text in (each for each in _strings(level) if "\x00" in each or not _whole_characters(each)):
                code = "json.nul" if "\x00" in text else "json.surrogate"
                raise Malformed(code, "a string holds U+0000 or half a character")
        if depth == MAX_DEPTH and any(isinstance(each, dict | list) for each in level):
            break
        level = [child for each in level for child in _children(each)]
        if not level:
            return
    raise Malformed("json.too_deep", f"more than {MAX_DEPTH} levels", limit=MAX_DEPTH)


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _strings(level: list[Any]) -> Iterator[str]:
    for value in level:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value


def _whole_characters(text: str) -> bool:
    return not any(0xD800 <= ord(character) < 0xE000 for character in text)


_DECODER = json.JSONDecoder(
    parse_constant=_no_constant, parse_float=_finite, parse_int=_whole, object_pairs_hook=_unique
)
