"""Where an import reads from: a read-only set of named files. One file, a folder, or an archive
(``archive``)."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from assay.errors import Invalid, TooLarge
from assay.formats.executable import refuse_executable_name, refuse_executable_start

_UNICODE_SLASHES = "\u2044\u2215\u29f8\u29f9\uff0f\uff3c\u2216"
"""Characters that some file systems and clients fold into a path separator."""

MAX_NAME_BYTES = 1024


class Bundle(Protocol):
    """Named files. Names are relative, ``/``-separated and safe to join below a folder."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted, as ``listed`` gives them."""
        ...

    def open(self, name: str) -> BinaryIO:
        """The file's bytes, from the start; the caller closes it. Raises ``Invalid`` when there is none."""
        ...

    def close(self) -> None:
        """Let go of what the bundle itself holds open."""
        ...


def check_name(name: str) -> str:
    """A name that stays inside whatever folder it is joined to.

    Raises ``Invalid`` (``archive.path_refused``) for absolute paths, ``..``, drives, backslashes, control
    characters, look-alike slashes, and overlong names. The error shows the name escaped.
    """
    parts = name.split("/")
    wrong = (
        not name
        or len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES
        or any(part in ("", ".", "..") for part in parts)
        or "\\" in name
        or (len(parts[0]) >= 2 and parts[0][1] == ":")
        or any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in name)
        or any(slash in name for slash in _UNICODE_SLASHES)
    )
    if wrong:
        raise Invalid("archive.path_refused", f"the name {ascii(name)[:200]} does not stay inside the bundle")
    return name


def listed(names: Iterable[str]) -> tuple[str, ...]:
    """The names sorted, without what macOS adds to folders and archives: it holds no data of anyone."""
    return tuple(sorted(name for name in names if not _is_clutter(name)))


def _is_clutter(name: str) -> bool:
    last = name.rpartition("/")[2]
    return name.startswith("__MACOSX/") or last.startswith("._") or last == ".DS_Store"


def missing(name: str) -> Invalid:
    """The error for a file that is named and not there."""
    return Invalid("format.invalid", f"the bundle holds no file {ascii(name)[:200]}")


class FileBundle:
    """One file, under the name given."""

    def __init__(self, path: Path, name: str) -> None:
        refuse_executable_name(name)
        self._path = path
        self._name = check_name(PurePosixPath(name).name)

    @property
    def names(self) -> tuple[str, ...]:
        return (self._name,)

    def open(self, name: str) -> BinaryIO:
        if name != self._name:
            raise missing(name)
        return refuse_executable_start(self._path.open("rb"), name)

    def close(self) -> None:
        """Nothing is held open."""


class FolderBundle:
    """The plain files below a folder. Links and devices are refused, not followed."""

    def __init__(self, root: Path, max_entries: int = 200_000) -> None:
        self._root = root
        found: list[str] = []
        for name in _walk(root, ""):
            refuse_executable_name(name)
            found.append(check_name(name))
            if len(found) > max_entries:
                raise TooLarge(
                    "archive.limit", f"a bundle holds at most {max_entries} files", limit=max_entries
                )
        self._names = listed(found)
        self._known = frozenset(found)

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def open(self, name: str) -> BinaryIO:
        if name not in self._known:
            raise missing(name)
        # The name was a plain file when listed; O_NOFOLLOW refuses one that became a link since.
        descriptor = os.open(self._root / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        return refuse_executable_start(os.fdopen(descriptor, "rb"), name)

    def close(self) -> None:
        """Nothing is held open."""


class MemoryBundle:
    """Files held in memory: small uploads, and tests."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        for name in files:
            refuse_executable_name(check_name(name))
        self._files = dict(files)

    @property
    def names(self) -> tuple[str, ...]:
        return listed(self._files)

    def open(self, name: str) -> BinaryIO:
        if name not in self._files:
            raise missing(name)
        return refuse_executable_start(io.BytesIO(self._files[name]), name)

    def close(self) -> None:
        """Nothing is held open."""


def files_ending(bundle: Bundle, endings: tuple[str, ...]) -> list[str]:
    """The files with one of these endings. A bundle of one file is that file, whatever it is called: uploads
    need no name, and whoever imports it says what it is."""
    if len(bundle.names) == 1:
        return list(bundle.names)
    return [name for name in bundle.names if name.lower().endswith(endings)]


def only_file(bundle: Bundle, endings: tuple[str, ...], what: str) -> str:
    """The one file with one of these endings, or the bundle's only file. Raises ``Invalid`` otherwise."""
    found = files_ending(bundle, endings)
    if len(found) != 1:
        raise Invalid(
            "format.invalid", f"{what} is one file ending in {' or '.join(endings)}; found {len(found)}"
        )
    return found[0]


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            mode = entry.stat(follow_symlinks=False).st_mode
            name = prefix + entry.name
            if stat.S_ISDIR(mode):
                yield from _walk(Path(entry.path), name + "/")
            elif stat.S_ISREG(mode):
                yield name
            else:
                raise Invalid("archive.path_refused", f"{ascii(name)[:200]} is a link or a device")
