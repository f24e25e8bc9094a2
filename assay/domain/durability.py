"""Durability: what an acknowledged commit rests on here, told as it is and not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

OLD_BACKUP = timedelta(days=8)
OLD_RESTORE = timedelta(days=35)
LARGE_LAG_BYTES = 16 * (16 << 20)
LARGE_WAIT = 10_000


class Level(StrEnum):
    """What an acknowledged label survives."""

    NONE = "none"
    """Nothing for certain: a crash of the machine may take what was acknowledged."""
    CRASH = "crash"
    """A crash of any process, of PostgreSQL and of the machine."""
    SERVER = "server"
    """Also the loss of the database's server: a standby has it before it is acknowledged."""


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """The settings that a commit rests on, as the server that answers has them."""

    version: str
    is_embedded: bool
    """Whether it is the one that ``assay up`` brings."""
    fsync: bool
    full_page_writes: bool
    synchronous_commit: str
    synchronous_standby_names: str
    data_checksums: bool


@dataclass(frozen=True, kw_only=True)
class Archive:
    """The archive of the database's log, from which a restore reaches any instant."""

    last_archived_at: datetime | None
    lag_bytes: int | None
    """How much was written since; ``None`` before the first segment."""
    is_failing: bool
    """Whether the last attempt failed."""
    failures: int


@dataclass(frozen=True, kw_only=True)
class AuditState:
    """How far your organisation's audit is sealed."""

    sealed: int
    waiting: int
    """Rows behind the newest seal."""
    checkpoint: int
    """Rows that the newest checkpoint outside the database knows of."""


@dataclass(frozen=True, kw_only=True)
class Durability:
    """What is promised here, what it rests on, and what is wrong with it."""

    level: Level
    database: DatabaseSettings
    archive: Archive | None
    """``None``: the log is not archived."""
    last_backup: dict[str, Any] | None
    last_verified_restore: dict[str, Any] | None
    restored: dict[str, Any] | None
    """Where this database came from, if it was restored."""
    audit: AuditState
    warnings: list[str]


def level_of(settings: DatabaseSettings) -> Level:
    """What the settings promise."""
    if not settings.fsync or not settings.full_page_writes or settings.synchronous_commit == "off":
        return Level.NONE
    waits = settings.synchronous_commit in ("on", "remote_apply")
    return Level.SERVER if waits and settings.synchronous_standby_names else Level.CRASH


def warnings_of(
    now: datetime,
    settings: DatabaseSettings,
    archive: Archive | None,
    last_backup: dict[str, Any] | None,
    last_verified_restore: dict[str, Any] | None,
    audit: AuditState,
) -> list[str]:
    """What an operator should do something about, a sentence each."""
    found = []
    if level_of(settings) is Level.NONE:
        found.append(
            "fsync, full_page_writes or synchronous_commit is off: a power cut takes what was acknowledged."
        )
    if not settings.data_checksums:
        found.append("The database keeps no checksums: a page that went bad is not noticed.")
    if archive is None and settings.is_embedded:
        found.append("The log is not archived: start with --backups, and restores reach any instant.")
    if archive is not None and archive.is_failing:
        found.append("The last attempt to archive the log failed: see PostgreSQL's log.")
    if archive is not None and (archive.lag_bytes or 0) > LARGE_LAG_BYTES:
        found.append(f"{(archive.lag_bytes or 0) >> 20} MB of log are not archived yet.")
    if settings.is_embedded:
        found += _age(now, last_backup, "ended_at", OLD_BACKUP, "There is no backup", "The last backup is")
        found += _age(
            now,
            last_verified_restore,
            "at",
            OLD_RESTORE,
            "No backup was ever restored to see whether it is whole",
            "The last verified restore is",
        )
    if last_backup is not None and last_backup.get("damaged_blobs"):
        found.append(f"{last_backup['damaged_blobs']} blobs were damaged when the last backup was made.")
    if audit.waiting > LARGE_WAIT:
        found.append(f"{audit.waiting} rows of the audit wait to be sealed: see whether a worker runs.")
    return found


def _age(
    now: datetime, fact: dict[str, Any] | None, key: str, most: timedelta, none: str, old: str
) -> list[str]:
    if fact is None:
        return [f"{none}: run assay backup --verify."]
    age = now - datetime.fromisoformat(fact[key])
    return [f"{old} {age.days} days old: run assay backup --verify."] if age > most else []
