"""What JSON parsers quietly let through is refused before anything looks at it (A15, A17)."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterable

import pytest
from starlette.requests import Request
from starlette.types import Message

from assay.api.json_value import MAX_BODY_BYTES, read_json
from assay.api.rest.json_body import MAX_INFLATION, read_body, read_lines
from assay.errors import AssayError, Malformed, TooLarge, Unsupported

DEEPEST = b"[" * 64 + b"]" * 64


def request(*parts: bytes, encoding: str | None = None) -> Request:
    """A request whose body comes in these parts."""
    messages: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        return messages.pop(0)

    headers = [(b"content-encoding", encoding.encode())] if encoding else []
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


def refusal(raw: bytes) -> str:
    with pytest.raises(Malformed) as refused:
        read_json(raw)
    return refused.value.code


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": [1, 2.5, -3e4, true, null, "x"]}',
        b"0",
        b'"\\ud83d\\ude00"',
        b" [ ] ",
        DEEPEST,
        str(2**63 - 1).encode(),
    ],
)
def test_plain_json_is_read_as_it_is(raw: bytes) -> None:
    assert read_json(raw) == json.loads(raw)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "json.malformed"),
        (b"{", "json.malformed"),
        (b"[1,]", "json.malformed"),
        (b"{'a': 1}", "json.malformed"),
        (b"1 2", "json.malformed"),
        (b"\xff", "json.malformed"),
        (b'"\xed\xa0\x80"', "json.malformed"),
        (b"\xef\xbb\xbf{}", "json.malformed"),
        (b'"a\nb"', "json.malformed"),
        (b"NaN", "json.number"),
        (b"[-Infinity]", "json.number"),
        (b'{"a": 1e400}', "json.number"),
        (b"[-1e999]", "json.number"),
        (str(2**63).encode(), "json.number"),
        (b"[[" + str(-(2**63) - 1).encode() + b"]]", "json.number"),
        (b"9" * 5_000, "json.number"),
        (b'{"a": 1, "a": 1}', "json.duplicate_key"),
        (b'[{"b": {"a": 1, "\\u0061": 2}}]', "json.duplicate_key"),
        (b"[" * 65 + b"]" * 65, "json.too_deep"),
        (b'{"a":' * 65 + b"0" + b"}" * 65, "json.too_deep"),
        (b"[" * 100_000 + b"]" * 100_000, "json.too_deep"),
        (b"[" * 100_000, "json.too_deep"),
        (b'"\\ud800"', "json.surrogate"),
        (b'{"\\udc00": 1}', "json.surrogate"),
        (b'"a\\u0000b"', "json.nul"),
        (b'{"a\\u0000": 1}', "json.nul"),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else value,
)  # fmt: skip
def test_what_is_not_plain_json_is_refused(raw: bytes, code: str) -> None:
    assert refusal(raw) == code


def test_a_backslash_before_u0000_is_text() -> None:
    assert read_json(rb'"\\u0000"') == r"\u0000"


def test_brackets_in_strings_are_no_depth() -> None:
    assert read_json(json.dumps(["[" * 1_000, "{" * 1_000]).encode()) == ["[" * 1_000, "{" * 1_000]


def test_a_million_escaped_quotes_are_read_once() -> None:
    """A regular expression over the raw bytes took quadratic time for this one: minutes, not milliseconds."""
    assert refusal(b"[" * 65 + b'"' + rb"\"" * 1_000_000) == "json.malformed"


async def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() -> None:
    assert await read_body(request(b"x" * 600, b"x" * 400), limit=1_000) == b"x" * 1_000
    with pytest.raises(TooLarge) as refused:
        await read_body(request(b"x" * 600, b"x" * 401), limit=1_000)
    assert (refused.value.code, refused.value.limit) == ("body.too_large", 1_000)


async def test_gzip_is_inflated_whatever_its_parts() -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two")
    assert await read_body(request(packed, encoding="gzip")) == b"onetwo"
    assert await read_body(request(*_bytes(packed), encoding="GZIP")) == b"onetwo"


@pytest.mark.parametrize(
    ("parts", "encoding", "expected"),
    [
        ([b"plain"], "gzip", Malformed),
        ([gzip.compress(b"cut" * 99)[:-4]], "gzip", Malformed),
        ([gzip.compress(b"one") + b"rest"], "gzip", Malformed),
        ([b"x"], "br", Unsupported),
        ([b"x"], "gzip, gzip", Unsupported),
    ],
)
async def test_a_body_that_is_not_what_it_is_called_is_refused(
    parts: list[bytes], encoding: str, expected: type[AssayError]
) -> None:
    with pytest.raises(expected) as refused:
        await read_body(request(*parts, encoding=encoding))
    assert refused.value.code == "body.encoding"


async def test_a_gzip_bomb_is_stopped_before_it_is_large() -> None:
    bomb = gzip.compress(b"0" * (3 * MAX_BODY_BYTES))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            async for _ in read_lines(request(bomb, encoding="gzip")):
                pass
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


async def test_a_gzip_bomb_of_short_lines_is_stopped_by_its_ratio() -> None:
    bomb = gzip.compress((b" " * 4_095 + b"\n") * (MAX_BODY_BYTES // 4_096 + 1))
    with pytest.raises(TooLarge) as refused:
        async for _ in read_lines(request(bomb, encoding="gzip")):
            pass
    assert refused.value.limit == MAX_INFLATION


async def test_lines_are_numbered_as_an_editor_does_and_empty_ones_passed_over() -> None:
    parts = (b'{"a"', b": 1}\r\n\n  \n{", b"}\n[]")
    assert [line async for line in read_lines(request(*parts))] == [
        (1, b'{"a": 1}\r'),
        (4, b"{}"),
        (5, b"[]"),
    ]


async def test_a_line_that_never_ends_is_refused() -> None:
    with pytest.raises(TooLarge) as refused:
        async for _ in read_lines(request(b"1\n", *[b"x" * 50] * 3), limit=100):
            pass
    assert "line 2" in refused.value.detail


def _bytes(data: bytes) -> Iterable[bytes]:
    return (data[n : n + 1] for n in range(len(data)))
