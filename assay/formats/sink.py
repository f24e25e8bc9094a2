"""Where an export writes to: named files, one open at a time."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from assay.errors import Invalid
from assay.formats.bundle import check_name

_SPOOL_BYTES = 1 << 20
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The only time in our archives, so that equal exports are equal bytes."""


class Sink(Protocol):
    """Named files to be written, each once, one at a time."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file to write; finished when the context ends. Raises ``Invalid`` for a name that is
        unsafe."""
        ...


class FolderSink:
    """Files below a folder, which must be there. An existing file is never overwritten."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        path = self._root / check_name(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            yield stream


class ZipSink:
    """A zip archive written as a stream; ``close`` writes its directory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        entry = zipfile.ZipInfo(check_name(name), _ZIP_EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        with self._zip.open(entry, "w", force_zip64=True) as stream:
            yield stream  # type: ignore[misc]  # a ZipExtFile writer is a BinaryIO in all but its stub

    def close(self) -> None:
        """Write the archive's directory."""
        self._zip.close()


class StreamSink:
    """One stream for the one file of a single-file format."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._name: str | None = None

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        if self._name is not None:
            raise Invalid(
                "format.unsupported", "this format writes several files; ask for a folder or an archive"
            )
        self._name = check_name(name)
        yield self._stream


class MemorySink:
    """Files kept in memory: small exports, and tests."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        stream = io.BytesIO()
        yield stream
        self.files[check_name(name)] = stream.getvalue()


class Spool:
    """A part of a file that is only due later: kept on disk beyond a megabyte."""

    def __init__(self) -> None:
        self._stream = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 - closed in pour

    def write(self, data: bytes) -> None:
        """Add to the end."""
        self._stream.write(data)

    def pour(self, into: BinaryIO) -> None:
        """Copy all of it into ``into`` and forget it."""
        self._stream.seek(0)
        shutil.copyfileobj(self._stream, into)
        self._stream.close()
