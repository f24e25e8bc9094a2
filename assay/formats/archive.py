"""Opening what was sent as a bundle: a folder, an archive, or one file.

An archive is read in place and never extracted. What it may hold is decided before any entry is read: plain
files and folders with safe names, each name once, no two entries over the same bytes, and no more than
``Limits`` says.
"""

from __future__ import annotations

from pathlib import Path

from assay.formats.archive_limits import Limits
from assay.formats.bundle import Bundle, FileBundle, FolderBundle
from assay.formats.executable import is_archive, refuse_executable_name
from assay.formats.tar_archive import TarBundle
from assay.formats.zip_archive import ZipBundle


def open_bundle(path: Path, name: str, limits: Limits | None = None) -> Bundle:
    """A folder, an archive or a single file at ``path``, which its sender called ``name``.

    The kind is told from the bytes, never from the name. Raises ``Invalid`` (``archive.path_refused``,
    ``format.executable_refused``), ``Malformed`` (``archive.unreadable``) or ``TooLarge``
    (``archive.limit``).
    """
    limits = limits or Limits()
    if path.is_dir():
        return FolderBundle(path, limits.entries)
    refuse_executable_name(name)
    with path.open("rb") as stream:
        start = stream.read(512)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZipBundle(path, limits)
    if is_archive(start) or start[257:262] == b"ustar":
        return TarBundle(path, limits)
    return FileBundle(path, name)
