"""Base backups of the embedded PostgreSQL, and copies of blobs by their hash.

::

    BACKUPS/<lineage>/base/<backup>/base.tar.gz, pg_wal.tar.gz, backup_manifest    by pg_basebackup
                                    postgres-password, master                      the secrets
                                    manifest.json                                  written last
    BACKUPS/blobs/                                                                 as in the blob store
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assay.domain.backup import Manifest
from assay.errors import Invalid, StorageFull, Unavailable
from assay.store.blob import STAGING, UPLOADS
from assay.store.cluster_data import sync_directory
from assay.store.cluster_owner import Owner, environment
from assay.store.database import Connection
from assay.store.queries import named_queries

MANIFEST = "manifest.json"
SETTLED_NS = 2_000_000_000
_CHUNK_BYTES = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_SQL = named_queries("backup")


@dataclass(frozen=True, kw_only=True)
class LogRange:
    """Which part of the log a base backup needs."""

    timeline: int
    start: str
    stop: str


async def base_backup(binaries: Path, variables: Mapping[str, str], folder: Path) -> LogRange:
    """Copy the running database to ``folder``, which is made, with the log that makes it whole, and check it.

    ``variables`` say where the database is (``PGHOST``, …) and bear the password. Raises ``StorageFull``,
    ``Unavailable`` (``database.unavailable``) with what PostgreSQL said.
    """
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True)
    options = ("--format=tar", "--compress=client-gzip:1", "--checkpoint=fast", "--wal-method=stream")
    hashes = ("--manifest-checksums=SHA256", "--no-password", "--label=assay")
    await _run(variables, binaries / "pg_basebackup", *options, *hashes, "--pgdata", folder)
    return await asyncio.to_thread(_check_archive, folder)


def _check_archive(folder: Path) -> LogRange:
    """Hold the archive against what the server says it sent; the log that makes it whole.

    PostgreSQL's own pg_verifybackup reads tar archives too, and some builds of it end with a fault over them.
    """
    told = json.loads((folder / "backup_manifest").read_text())
    sums = {each["Path"]: each["Checksum"] for each in told["Files"] if "Path" in each}
    with tarfile.open(folder / "base.tar.gz", mode="r|gz") as archive:
        for member in archive:
            file: Any = archive.extractfile(member) if member.name in sums else None
            if file is not None and hashlib.file_digest(file, "sha256").hexdigest() == sums[member.name]:
                del sums[member.name]
    if sums:
        raise Unavailable("database.unavailable", f"The copy of {min(sums)} is not what PostgreSQL sent.")
    (needed,) = told["WAL-Ranges"]
    return LogRange(timeline=needed["Timeline"], start=needed["Start-LSN"], stop=needed["End-LSN"])


async def _run(variables: Mapping[str, str], program: Path, *arguments: str | Path) -> None:
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env={**environment(), **variables},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode == 0:
        return
    words = said.decode("utf-8", "replace").strip()
    if "No space left" in words:
        raise StorageFull("storage.full", "No room for a backup; nothing of it was kept.")
    raise Unavailable("database.unavailable", f"{program.name} failed: {words.rpartition(chr(10))[2]}")


async def now(tx: Connection) -> tuple[datetime, int]:
    """The database's time, and which PostgreSQL it is, such as 180004 (superuser)."""
    (row,) = await tx.fetch(_SQL["now"])
    return row["at"], row["version"]


async def count_rows(tx: Connection) -> dict[str, int]:
    """Rows of the tables that only grow (superuser)."""
    return {row["name"]: row["rows"] for row in await tx.fetch(_SQL["rows"])}


async def keep_fact(tx: Connection, key: str, fact: str) -> None:
    """Remember something of the installation, a JSON document (superuser)."""
    await tx.execute(_SQL["keep_fact"], key, fact)


def seal(folder: Path, manifest: Manifest) -> Path:
    """Make a staged backup one that counts: its manifest written, everything on disk, under its name."""
    for path in folder.iterdir():
        _sync(path)
    (folder / MANIFEST).write_text(manifest.to_json())
    _sync(folder / MANIFEST)
    sync_directory(folder)
    final = folder.with_name(manifest.backup)
    folder.rename(final)
    sync_directory(final.parent)
    return final


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in a folder."""
    return {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.is_file()}


def backups(place: Path) -> list[tuple[Path, Manifest]]:
    """Every backup in BACKUPS that was finished, in the order in which they ended."""
    found = []
    for path in place.glob(f"*/base/*/{MANIFEST}"):
        try:
            found.append((path.parent, Manifest.from_json(path.read_text())))
        except ValueError:
            raise Invalid("backup.damaged", f"{path} is no manifest of a backup.") from None
    return sorted(found, key=lambda each: each[1].ended_at)


def beyond(found: Sequence[tuple[Path, Manifest]], lineage: str, keep: int) -> list[Path]:
    """The older backups of a lineage, when ``keep`` of them stay."""
    same = [folder for folder, each in found if each.lineage == lineage]
    return same[: max(0, len(same) - keep)]


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise ``Invalid`` (``backup.damaged``) unless every file is what it was."""
    there = hashes(folder)
    for name, sha256 in manifest.files.items():
        if there.get(name) != sha256:
            what = "has changed" if name in there else "is missing"
            raise Invalid("backup.damaged", f"{folder / name} {what}.")


def unpack(folder: Path, data: Path, owner: Owner) -> None:
    """Lay the database of a backup at ``data``, all of it ``owner``'s."""
    data.mkdir(mode=0o700)
    for name, place in (("base.tar.gz", data), ("pg_wal.tar.gz", data / "pg_wal")):
        with tarfile.open(folder / name) as archive:
            archive.extractall(place, filter="data")
    for parent, folders, files in os.walk(data):
        for name in (*folders, *files):
            owner.take(Path(parent, name))
    owner.take(data)


def copy_blobs(source: Path, target: Path, *, limits: Mapping[str, int] | None = None) -> list[str]:
    """Copy what ``target`` lacks, each file whole or not at all, and say which bytes are not what they were.

    What was copied once is never read again. With ``limits``, only those checkpoints of the audit are copied
    that knew of at most so many rows of their organisation.
    """
    wanted = (path for path in blob_paths(source) if _wanted(path, limits))
    return [str(path) for path in wanted if not _copy_blob(source, target, path)]


class BlobCopies:
    """Copies blobs as they come: each look goes only into folders that changed since the last."""

    def __init__(self, source: Path, target: Path, *, now_ns: Callable[[], int]) -> None:
        self._source = source
        self._target = target
        self._now_ns = now_ns
        self._seen: dict[Path, int] = {}

    def look(self) -> list[str]:
        """Copy what is new, and say which bytes are not what their name says."""
        damaged = []
        for folder in self._source.glob("*/*/"):
            if folder.parent.name in (STAGING, UPLOADS):
                continue
            changed = folder.stat().st_mtime_ns
            if self._seen.get(folder) == changed:
                continue
            paths = [path.relative_to(self._source) for path in folder.iterdir() if _is_whole(path.name)]
            damaged += [str(path) for path in paths if not _copy_blob(self._source, self._target, path)]
            # What is added in the same tick of the clock leaves no other time behind: look there once more.
            if self._now_ns() - changed > SETTLED_NS:
                self._seen[folder] = changed
        return damaged


def _copy_blob(source: Path, target: Path, path: Path) -> bool:
    """Copy one blob unless it is there; false when its bytes are not what its name says."""
    copy = target / path
    if copy.exists() and copy.stat().st_size == (source / path).stat().st_size:
        return True
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    stage = copy.with_name(f"{copy.name}.{os.getpid()}.part")
    sha256 = _copy(source / path, stage)
    if _HASH.fullmatch(copy.name) and sha256 != copy.name:
        stage.unlink()
        return False
    stage.rename(copy)
    sync_directory(copy.parent)
    return True


def blob_paths(store: Path) -> Iterator[Path]:
    """Everything that lasts in a local blob store, by its path there."""
    for folder, folders, files in os.walk(store):
        if Path(folder) == store:
            folders[:] = [name for name in folders if name not in (STAGING, UPLOADS)]
        for name in files:
            if _is_whole(name):
                yield Path(folder, name).relative_to(store)


def _is_whole(name: str) -> bool:
    """Not one that the object-store library or we are writing."""
    return "#" not in name and not name.endswith(".part")


def remove(folder: Path) -> None:
    """Delete a backup: its manifest first, so that a half-deleted one is none."""
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder)


def _wanted(path: Path, limits: Mapping[str, int] | None) -> bool:
    """A checkpoint of what a restore cut off would accuse the restored database."""
    if limits is None or path.parts[0] != "audit":
        return True
    return int(path.stem) <= limits.get(path.parts[1], 0)


def _copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("wb") as writing:
        os.fchmod(writing.fileno(), 0o600)
        while chunk := reading.read(_CHUNK_BYTES):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
