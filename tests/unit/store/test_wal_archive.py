"""The log's archive: places, gaps, what is kept, and whose it is."""

from __future__ import annotations

import gzip
import os
import subprocess
from itertools import count
from pathlib import Path

import pytest

from assay.errors import Invalid
from assay.store import wal_archive
from assay.store.cluster_owner import Owner

US = Owner(uid=os.geteuid(), gid=os.getegid())


def segment(number: int, timeline: int = 1) -> str:
    return f"{timeline:08X}{number // 256:08X}{number % 256:08X}.gz"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Segments 254 to 258, over the end of a file number; one of another timeline; what is no segment."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(254, 259):
        (folder / segment(number)).write_bytes(b"log")
    for other in (segment(100, 2), "000000010000000000000002.00000028.backup.gz", segment(259) + ".part"):
        (folder / other).write_bytes(b"other")
    return folder


def test_a_place_in_the_log_names_its_segment() -> None:
    assert wal_archive.segment_of("0/2000028") == 2
    assert wal_archive.segment_of("0/FF000000") == 255
    assert wal_archive.segment_of("1/0") == 256
    assert wal_archive.segment_of("A/1FFFFFF") == 10 * 256 + 1


def test_the_log_is_collected_from_the_start_on(archive: Path, tmp_path: Path) -> None:
    assert wal_archive.collect(archive, "0/FF000028", 1, tmp_path / "wal", US) == 4
    assert sorted(path.name for path in (tmp_path / "wal").iterdir()) == [segment(n) for n in range(255, 259)]


@pytest.mark.parametrize("lost", [255, 257])
def test_a_gap_is_found_before_anything_starts(archive: Path, tmp_path: Path, lost: int) -> None:
    (archive / segment(lost)).unlink()
    with pytest.raises(Invalid) as refused:
        wal_archive.collect(archive, "0/FF000028", 1, tmp_path / "wal", US)
    assert refused.value.code == "backup.damaged"
    assert segment(lost + 1) in refused.value.detail


def test_what_no_restore_needs_is_deleted(archive: Path) -> None:
    assert wal_archive.prune(archive, "1/28") == 3  # 254, 255, and the other timeline's 100
    assert wal_archive.prune(archive, "1/28") == 0
    assert sum(1 for path in archive.iterdir() if path.name.endswith("part")) == 1


def test_a_lineage_goes_on_until_the_archive_stops_or_moves(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    numbers = count(1)

    def begin(place: str) -> str:
        return wal_archive.continue_lineage(
            home, tmp_path / place, US, lambda: f"lineage{next(numbers)}"
        ).parent.name

    assert [begin("here"), begin("here"), begin("there"), begin("there")] == [
        *("lineage1", "lineage1", "lineage2", "lineage2")
    ]
    wal_archive.end_lineage(home)
    assert wal_archive.lineage_of(home) is None
    assert begin("there") == "lineage3"
    assert wal_archive.lineage_of(home) == "lineage3"


@pytest.mark.parametrize("name", ["plain", "it's 100% here, $HOME"])
def test_the_command_archives_whole_or_not_at_all_and_never_twice(tmp_path: Path, name: str) -> None:
    wal, log = tmp_path / name, tmp_path / "pg_wal"
    wal.mkdir()
    log.mkdir()
    command = wal_archive.archive_settings(wal)["archive_command"]

    def archive_segment() -> int:
        asked = command.replace("%p", "pg_wal/S").replace("%f", "S").replace("%%", "%")
        return subprocess.run(["sh", "-c", asked], cwd=tmp_path, check=False).returncode

    assert archive_segment() != 0
    assert not (wal / "S.gz").exists()
    (log / "S").write_bytes(b"what was written")
    assert (archive_segment(), archive_segment()) == (0, 0)
    assert gzip.decompress((wal / "S.gz").read_bytes()) == b"what was written"
    (log / "S").write_bytes(b"of another database")
    assert archive_segment() != 0
    assert gzip.decompress((wal / "S.gz").read_bytes()) == b"what was written"


def test_a_path_that_no_setting_can_hold_is_refused() -> None:
    with pytest.raises(Invalid, match="ASSAY_BACKUPS"):
        wal_archive.archive_settings(Path("/mnt/back\\up"))
