"""Folders that the operator listed, read and never written: ``mount:NAME/path``.

A path is walked one name at a time from the folder's own descriptor, and no step follows a symbolic link, so
that nothing outside can be reached however the folder changes meanwhile. Only regular files are read.
"""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from assay.domain.asset import MountUrl
from assay.errors import Invalid

_CHUNK_BYTES = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = (
    os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
)  # non-blocking, so that a FIFO does not hold us


@dataclass(frozen=True, kw_only=True, slots=True)
class MountedFile:
    """A regular file that is open, and its size when it was opened; closed by whoever opened it."""

    descriptor: int
    size_bytes: int

    async def chunks(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``."""
        position, end = start, self.size_bytes if end is None else end
        while position < end:
            size = min(_CHUNK_BYTES, end - position)
            chunk = await asyncio.to_thread(os.pread, self.descriptor, size, position)
            if not chunk:
                raise Invalid("item.unreadable", "the file became shorter while it was read")
            position += len(chunk)
            yield chunk


class Mounts:
    """The operator's folders by name."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = dict(folders)

    @asynccontextmanager
    async def open(self, url: MountUrl, pointer: str = "") -> AsyncIterator[MountedFile]:
        """Open a file below a listed folder.

        Raises ``Invalid``: ``url.invalid`` for a name that is not listed, ``item.unreadable`` for what is no
        regular file reached without links. The two say nothing of what else is on the machine.
        """
        descriptor = await asyncio.to_thread(self._descend, url, pointer)
        try:
            yield MountedFile(descriptor=descriptor, size_bytes=os.fstat(descriptor).st_size)
        finally:
            os.close(descriptor)

    def folder(self, url: MountUrl, pointer: str = "") -> Path:
        """The listed folder that ``url`` names; opens nothing. Raises ``Invalid`` (``url.invalid``)."""
        folder = self._folders.get(url.name)
        if folder is None:
            raise Invalid("url.invalid", f"no folder is mounted as {url.name!r}", pointer=pointer)
        return folder

    def _descend(self, url: MountUrl, pointer: str) -> int:
        folder = self.folder(url, pointer)
        *folders, name = url.path.split("/")
        if any(part in ("", ".", "..") for part in (*folders, name)):
            raise Invalid("url.invalid", "a path only leads downwards", pointer=pointer)
        try:
            # The listed folder itself may be a link: where it leads is the operator's choice.
            here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            for step in folders:
                here = _step(here, step, _FOLDER)
            here = _step(here, name, _FILE)
        except OSError as error:
            raise Invalid("item.unreadable", _reason(error), pointer=pointer) from None
        if not stat.S_ISREG(os.fstat(here).st_mode):
            os.close(here)
            raise Invalid("item.unreadable", "it is not a regular file", pointer=pointer)
        return here


def _step(here: int, name: str, flags: int) -> int:
    """Open ``name`` inside ``here``, which is closed."""
    try:
        return os.open(name, flags, dir_fd=here)
    finally:
        os.close(here)


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return "no such file in the mounted folder"
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "the path leads through a link or a file; links in a mounted folder are not followed"
    return "the file cannot be opened by the server's user"
