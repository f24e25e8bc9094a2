"""What settings promise, and what an operator is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assay.domain.durability import Archive, AuditState, DatabaseSettings, Level, level_of, warnings_of

NOW = datetime(2026, 11, 25, tzinfo=UTC)
GOOD = DatabaseSettings(
    version="18.4",
    is_embedded=True,
    fsync=True,
    full_page_writes=True,
    synchronous_commit="on",
    synchronous_standby_names="",
    data_checksums=True,
)
ARCHIVE = Archive(last_archived_at=NOW, lag_bytes=1000, is_failing=False, failures=0)
AUDIT = AuditState(sealed=10, waiting=0, checkpoint=10)
BACKUP = {"ended_at": (NOW - timedelta(days=1)).isoformat(), "damaged_blobs": 0}
RESTORE = {"at": (NOW - timedelta(days=1)).isoformat()}


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, Level.CRASH),
        ({"fsync": False}, Level.NONE),
        ({"full_page_writes": False}, Level.NONE),
        ({"synchronous_commit": "off"}, Level.NONE),
        ({"synchronous_standby_names": "ANY 1 (a, b)"}, Level.SERVER),
        ({"synchronous_standby_names": "a", "synchronous_commit": "remote_apply"}, Level.SERVER),
        ({"synchronous_standby_names": "a", "synchronous_commit": "local"}, Level.CRASH),
        ({"synchronous_standby_names": "a", "synchronous_commit": "remote_write"}, Level.CRASH),
        ({"synchronous_standby_names": "a", "fsync": False}, Level.NONE),
    ],
)
def test_the_level_is_what_the_settings_hold(changes: dict[str, Any], level: Level) -> None:
    assert level_of(replace(GOOD, **changes)) is level


def warnings(**changes: Any) -> list[str]:
    told: dict[str, Any] = {"settings": GOOD, "archive": ARCHIVE, "last_backup": BACKUP}
    told |= {"last_verified_restore": RESTORE, "audit": AUDIT}
    return warnings_of(NOW, **{**told, **changes})


def test_what_is_well_needs_no_word() -> None:
    assert warnings() == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"settings": replace(GOOD, fsync=False)}, "power cut"),
        ({"settings": replace(GOOD, data_checksums=False)}, "checksums"),
        ({"archive": None}, "not archived"),
        ({"archive": replace(ARCHIVE, is_failing=True)}, "failed"),
        ({"archive": replace(ARCHIVE, lag_bytes=1 << 30)}, "1024 MB"),
        ({"last_backup": None}, "There is no backup"),
        ({"last_backup": {**BACKUP, "ended_at": (NOW - timedelta(days=9)).isoformat()}}, "9 days old"),
        ({"last_backup": {**BACKUP, "damaged_blobs": 2}}, "2 blobs"),
        ({"last_verified_restore": None}, "ever restored"),
        ({"last_verified_restore": {"at": (NOW - timedelta(days=40)).isoformat()}}, "40 days old"),
        ({"audit": replace(AUDIT, waiting=20_000)}, "20000 rows"),
    ],
)
def test_what_is_not_well_is_said(changes: dict[str, Any], word: str) -> None:
    (said,) = warnings(**changes)
    assert word in said


def test_backups_of_somebody_elses_server_are_not_ours_to_know() -> None:
    theirs = replace(GOOD, is_embedded=False)
    assert warnings(settings=theirs, archive=None, last_backup=None, last_verified_restore=None) == []
