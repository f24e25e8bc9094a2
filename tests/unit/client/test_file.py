from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.client.file import write_chunks


def test_a_file_appears_whole(tmp_path: Path) -> None:
    path = write_chunks(tmp_path / "new" / "a.json", [b"ab", b"c"])
    assert path.read_bytes() == b"abc"
    assert [each.name for each in path.parent.iterdir()] == ["a.json"]


def test_what_was_there_stays_when_it_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def broken() -> Iterator[bytes]:
        yield b"new"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_chunks(path, broken())
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
