"""Folders the operator listed: nothing outside can be read through them."""

import os
import socket
from pathlib import Path

import pytest

from assay.domain.asset import MountUrl
from assay.errors import Invalid
from assay.store.mount import Mounts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "scans"
    (inside / "2024").mkdir(parents=True)
    (inside / "2024" / "ü 1.txt").write_bytes(b"0123456789")
    (tmp_path / "secret.txt").write_bytes(b"canary")
    return inside


async def read(folder: Path, path: str, start: int = 0, end: int | None = None) -> bytes:
    async with Mounts({"scans": folder}).open(MountUrl("scans", path), "/url") as file:
        return b"".join([chunk async for chunk in file.chunks(start, end)])


async def refusal(folder: Path, path: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        await read(folder, path)
    assert caught.value.pointer == "/url"
    assert str(folder) not in str(caught.value)
    return caught.value


async def test_a_file_is_read_whole_and_in_ranges(folder: Path) -> None:
    assert await read(folder, "2024/ü 1.txt") == b"0123456789"
    assert await read(folder, "2024/ü 1.txt", 2, 5) == b"234"
    async with Mounts({"scans": folder}).open(MountUrl("scans", "2024/ü 1.txt")) as file:
        assert file.size_bytes == 10


async def test_a13_no_path_leads_out(folder: Path) -> None:
    for path in ("../secret.txt", "2024/../../secret.txt", "", ".", "/etc/passwd", "2024//ü 1.txt"):
        assert (await refusal(folder, path)).code == "url.invalid"


async def test_a13_no_link_is_followed(folder: Path) -> None:
    (folder / "file").symlink_to(folder.parent / "secret.txt")
    (folder / "up").symlink_to(folder.parent)
    (folder / "inside").symlink_to(folder / "2024" / "ü 1.txt")
    (folder / "proc").symlink_to("/proc/self")
    for path in ("file", "up/secret.txt", "inside", "proc/environ"):
        error = await refusal(folder, path)
        assert error.code == "item.unreadable"
        assert "links" in str(error)


async def test_only_regular_files_are_read(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
        for path in ("2024", "fifo", "socket", "missing", "2024/ü 1.txt/deeper"):
            assert (await refusal(folder, path)).code == "item.unreadable"


async def test_an_unlisted_name_is_refused(folder: Path) -> None:
    with pytest.raises(Invalid) as caught:
        async with Mounts({"scans": folder}).open(MountUrl("other", "x")):
            pass
    assert caught.value.code == "url.invalid"


async def test_the_listed_folder_may_itself_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert await read(tmp_path / "link", "2024/ü 1.txt") == b"0123456789"


async def test_a_file_that_shrinks_is_an_error(folder: Path) -> None:
    async with Mounts({"scans": folder}).open(MountUrl("scans", "2024/ü 1.txt")) as file:
        os.truncate(folder / "2024" / "ü 1.txt", 3)
        with pytest.raises(Invalid) as caught:
            assert [chunk async for chunk in file.chunks()] == []
    assert caught.value.code == "item.unreadable"
