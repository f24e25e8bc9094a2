"""Tar archives as bundles: plain, gzip, bzip2 or xz; unpacked to one temporary file, within the limits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from assay.errors import Invalid
from assay.formats.archive_limits import Limits, Tally, refuse_nested, unreadable
from assay.formats.bundle import check_name, listed, missing
from assay.formats.executable import refuse_executable_start

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK_BYTES = 1 << 16
_MAX_EXTRA_BYTES = 1 << 16
_BLOCK = tarfile.BLOCKSIZE
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)
_SETUID_SETGID = 0o6000
_LZMA_MEMORY_BYTES = 128 << 20


class TarBundle:
    """A tar archive's plain files. Headers are walked by us, so that each is checked before it is
    believed."""

    def __init__(self, path: Path, limits: Limits) -> None:
        tally = Tally(limits, path.stat().st_size)
        self._file: IO[bytes] = _unpacked(path, tally)
        self._entries: dict[str, tuple[int, int]] = {}
        try:
            for name, offset, size in _walk(self._file):
                tally.entry(name, size)
                self._entries[name] = (offset, size)
        except BaseException:
            self._file.close()
            raise
        self._names = listed(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def open(self, name: str) -> BinaryIO:
        if name not in self._entries:
            raise missing(name)
        offset, size = self._entries[name]
        stream = io.BufferedReader(_Window(self._file, offset, size))
        return refuse_nested(refuse_executable_start(stream, name))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class _Window(io.RawIOBase):
    """``size`` bytes of ``inner`` from ``offset``. Several may be open, on one thread."""

    def __init__(self, inner: IO[bytes], offset: int, size: int) -> None:
        self._inner, self._offset, self._size, self._at = inner, offset, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        self._inner.seek(self._offset + self._at)
        data = self._inner.read(min(len(view), max(0, self._size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def _unpacked(path: Path, tally: Tally) -> IO[bytes]:
    """The tar itself: the file, or a temporary file that it was decompressed to."""
    with ExitStack() as stack:
        packed = stack.enter_context(path.open("rb"))
        unpacker = _unpacker(packed)
        if unpacker is None:
            stack.pop_all()
            return packed
        stack.callback(unpacker.close)
        with ExitStack() as unfinished:
            out: IO[bytes] = unfinished.enter_context(tempfile.TemporaryFile())
            try:
                while data := unpacker.read(_CHUNK_BYTES):
                    out.write(data)
                    tally.total(out.tell())
            except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
                raise unreadable("it does not decompress") from error
            unfinished.pop_all()
            return out


def _unpacker(packed: BinaryIO) -> io.BufferedIOBase | None:
    start = packed.read(6)
    packed.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=packed)
    if start.startswith(b"BZh"):
        return bz2.BZ2File(packed)
    if start.startswith(b"\xfd7zXZ\x00"):
        # The memory limit stands on a decompressor of our own: LZMAFile has none.
        return io.BufferedReader(_Xz(packed))
    if start.startswith((b"7z", b"Rar!")):
        raise unreadable("send a zip or a tar")
    return None


class _Xz(io.RawIOBase):
    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._lzma = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_LZMA_MEMORY_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = b""
        while not data and not self._lzma.eof:
            more = self._packed.read(_CHUNK_BYTES) if self._lzma.needs_input else b""
            if self._lzma.needs_input and not more:
                raise EOFError("the stream is cut off")
            data = self._lzma.decompress(more, max_length=len(view))
        view[: len(data)] = data
        return len(data)


def _walk(tar: IO[bytes]) -> list[tuple[str, int, int]]:
    """Each plain file as (name, offset, size)."""
    found: list[tuple[str, int, int]] = []
    end = tar.seek(0, io.SEEK_END)
    at, long_name = 0, None
    while at + _BLOCK <= end:
        tar.seek(at)
        block = tar.read(_BLOCK)
        if block == bytes(_BLOCK):
            return found
        header = _header(block)
        body, at = at + _BLOCK, at + _BLOCK + -(-header.size // _BLOCK) * _BLOCK
        if header.size < 0 or body + header.size > end:
            raise unreadable("an entry is cut off")
        if header.type in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME):
            extra = _extra_name(tar, header, body)
            long_name = long_name if header.type == tarfile.XGLTYPE else extra or long_name
            continue
        name = long_name or header.name
        long_name = None
        _check_type(header, name)
        if header.type in _FILES:
            found.append((_plain(name), body, header.size))
    raise unreadable("its end is missing")


def _header(block: bytes) -> tarfile.TarInfo:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise unreadable("a header is broken") from error


def _check_type(header: tarfile.TarInfo, name: str) -> None:
    if header.type not in (*_FILES, tarfile.DIRTYPE) or header.mode & _SETUID_SETGID:
        raise Invalid("archive.path_refused", f"{ascii(name)[:200]} is a link, a device or set-uid")
    if header.type == tarfile.DIRTYPE and _plain(name).strip("/"):
        check_name(_plain(name).rstrip("/"))


def _plain(name: str) -> str:
    """``tar -C folder .`` writes every name with ``./`` before it, and the folder itself as ``./``."""
    return "" if name in (".", "./") else name.removeprefix("./")


def _extra_name(tar: IO[bytes], header: tarfile.TarInfo, body: int) -> str | None:
    """The name that an extra header gives the next entry. Whatever would change sizes or targets is
    refused."""
    if header.size > _MAX_EXTRA_BYTES:
        raise unreadable("an extra header is too large")
    tar.seek(body)
    data = tar.read(header.size)
    if header.type == tarfile.GNUTYPE_LONGNAME:
        return data.rstrip(b"\x00").decode("utf-8", "surrogateescape")
    name = None
    while data:
        length_text, _, _ = data.partition(b" ")
        if not length_text.isdigit() or not len(length_text) < int(length_text) <= len(data):
            raise unreadable("an extra header is broken")
        record, data = data[len(length_text) + 1 : int(length_text) - 1], data[int(length_text) :]
        key, _, value = record.partition(b"=")
        if key in (b"size", b"linkpath") or key.startswith(b"GNU.sparse"):
            raise unreadable("an extra header changes an entry's size")
        if key == b"path":
            name = value.decode("utf-8", "surrogateescape")
    return name
