"""A backup taken while people work, restored to an instant of our choosing: every label is there."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.acceptance.conftest import RunningAssay as Running
from tests.acceptance.conftest import new_folder

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [{"name": "why", "kind": "text", "field": "note"}],
}
PATIENCE_SECS = 120


@dataclass(frozen=True, kw_only=True)
class Submit:
    """A label that was acknowledged, between two moments of this machine's clock."""

    lease: str
    label: dict[str, str]
    began: datetime
    acknowledged: datetime


class Work:
    """One labeler who answers in words of her own until told to stop."""

    def __init__(self, http: httpx.Client, project: str) -> None:
        self._http = http
        self._project = project
        self._stop = threading.Event()
        self._chance = random.Random(5)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self.done: list[Submit] = []

    def begin(self) -> None:
        self._thread.start()

    def reach(self, number: int) -> None:
        """Return once so many labels were acknowledged."""
        while len(self.done) < number:
            assert self._thread.is_alive(), "she stopped by herself"
            self._thread.join(0.05)

    def end(self) -> list[Submit]:
        self._stop.set()
        self._thread.join()
        return self.done

    def _work(self) -> None:
        while not self._stop.is_set():
            claimed = self._http.post(f"/v1/projects/{self._project}/leases", json={"count": 5}).json()
            assert claimed["leases"], "there are too few tasks for so long"
            for lease in claimed["leases"]:
                label = {"why": f"é {self._chance.getrandbits(200):x}"}
                body = {"fence": lease["fence"], "label": label}
                began = datetime.now(UTC)
                answer = self._http.post(f"/v1/leases/{lease['lease']}/submit", json=body)
                assert answer.status_code == 200, answer.text
                now = datetime.now(UTC)
                self.done.append(
                    Submit(lease=answer.json()["annotation"], label=label, began=began, acknowledged=now)
                )


@pytest.fixture
def backups() -> Iterator[Path]:
    """A folder for backups."""
    place = new_folder()
    yield place
    shutil.rmtree(place)


@pytest.fixture
def archived(own_assay: RunningAssay, backups: Path) -> RunningAssay:
    """A running server whose log is archived."""
    own_assay.variables["ASSAY_BACKUPS"] = str(backups)
    own_assay.start()
    return own_assay


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder for what is restored."""
    place = new_folder()
    yield place
    shutil.rmtree(place)


def project_of(http: httpx.Client, items: int) -> str:
    made = http.post("/v1/projects", json={"name": "News", "ontology": ONTOLOGY}).json()["id"]
    lines = [{"external_id": f"n-{n}", "fields": {"note": f"Note {n}."}} for n in range(items)]
    assert http.post(f"/v1/projects/{made}/items", json=lines).status_code == 200
    return str(made)


def upload(http: httpx.Client, raw: bytes) -> str:
    begun = http.post("/v1/uploads", json={"size_bytes": len(raw)}).json()
    assert http.put(f"/v1/uploads/{begun['upload']}/parts/1", content=raw).status_code < 300
    done = http.post(f"/v1/uploads/{begun['upload']}/complete", json={})
    assert done.status_code < 300, done.text
    return hashlib.sha256(raw).hexdigest()


def said(assay: RunningAssay, name: str, *options: str, data: Path | None = None) -> tuple[int, str]:
    """What a command on this folder, or another with the same settings, ended with and printed."""
    where = Running(data=data or assay.data, variables=assay.variables)
    process = where.command(name, *options)
    printed, _ = process.communicate(timeout=PATIENCE_SECS)
    return process.returncode, printed


def labels(assay: RunningAssay) -> dict[str, Any]:
    """Every annotation's label by its id, as the database holds it."""
    rows, _ = assay.command("psql", "-qtAc", "SELECT id, label::text FROM annotation").communicate(timeout=60)
    return {line.partition("|")[0]: json.loads(line.partition("|")[2]) for line in rows.splitlines() if line}


def audit_verdict(assay: RunningAssay) -> int:
    command = [str(Path(sys.executable).with_name("assay")), "audit", "verify", "--data", str(assay.data)]
    return subprocess.run(command, check=False, timeout=PATIENCE_SECS).returncode


def test_a_restore_to_any_instant_holds_every_label_acknowledged_before(
    archived: RunningAssay, elsewhere: Path
) -> None:
    with archived.client() as http:
        first = upload(http, b"a picture before " * 1000)
        work = Work(http, project_of(http, 4_000))
        work.begin()
        work.reach(30)
        status, printed = said(archived, "backup")
        assert status == 0, printed
        second = upload(http, b"a picture between " * 1000)
        during = len(work.done)
        assert during > 30, "the backup was to be taken under load"
        work.reach(during + 60)
        done = work.end()
        upload(http, b"a picture after " * 1000)
    archived.stop()  # what is still in the log goes to the archive

    chance = random.Random(len(done))
    instant = chance.choice([each.acknowledged for each in done[during + 5 : -5]])
    status, printed = said(archived, "restore", "--to", instant.isoformat(), data=elsewhere)
    assert status == 0, printed
    assert "2 blobs are whole" in printed

    restored = Running(data=elsewhere)
    restored.start()
    try:
        there = labels(restored)
        wanted = {each.lease: each.label for each in done if each.acknowledged <= instant}
        assert {lease: there.get(lease) for lease in wanted} == wanted
        later = {each.lease for each in done if each.began > instant}
        assert later
        assert not later & set(there)
        with restored.client(archived.api_key) as http:
            assert http.get(f"/v1/assets/{first}").content == b"a picture before " * 1000
            assert http.get(f"/v1/assets/{second}").content == b"a picture between " * 1000
        assert audit_verdict(restored) == 0
    finally:
        restored.stop()


def test_the_newest_backup_and_its_whole_log_are_the_default(archived: RunningAssay, elsewhere: Path) -> None:
    with archived.client() as http:
        work = Work(http, project_of(http, 4_000))
        work.begin()
        work.reach(10)
        assert said(archived, "backup")[0] == 0
        work.reach(len(work.done) + 20)
        done = work.end()
    archived.stop()
    status, printed = said(archived, "restore", data=elsewhere)
    assert status == 0, printed
    restored = Running(data=elsewhere)
    restored.start()
    there = labels(restored)
    restored.stop()
    assert there == {each.lease: each.label for each in done}


def test_a_rehearsed_backup_is_told_and_older_ones_go(archived: RunningAssay, backups: Path) -> None:
    for _ in range(2):
        status, printed = said(archived, "backup", "--verify", "--keep", "1")
        assert status == 0, printed
        assert "it is whole" in printed
    with archived.client() as http:
        told = http.get("/v1/system/durability").json()
    assert (told["level"], told["warnings"]) == ("crash", [])
    assert told["database"]["is_embedded"]
    assert told["archive"]["is_failing"] is False
    assert told["last_verified_restore"]["backup"] == told["last_backup"]["backup"]
    assert told["last_verified_restore"]["faults"] == 0
    (kept,) = backups.glob("*/base/*")
    assert f"{kept.name} is in" in printed
    assert not list(backups.glob("rehearsal-*"))
    manifest = json.loads((kept / "manifest.json").read_text())
    first_needed = f"{int(manifest['start'].partition('/')[2], 16) >> 24:08X}"
    segments = sorted(path.name[16:24] for path in backups.glob("*/wal/*.gz") if len(path.name) == 27)
    assert segments
    assert segments[0] >= first_needed
    assert {path.stat().st_mode & 0o077 for path in kept.iterdir()} == {0}


def test_what_cannot_be_restored_is_refused_in_a_sentence(
    archived: RunningAssay, elsewhere: Path, backups: Path
) -> None:
    early = datetime.now(UTC).isoformat()
    assert "holds no backup" in said(archived, "restore", data=elsewhere)[1]
    with archived.client() as http:
        sha256 = upload(http, b"a picture " * 1000)
    assert said(archived, "backup")[0] == 0
    archived.stop()

    def refusal(*options: str, data: Path = elsewhere) -> str:
        status, printed = said(archived, "restore", *options, data=data)
        assert status != 0
        assert not (elsewhere / "pg").exists()
        return printed

    assert "datadir.taken" in refusal(data=archived.data)
    assert "reaches so far back" in refusal("--to", early)
    assert "ends with the transaction of" in refusal("--to", "2099-01-01T00:00:00Z")
    assert "is no time such as" in refusal("--to", "yesterday")
    (blob,) = backups.glob(f"blobs/*/*/{sha256}")
    blob.rename(blob.with_name("away"))
    assert "is missing" in refusal()
    blob.with_name("away").rename(blob)
    (base,) = backups.glob("*/base/*/base.tar.gz")
    whole = base.read_bytes()
    base.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "has changed" in refusal()
    base.write_bytes(whole)
    assert said(archived, "restore", data=elsewhere)[0] == 0


def test_a_server_of_somebody_elses_is_not_ours_to_back_up(data_directory: Path) -> None:
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("assay")), "backup", "--data", str(data_directory)],
        env={
            "ASSAY_DATABASE_URL": "postgresql://o:p4ssw0rd@h/d",
            "ASSAY_BACKUPS": "/tmp/x",
            "ASSAY_SECRET": "0123456789abcdef" * 3,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECS,
    )
    assert ended.returncode == 1
    assert "backup.external" in ended.stderr


def test_without_an_archive_a_backup_restores_to_its_own_end(
    own_assay: RunningAssay, elsewhere: Path, backups: Path
) -> None:
    own_assay.start()
    own_assay.variables["ASSAY_BACKUPS"] = str(backups)  # named for the command alone
    with own_assay.client() as http:
        work = Work(http, project_of(http, 4_000))
        work.begin()
        work.reach(10)
        before = len(work.done)
        assert said(own_assay, "backup")[0] == 0
        work.reach(len(work.done) + 5)
        done = work.end()
        told = http.get("/v1/system/durability").json()
    assert told["archive"] is None
    assert told["last_backup"]["archived"] is False
    own_assay.stop()
    instant = done[-1].acknowledged.isoformat()
    assert "was not archived" in said(own_assay, "restore", "--to", instant, data=elsewhere)[1]
    assert said(own_assay, "restore", data=elsewhere)[0] == 0
    restored = Running(data=elsewhere)
    restored.start()
    there = labels(restored)
    restored.stop()
    assert {each.lease for each in done[:before]} <= set(there)
    assert done[-1].lease not in there
