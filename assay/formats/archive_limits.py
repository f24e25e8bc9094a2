"""What any archive may hold, and the errors for what it may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from assay.errors import Invalid, Malformed, TooLarge
from assay.formats.bundle import check_name
from assay.formats.executable import is_archive, refuse_executable_name

RATIO_FLOOR_BYTES = 1 << 20
_NESTED = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What an archive may grow to. The ratio counts above a mebibyte: tiny files compress absurdly well."""

    entries: int = 200_000
    total_bytes: int = 2 << 30
    ratio: int = 100
    directory_bytes: int = 64 << 20


class Tally:
    """Counts entries and bytes against the limits as they are found."""

    def __init__(self, limits: Limits, archive_bytes: int) -> None:
        self._limits = limits
        self._archive_bytes = archive_bytes
        self._names: set[str] = set()
        self._total = 0

    def entry(self, name: str, size: int) -> None:
        """One more plain file of ``size`` bytes, uncompressed."""
        refuse_executable_name(check_name(name))
        if name in self._names:
            raise Invalid("archive.path_refused", f"the name {ascii(name)[:200]} stands twice in the archive")
        if name.lower().endswith(_NESTED):
            raise exceeds("depth", 1, "an archive holds no archives")
        self._names.add(name)
        if len(self._names) > self._limits.entries:
            raise exceeds("entries", self._limits.entries, "too many entries")
        self._total += size
        self.total(self._total)

    def total(self, size: int) -> None:
        """Check a total of uncompressed bytes."""
        if size > self._limits.total_bytes:
            raise exceeds("total_bytes", self._limits.total_bytes, "the contents are too large")
        if size > max(RATIO_FLOOR_BYTES, self._limits.ratio * self._archive_bytes):
            raise exceeds("ratio", self._limits.ratio, "it expands too far")


def exceeds(which: str, limit: int, why: str) -> TooLarge:
    """The error for a limit of the archive, naming it."""
    return TooLarge(
        "archive.limit", f"{why}; the limit {which} is {limit}", limit=limit, extra={"limit_name": which}
    )


def unreadable(why: str) -> Malformed:
    """The error for bytes that are no whole archive."""
    return Malformed("archive.unreadable", f"the archive cannot be read: {why}")


def refuse_nested(stream: BinaryIO) -> BinaryIO:
    """``stream`` at its start, unless it is an archive inside an archive, whatever its name."""
    start = stream.read(8)
    stream.seek(0)
    if is_archive(start):
        stream.close()
        raise exceeds("depth", 1, "an archive holds no archives")
    return stream
