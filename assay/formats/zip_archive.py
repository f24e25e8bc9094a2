"""A zip archive as a bundle."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from assay.errors import Invalid
from assay.formats.archive_limits import RATIO_FLOOR_BYTES, Limits, Tally, exceeds, refuse_nested, unreadable
from assay.formats.bundle import check_name, listed, missing
from assay.formats.executable import refuse_executable_start

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL_BYTES = 30
_MAX_COMMENT_BYTES = 65_535
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ZipBundle:
    """A zip archive's plain files."""

    def __init__(self, path: Path, limits: Limits) -> None:
        archive_bytes = path.stat().st_size
        tally = Tally(limits, archive_bytes)
        with path.open("rb") as stream:
            directory_start = _measure_directory(stream, archive_bytes, limits)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise unreadable("its directory is broken") from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        try:
            for info in self._zip.infolist():
                _check_entry(info, limits)
                if not info.is_dir():
                    tally.entry(info.filename, info.file_size)
                    self._entries[info.filename] = info
            _refuse_overlap(self._zip.infolist(), directory_start)
        except BaseException:
            self._zip.close()
            raise
        self._names = listed(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def open(self, name: str) -> BinaryIO:
        info = self._entries.get(name)
        if info is None:
            raise missing(name)
        try:
            entry = _Entry(self._zip.open(info))
            stream = refuse_executable_start(io.BufferedReader(entry), name)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise unreadable("an entry is broken") from error
        return refuse_nested(stream)

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()


class _Entry(io.RawIOBase):
    """One entry's bytes; a broken entry is our error, not zipfile's."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._inner.read(len(view))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise unreadable("an entry is broken") from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _measure_directory(stream: BinaryIO, archive_bytes: int, limits: Limits) -> int:
    """Where the central directory begins, once its size and true number of entries are within limits.

    ``zipfile`` reads the whole directory into memory before anyone can object; so count first.
    """
    tail_bytes = min(archive_bytes, _END.size + _MAX_COMMENT_BYTES + _END64_LOCATOR.size + _END64.size)
    stream.seek(archive_bytes - tail_bytes)
    tail = stream.read(tail_bytes)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise unreadable("its end is missing")
    directory_bytes, end = _END.unpack_from(tail, at)[5], archive_bytes - tail_bytes + at
    locator = at - _END64_LOCATOR.size
    if locator >= _END64.size and tail[locator : locator + 4] == b"PK\x06\x07":
        if tail[locator - _END64.size : locator - _END64.size + 4] != b"PK\x06\x06":
            raise unreadable("its zip64 end is missing")
        directory_bytes = _END64.unpack_from(tail, locator - _END64.size)[8]
        end -= _END64_LOCATOR.size + _END64.size
    if directory_bytes > limits.directory_bytes:
        raise exceeds("directory_bytes", limits.directory_bytes, "the archive's directory is too large")
    start: int = end - directory_bytes
    if start < 0:
        raise unreadable("its directory is cut off")
    stream.seek(start)
    directory, offset, entries = stream.read(directory_bytes), 0, 0
    while directory[offset : offset + 4] == b"PK\x01\x02" and len(directory) - offset >= _CENTRAL.size:
        header = _CENTRAL.unpack_from(directory, offset)
        offset += _CENTRAL.size + header[10] + header[11] + header[12]
        entries += 1
        if entries > limits.entries:
            raise exceeds("entries", limits.entries, "too many entries")
    return start


def _check_entry(info: zipfile.ZipInfo, limits: Limits) -> None:
    """Refuse an entry for what it is: its name as written and as read, its type, its bits, its ratio."""
    check_name(info.orig_filename.rstrip("/") if info.orig_filename.endswith("/") else info.orig_filename)
    check_name(info.filename.rstrip("/"))
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR) or mode & (stat.S_ISUID | stat.S_ISGID):
        raise Invalid("archive.path_refused", f"{ascii(info.filename)[:200]} is a link, a device or set-uid")
    if info.flag_bits & _ENCRYPTED:
        raise unreadable("it is encrypted")
    if info.compress_type not in _METHODS:
        raise unreadable("entries must be stored or deflated")
    if info.file_size > max(RATIO_FLOOR_BYTES, limits.ratio * info.compress_size):
        raise exceeds("ratio", limits.ratio, f"{ascii(info.filename)[:200]} expands too far")


def _refuse_overlap(entries: list[zipfile.ZipInfo], directory_start: int) -> None:
    """Refuse entries that share bytes with each other or with the directory (Fifield, "A better zip bomb",
    2019).

    An entry takes at least its local header, its name and its compressed bytes.
    """
    previous_end = 0
    for info in sorted(entries, key=lambda entry: entry.header_offset):
        if info.header_offset < previous_end:
            raise exceeds("overlap", 0, "entries share the same bytes")
        previous_end = info.header_offset + _LOCAL_BYTES + len(info.orig_filename) + info.compress_size
    if previous_end > directory_start:
        raise exceeds("overlap", 0, "entries share the same bytes")
