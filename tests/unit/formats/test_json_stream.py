"""Strict JSON, an element at a time."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import AssayError
from assay.formats.json_stream import read_lines, read_value, stream_elements, write_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS | TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)


class _Drip(io.BytesIO):
    """Gives a few bytes at a time, so that every value straddles a refill."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(3)


@given(values=st.lists(VALUES, max_size=6), ascii_only=st.booleans())
def test_reads_an_array_however_it_is_cut(values: list[Any], ascii_only: bool) -> None:
    text = json.dumps(values, ensure_ascii=ascii_only, indent=1)
    assert [element for _, element in stream_elements(_Drip(text.encode()))] == values


def test_reads_the_streamed_keys_element_by_element() -> None:
    text = b'\xef\xbb\xbf {"a": [1, 22] , "b": [3], "c": {"d": []}, "e": []} '
    found = list(stream_elements(_Drip(text), ("a", "e")))
    assert found == [("a", 1), ("a", 22), ("b", [3]), ("c", {"d": []})]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json.malformed"),
        ("7", "json.malformed"),
        ("[1", "json.malformed"),
        ("[1 2]", "json.malformed"),
        ("[1,]", "json.malformed"),
        ("[1] x", "json.malformed"),
        ('{"a" 1}', "json.malformed"),
        ("{1: 2}", "json.malformed"),
        ('{"a": 1, "a": 2}', "json.duplicate_key"),
        ('[{"a": 1, "a": 2}]', "json.duplicate_key"),
        ("[NaN]", "json.number"),
        ("[-Infinity]", "json.number"),
        ("[1e999]", "json.number"),
        ("[" + "9" * 50 + "]", "json.number"),
        ('["\\ud800"]', "json.surrogate"),
        ('[{"\\u0000": 1}]', "json.nul"),
        ("[" + "[" * 70 + "]" * 70 + "]", "json.too_deep"),
        ("[" * 100_000, "json.too_deep"),
    ],
)
def test_refuses_what_is_not_strict_json(text: str, code: str) -> None:
    with pytest.raises(AssayError) as caught:
        list(stream_elements(io.BytesIO(text.encode())))
    assert caught.value.code == code


@pytest.mark.parametrize("raw", [b'["\xff"]', b'["\xc3'])
def test_refuses_what_is_not_utf8(raw: bytes) -> None:
    with pytest.raises(AssayError):
        list(stream_elements(io.BytesIO(raw)))


@given(value=VALUES)
def test_one_value_comes_back(value: Any) -> None:
    assert read_value(write_value(value)) == value


def test_a_pair_of_surrogate_escapes_is_one_character() -> None:
    assert read_value('"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize("text", ["1 2", "{", '"\x00"'])
def test_one_value_and_nothing_else(text: str) -> None:
    with pytest.raises(AssayError):
        read_value(text)


def test_lines_are_numbered_and_empty_ones_left_out() -> None:
    assert list(read_lines(io.BytesIO(b"\xef\xbb\xbfa\n\n b \r\nc"))) == [(1, "a"), (3, "b"), (4, "c")]
