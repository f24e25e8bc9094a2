from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assay
from assay.client.paging import Lines
from assay.errors import Unavailable


@given(
    st.lists(st.binary(min_size=1).filter(lambda line: b"\n" not in line and line.strip())),
    st.lists(st.integers(1, 20), min_size=1),
    st.booleans(),
)
def test_lines_come_whole_however_they_are_cut(lines: list[bytes], cuts: list[int], ended: bool) -> None:
    written = b"\n".join(lines) + (b"\n" if ended else b"")
    splitter = Lines()
    found: list[bytes] = []
    start = turn = 0
    while start < len(written):
        size = cuts[turn % len(cuts)]
        found += splitter.feed(written[start : start + size])
        start, turn = start + size, turn + 1
    assert found + splitter.rest() == lines


def test_a_list_goes_on_while_there_is_a_cursor() -> None:
    fake = assay.FakeTransport()
    labeler = {"kind": "person", "role": "labeler", "created_at": "2026-01-01T00:00:00Z"}
    fake.answer(
        "GET",
        "/v1/labelers",
        {"items": [labeler | {"id": "1", "name": "a"}], "next_cursor": "c"},
        {"items": [labeler | {"id": "2", "name": "b"}], "next_cursor": None},
    )
    with assay.Client("http://assay.test", "key", transport=fake) as client:
        found = client.labelers.list()
        assert fake.requests == []  # a page is fetched when it is reached
        assert [one.name for one in found] == ["a", "b"]
    assert [request.url.params.get("cursor") for request in fake.requests] == [None, "c"]


def test_a_stream_that_breaks_off_is_an_error_and_no_short_list() -> None:
    class BreaksOff(httpx.SyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield b'{"broken'
            raise httpx.ReadError("reset")

    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/assets/0", lambda request: httpx.Response(200, stream=BreaksOff()))
    with (
        assay.Client("http://assay.test", "key", transport=fake) as client,
        pytest.raises(Unavailable, match="broke off"),
    ):
        client.assets.read("0")
