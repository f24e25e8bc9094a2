"""Whoever sent JSON that was refused is told where in it the fault is (A17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assay.api.json_value import read_json
from assay.errors import Malformed
from assay.formats.json_place import MAX_POINTER_CHARS
from assay.formats.json_stream import read_value

READERS: list[Callable[[str], Any]] = [lambda text: read_json(text.encode()), read_value]
CASES = [
    ("NaN", "json.number", ""),
    ('{"a": [1, 2.5, {"b": NaN}]}', "json.number", "/a/2/b"),
    ('{"a": "NaN", "b": -Infinity}', "json.number", "/b"),
    ('[0, {"scores": {"x/y": 1e400}}]', "json.number", "/1/scores/x~1y"),
    ('{"m": {"n": ' + "9" * 5_000 + "}}", "json.number", "/m/n"),
    ('{"a": 1, "a": 2}', "json.duplicate_key", "/a"),
    ('[{}, {"b": {"a~": 1, "c": 3, "a~": 2}}]', "json.duplicate_key", "/1/b/a~0"),
    ('{"fields": {"note": "a\\u0000b"}}', "json.nul", "/fields/note"),
    ('{"fields": {"no\\u0000te": 1}}', "json.nul", "/fields"),
    ('{"a": ["x", "\\ud800"]}', "json.surrogate", "/a/1"),
    ('{"a": {"\\udc00": 1}}', "json.surrogate", "/a"),
    ('{"a": 1,', "json.malformed", ""),
    ('{"a": NaN, "b"', "json.number", ""),
    ('{"x": [0, ' + "[" * 63 + "]" * 63 + "]}", "json.too_deep", "/x/1" + "/0" * 62),
    ('{"a":' * 65 + "0" + "}" * 65, "json.too_deep", "/a" * 64),
    ('{"k": "[[[", "b\\"": ' + "[" * 100_000, "json.too_deep", '/b"' + "/0" * 63),
    ('["]", [[], 1, ' + "[" * 70 + "]" * 70 + "]]", "json.too_deep", "/1/2" + "/0" * 62),
]  # fmt: skip


def refusal(read: Callable[[str], Any], text: str) -> Malformed:
    with pytest.raises(Malformed) as refused:
        read(text)
    return refused.value


@pytest.mark.parametrize("read", READERS, ids=["rest", "formats"])
@pytest.mark.parametrize(("text", "code", "pointer"), CASES, ids=[case[0][:24] for case in CASES])
def test_the_fault_is_pointed_at(read: Callable[[str], Any], text: str, code: str, pointer: str) -> None:
    error = refusal(read, text)
    assert (error.code, error.pointer) == (code, pointer)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
def test_an_integer_beyond_64_bits_is_pointed_at(number: int) -> None:
    error = refusal(READERS[0], f'[{{"a": {2**63 - 1}, "b": {number}}}]')
    assert (error.code, error.pointer) == ("json.number", "/0/b")


def test_bytes_that_are_no_utf8_have_no_places() -> None:
    with pytest.raises(Malformed) as refused:
        read_json(b'{"a": "\xff"}')
    assert refused.value.pointer == ""


def test_a_long_pointer_names_the_enclosing_value_that_fits() -> None:
    key = "k" * MAX_POINTER_CHARS
    assert refusal(READERS[0], f'{{"a": {{"{key}": NaN}}}}').pointer == "/a"
