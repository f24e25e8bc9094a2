"""A restore: a backup and the log after it become a database at one instant, in a folder of its own."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from assay.domain.backup import UNARCHIVED, Manifest
from assay.errors import Invalid, Unavailable
from assay.store import backup as backup_store
from assay.store import wal_archive
from assay.store.blob import BlobStore, key
from assay.store.cluster import Cluster
from assay.store.cluster_data import is_made
from assay.store.cluster_owner import admit, choose_owner
from assay.store.database import Connection
from assay.store.queries import named_queries

STAGE = "restore.tmp"
_SQL = named_queries("restore")
_BEYOND = "recovery ended before configured recovery target"
_LAST_COMMIT = re.compile(r"last completed transaction was at log time (\S+ \S+)")


def choose(place: Path, name: str | None, to: datetime | None) -> tuple[Path, Manifest]:
    """The backup to begin with: the named one, else the newest that had ended at ``to``.

    Raises ``Invalid`` (``backup.out_of_reach``) with what there is.
    """
    found = backup_store.backups(place)
    if not found:
        raise Invalid("backup.out_of_reach", f"{place} holds no backup.")
    fitting = [
        (folder, each)
        for folder, each in found
        if (name is None or each.backup == name) and (to is None or each.ended_at <= to)
    ]
    if not fitting:
        ends = ", ".join(f"{each.backup} from {each.ended_at.isoformat()}" for _, each in found[-5:])
        raise Invalid("backup.out_of_reach", f"No such backup reaches so far back; there are: {ends}.")
    return fitting[-1]


@asynccontextmanager
async def recovered(
    place: Path,
    folder: Path,
    manifest: Manifest,
    home: Path,
    *,
    to: datetime | None,
    report: Callable[[str], None],
) -> AsyncIterator[Cluster]:
    """The database of a backup below ``home``, running as of ``to``; ``None`` is as far as there is log.

    It is stopped when the block ends, and lies in ``home/restore.tmp/pg`` then. Raises ``Invalid``
    (``backup.damaged``, ``backup.out_of_reach``).
    """
    if to is not None and manifest.lineage == UNARCHIVED:
        raise Invalid(
            "backup.out_of_reach",
            f"The log after {manifest.backup} was not archived, so it restores to its own end only.",
        )
    backup_store.check_files(folder, manifest)
    stage = home / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    owner = choose_owner(stage / "pg")
    admit(home, owner)
    stage.mkdir(mode=0o700)
    admit(stage, owner)
    (stage / "secrets").mkdir(mode=0o700)
    shutil.copyfile(folder / "postgres-password", stage / "secrets" / "postgres-password")
    report(f"unpacking {manifest.backup}")
    backup_store.unpack(folder, stage / "pg", owner)
    settings = {"archive_mode": "off"}
    if manifest.lineage != UNARCHIVED:
        archive = place / manifest.lineage / "wal"
        wal_archive.collect(archive, manifest.start, manifest.timeline, stage / "wal", owner)
        settings = dict(wal_archive.restore_settings(stage / "wal"))
        (stage / "pg" / "recovery.signal").touch(mode=0o600)
        owner.take(stage / "pg" / "recovery.signal")
    if to is not None:
        settings["recovery_target_time"] = to.isoformat(sep=" ")
    cluster = Cluster(stage, settings=settings, report=report)
    await _start(cluster, stage / "logs" / "postgres.log")
    try:
        yield cluster
    finally:
        await cluster.stop("fast")


async def _start(cluster: Cluster, log: Path) -> None:
    try:
        await cluster.start()
    except Unavailable:
        said = await asyncio.to_thread(log.read_text, "utf-8", "replace")
        if _BEYOND not in said:
            raise
        reached = _LAST_COMMIT.findall(said)
        end = f"ends with the transaction of {reached[-1]} UTC" if reached else "ends before"
        raise Invalid("backup.out_of_reach", f"The archived log {end}; restore without --to.") from None


async def last_commit_at(connection: Connection) -> datetime | None:
    """When the last transaction was committed that the recovery of this database found (superuser)."""
    found: datetime | None = await connection.fetchval(_SQL["last_commit_at"])
    return found


async def blob_faults(connection: Connection, store: BlobStore, *, local: bool) -> tuple[int, list[str]]:
    """How many blobs that the database knows of are there and whole, and what is wrong with the others.

    In a local store every byte is hashed; in a bucket, which keeps sums of its own, sizes are compared.
    """
    whole, faults = 0, []
    for row in await connection.fetch(_SQL["blobs"]):
        name = key(str(row["organization"]), row["sha256"])
        size = await store.size(str(row["organization"]), row["sha256"])
        if size != row["size_bytes"]:
            faults.append(f"blob {name} {'is missing' if size is None else 'has another size'}")
        elif local and not await _is_whole(store, str(row["organization"]), row["sha256"]):
            faults.append(f"blob {name} has changed")
        else:
            whole += 1
    return whole, faults


async def _is_whole(store: BlobStore, organization: str, sha256: str) -> bool:
    try:
        opened = await store.read(organization, sha256)
        async for _ in opened.chunks:
            pass
    except Unavailable as error:
        if error.code != "storage.corrupt":
            raise
        return False
    return True


def row_faults(manifest: Manifest, there: dict[str, int]) -> list[str]:
    """Tables that only grow and hold less than at the backup's beginning."""
    return [
        f"table {name} has {there.get(name, 0)} rows; {rows} were there when the backup began"
        for name, rows in manifest.rows.items()
        if there.get(name, 0) < rows
    ]


def install(home: Path) -> None:
    """Make the restored database that of ``home``."""
    if is_made(home / STAGE / "pg"):
        (home / STAGE / "pg").rename(home / "pg")
    shutil.rmtree(home / STAGE)
