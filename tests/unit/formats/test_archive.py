"""Attack cases A11, A12, A14: archives that climb out, link, or blow up."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from assay.errors import AssayError, Invalid, Malformed, TooLarge
from assay.formats.archive import open_bundle
from assay.formats.archive_limits import Limits
from assay.formats.bundle import FolderBundle, MemoryBundle

HOSTILE_NAMES = [
    "../../etc/passwd",
    "a/../../b",
    "/etc/passwd",
    "C:/windows/x",
    "c:x",
    "..\\..\\x",
    "a\\b",
    "a\x00.txt",
    "a\nb",
    "a//b",
    "./../a",
    "a/./b",
    "..",
    "a\u2044b",
    "a\u2215b",
    "a\uff0fb",
    "a\uff3cb",
    "a\x85b",
    "n" * 2000,
]


def _zip(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def _tar(path: Path, *entries: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for info, content in entries:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def _plain(name: str) -> tarfile.TarInfo:
    return tarfile.TarInfo(name)


def _read_all(path: Path, limits: Limits | None) -> None:
    with closing(open_bundle(path, path.name, limits)) as bundle:
        for name in bundle.names:
            with bundle.open(name) as stream:
                stream.read()


def _refused(path: Path, code: str, limits: Limits | None = None) -> AssayError:
    with pytest.raises(AssayError) as caught:
        _read_all(path, limits)
    assert caught.value.code == code
    assert str(path.parent) not in caught.value.detail
    return caught.value


@pytest.mark.parametrize("packed", [False, True])
def test_reads_a_zip_and_a_tar_as_the_same_bundle(tmp_path: Path, packed: bool) -> None:
    files = {"data.yaml": b"names: [a]", "labels/ä.txt": b"0 1 1 1 1"}
    as_zip = open_bundle(_zip(tmp_path / "a.zip", files), "a.zip")
    entries = [(_plain(name), content) for name, content in files.items()]
    as_tar = open_bundle(_tar(tmp_path / "a.tar", *entries, mode="w:gz" if packed else "w"), "a.bin")
    for bundle in (as_zip, as_tar):
        assert bundle.names == tuple(sorted(files))
        for name, content in files.items():
            with bundle.open(name) as stream:
                assert stream.read(3) == content[:3]
                assert stream.read() == content[3:]
        bundle.close()


@pytest.mark.parametrize("mode", ["w:bz2", "w:xz"])
def test_reads_other_packed_tars_and_long_names(tmp_path: Path, mode: str) -> None:
    name = "folder/" + "n" * 180 + ".txt"
    bundle = open_bundle(_tar(tmp_path / "a.tar", (_plain("./" + name), b"x"), mode=mode), "a.tar")
    assert bundle.names == (name,)
    bundle.close()


def test_reads_a_plain_file_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.json").write_bytes(b"{}")
    assert open_bundle(tmp_path, "upload").names == ("sub/a.json",)
    one = open_bundle(tmp_path / "sub" / "a.json", "b.json")
    with one.open("b.json") as stream:
        assert stream.read() == b"{}"
    with pytest.raises(Invalid, match="holds no file"):
        one.open("a.json")


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_refuses_names_that_climb_out_of_a_zip(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name  # past ZipInfo's own cleaning, as an attacker writes it
        archive.writestr(info, b"x")
    error = _refused(path, "archive.path_refused")
    assert error.detail.isascii()
    assert error.detail.isprintable()


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if name != "a\x00.txt"], ids=ascii)
def test_refuses_names_that_climb_out_of_a_tar(tmp_path: Path, name: str) -> None:
    _refused(_tar(tmp_path / "a.tar", (_plain(name), b"x")), "archive.path_refused")


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_refuses_names_that_climb_out_of_memory(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        MemoryBundle({name: b""})
    assert caught.value.code == "archive.path_refused"


@pytest.mark.parametrize(
    "mode", [stat.S_IFLNK | 0o777, stat.S_IFCHR | 0o600, stat.S_IFIFO | 0o600, stat.S_IFREG | 0o4755]
)
def test_refuses_links_devices_and_setuid_in_a_zip(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.external_attr = mode << 16
        archive.writestr(info, b"/etc/passwd")
    _refused(path, "archive.path_refused")


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"S", b"7"]
)
def test_refuses_links_devices_and_oddities_in_a_tar(tmp_path: Path, kind: bytes) -> None:
    info = _plain("x")
    info.type, info.linkname = kind, "/etc/passwd"
    _refused(_tar(tmp_path / "a.tar", (info, b"")), "archive.path_refused")


def test_refuses_setuid_in_a_tar(tmp_path: Path) -> None:
    info = _plain("x")
    info.mode = 0o4755
    _refused(_tar(tmp_path / "a.tar", (info, b"")), "archive.path_refused")


def test_refuses_links_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("/etc/passwd")
    with pytest.raises(Invalid) as caught:
        FolderBundle(tmp_path)
    assert caught.value.code == "archive.path_refused"


def test_refuses_a_name_that_stands_twice(tmp_path: Path) -> None:
    path = _tar(tmp_path / "a.tar", (_plain("x"), b"1"), (_plain("x"), b"2"))
    _refused(path, "archive.path_refused")


def _bomb_zip(path: Path) -> Path:
    return _zip(path, {"zeros": bytes(8 << 20)})


def _bomb_gzip(path: Path) -> Path:
    path.write_bytes(gzip.compress(bytes(8 << 20)))
    return path


def _bomb_total(path: Path) -> Path:
    return _zip(path, {f"{ordinal}": b"x" * 600 for ordinal in range(2)})


def _bomb_entries(path: Path) -> Path:
    return _zip(path, {f"{ordinal}": b"" for ordinal in range(12)})


def _bomb_nested(path: Path) -> Path:
    return _zip(path, {"inner.zip": b""})


def _bomb_nested_by_bytes(path: Path) -> Path:
    inner = _zip(path.with_name("inner"), {"x": b"x"})
    return _zip(path, {"labels.txt": inner.read_bytes()})


def _bomb_overlapping(path: Path) -> Path:
    """Two directory entries over one local entry (Fifield's full overlap)."""
    whole = _zip(path, {"a": b"x" * 50}).read_bytes()
    at = whole.rindex(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    entry = whole[at:end]
    twin = entry.replace(b"a", b"b")
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), at, 0)
    path.write_bytes(whole[:at] + entry + twin + tail)
    return path


@pytest.mark.parametrize(
    ("make", "limit_name", "limits"),
    [
        (_bomb_zip, "ratio", Limits()),
        (_bomb_gzip, "ratio", Limits()),
        (_bomb_total, "total_bytes", Limits(total_bytes=1000)),
        (_bomb_entries, "entries", Limits(entries=10)),
        (_bomb_nested, "depth", Limits()),
        (_bomb_nested_by_bytes, "depth", Limits()),
        (_bomb_overlapping, "overlap", Limits()),
        (_bomb_entries, "directory_bytes", Limits(directory_bytes=100)),
    ],
)
def test_refuses_bombs_naming_the_limit(
    tmp_path: Path, make: Callable[[Path], Path], limit_name: str, limits: Limits
) -> None:
    error = _refused(make(tmp_path / "bomb.bin"), "archive.limit", limits)
    assert isinstance(error, TooLarge)
    assert error.extra["limit_name"] == limit_name


def test_counts_the_entries_of_a_tar_too(tmp_path: Path) -> None:
    path = _tar(tmp_path / "a.tar", *((_plain(str(ordinal)), b"") for ordinal in range(12)))
    assert _refused(path, "archive.limit", Limits(entries=10)).limit == 10


def test_a_directory_that_lies_about_its_number_of_entries_is_counted(tmp_path: Path) -> None:
    path = _bomb_entries(tmp_path / "a.zip")
    whole = bytearray(path.read_bytes())
    end = whole.rindex(b"PK\x05\x06")
    whole[end + 8 : end + 12] = struct.pack("<2H", 1, 1)
    path.write_bytes(bytes(whole))
    _refused(path, "archive.limit", Limits(entries=10))


def test_a_zip64_directory_is_read_and_counted(tmp_path: Path) -> None:
    n = 65_600  # beyond what the first zip's 16 bits can count
    path = _zip(tmp_path / "a.zip", dict.fromkeys(map(str, range(n)), b""), zipfile.ZIP_STORED)
    with closing(open_bundle(path, "a.zip")) as bundle:
        assert len(bundle.names) == n
    _refused(path, "archive.limit", Limits(entries=n - 1))


def _damaged(path: Path, change: Callable[[bytearray], None]) -> Path:
    whole = bytearray(_zip(path, {"a": b"hello" * 100, "b": b"x"}).read_bytes())
    change(whole)
    path.write_bytes(bytes(whole))
    return path


def _encrypt(whole: bytearray) -> None:
    whole[whole.rindex(b"PK\x01\x02") + 8] |= 1


def _truncate(whole: bytearray) -> None:
    del whole[len(whole) // 2 :]


def _corrupt(whole: bytearray) -> None:
    whole[35] ^= 0xFF


@pytest.mark.parametrize("change", [_encrypt, _truncate, _corrupt])
def test_a_broken_or_encrypted_zip_is_malformed(tmp_path: Path, change: Callable[[bytearray], None]) -> None:
    error = _refused(_damaged(tmp_path / "a.zip", change), "archive.unreadable")
    assert isinstance(error, Malformed)


def test_an_unknown_compression_is_refused(tmp_path: Path) -> None:
    _refused(_zip(tmp_path / "a.zip", {"a": b"x" * 99}, zipfile.ZIP_LZMA), "archive.unreadable")


@pytest.mark.parametrize("keep", [100, 600, 1100])
def test_a_tar_cut_off_is_malformed(tmp_path: Path, keep: int) -> None:
    path = _tar(tmp_path / "a.tar", (_plain("a"), b"x" * 700), mode="w:gz")
    unpacked = gzip.decompress(path.read_bytes())[:keep]
    path.write_bytes(gzip.compress(unpacked))
    _refused(path, "archive.unreadable")


def test_a_gzip_cut_off_is_malformed(tmp_path: Path) -> None:
    path = _tar(tmp_path / "a.tar", (_plain("a"), bytes(range(256)) * 9), mode="w:gz")
    path.write_bytes(path.read_bytes()[:-20])
    _refused(path, "archive.unreadable")
