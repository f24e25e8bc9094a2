"""The archive of PostgreSQL's log (WAL), from which a restore reaches any instant.

::

    BACKUPS/<lineage>/wal/<segment>.gz    the log, a file for each segment, written once
    BACKUPS/<lineage>/base/<backup>/      base backups (``assay.store.backup``)
    BACKUPS/blobs/                        bytes by their hash, for all lineages
    DIR/lineage                           which lineage this database writes, and where

A lineage is one uninterrupted log: it ends when a database runs without its archive, when the archive moves,
and with a restore. So a log never has a gap that nobody knows of, and two databases never write one archive.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from assay.errors import Invalid
from assay.store.cluster_data import sync_directory
from assay.store.cluster_owner import Owner, admit

ARCHIVE_SECS = 60
"""At most so old is what the archive does not hold yet, while anything is written."""
SEGMENTS_BY_LOG = 256
"""Segments of 16 MB in one 4 GB file number of the log."""
_SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})\.gz")
_PRINTABLE = re.compile(r"[^\x00-\x1f\\]+")


def archive_settings(wal: Path) -> Mapping[str, str]:
    """The settings by which PostgreSQL archives its log to ``wal``.

    A segment appears whole and flushed or not at all. One that is there already must be the same: PostgreSQL
    may repeat itself after a crash, and another database's segment is never overwritten.
    """
    folder, segment = _quoted(wal), f"{_quoted(wal)}/%f.gz"
    command = (
        f"if test -e {segment}; then gzip -dc {segment} | cmp -s - %p; "
        f"else gzip -1 -c %p > {segment}.part && sync {segment}.part "
        f"&& mv {segment}.part {segment} && sync {folder}; fi"
    )
    return {"archive_mode": "on", "archive_timeout": f"{ARCHIVE_SECS}s", "archive_command": command}


def restore_settings(wal: Path) -> Mapping[str, str]:
    """The settings by which a recovery reads the log in ``wal`` and then goes on as a database of its own."""
    segment = f"{_quoted(wal)}/%f.gz"
    return {
        "restore_command": f"test -e {segment} && gzip -dc {segment} > %p",
        "recovery_target_action": "promote",
        "recovery_target_timeline": "current",
        "hot_standby": "off",  # it answers once it is where it should be, and not before
        "archive_mode": "off",
    }


def lineage_of(home: Path) -> str | None:
    """The lineage that the database in ``home`` writes, if its log is archived."""
    try:
        told = json.loads((home / "lineage").read_text())
    except FileNotFoundError:
        return None
    return str(told["lineage"])


def continue_lineage(home: Path, backups: Path, owner: Owner, new_id: Callable[[], str]) -> Path:
    """Go on with the lineage of ``home``, or begin one; the folder for its log, which ``owner`` can write."""
    told = {"lineage": lineage_of(home), "backups": str(backups)}
    if told["lineage"] is None or json.loads((home / "lineage").read_text()) != told:
        told["lineage"] = new_id()
    make_reachable(backups, owner)
    folder = backups / str(told["lineage"])
    wal = folder / "wal"
    for part, mode in ((folder, 0o711), (wal, 0o700)):
        part.mkdir(exist_ok=True)
        if part.stat().st_uid == os.geteuid():
            part.chmod(mode)  # whatever the umask: of what is below, the log alone is PostgreSQL's
    owner.take(wal)
    stage = home / "lineage.tmp"
    stage.write_text(json.dumps(told))
    stage.rename(home / "lineage")
    sync_directory(home)
    return wal


def end_lineage(home: Path) -> None:
    """The database goes on without its archive, so what comes later is not of this lineage."""
    (home / "lineage").unlink(missing_ok=True)


def make_reachable(folder: Path, owner: Owner) -> None:
    """Make a folder (0700) that ``owner`` can enter. Raises Invalid ``config.invalid``."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Invalid(
            "config.invalid", f"ASSAY_BACKUPS {folder} cannot be made ({error.strerror})."
        ) from None
    admit(folder, owner)


def collect(archive: Path, start: str, timeline: int, wal: Path, owner: Owner) -> int:
    """Copy the log from the place ``start`` on to ``wal``, for ``owner`` to read; says how many segments.

    Raises Invalid ``backup.damaged`` where a segment is missing between others.
    """
    wal.mkdir(mode=0o700)
    numbers = {}
    for path in archive.iterdir() if archive.is_dir() else ():
        named = _SEGMENT.fullmatch(path.name)
        if named and int(named[1], 16) == timeline and _number(named) >= segment_of(start):
            numbers[_number(named)] = path
    for number in sorted(numbers):
        if number != segment_of(start) and number - 1 not in numbers:
            raise Invalid("backup.damaged", f"{archive} lacks the segment before {numbers[number].name}.")
        owner.take(Path(shutil.copyfile(numbers[number], wal / numbers[number].name)))
    owner.take(wal)
    return len(numbers)


def prune(archive: Path, start: str) -> int:
    """Delete what no restore from ``start`` on needs; says how many segments."""
    old = [
        path
        for path in (archive.iterdir() if archive.is_dir() else ())
        if (named := _SEGMENT.fullmatch(path.name)) and _number(named) < segment_of(start)
    ]
    for path in old:
        path.unlink()
    return len(old)


def segment_of(place: str) -> int:
    """The number of the segment that holds a place in the log (``0/2000028``)."""
    high, _, low = place.partition("/")
    return int(high, 16) * SEGMENTS_BY_LOG + (int(low, 16) >> 24)


def _number(named: re.Match[str]) -> int:
    return int(named[2], 16) * SEGMENTS_BY_LOG + int(named[3], 16)


def _quoted(path: Path) -> str:
    """A path in a command of PostgreSQL's, which has its own meaning for ``%``."""
    text = os.fspath(path)
    if _PRINTABLE.fullmatch(text) is None:
        raise Invalid("config.invalid", f"ASSAY_BACKUPS {text!r} holds a backslash or a control character.")
    return shlex.quote(text).replace("%", "%%")
