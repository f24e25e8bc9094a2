"""The embedded PostgreSQL: its folder, who may reach what, and how it ends."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import asyncpg
import pytest

from assay.errors import AssayError
from assay.store import cluster_data
from assay.store.cluster import Cluster, postgres_binaries
from assay.store.cluster_owner import choose_owner


async def query(cluster: Cluster, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(cluster.dsn())
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement)
        return rows
    finally:
        await connection.close()


def postmaster(directory: Path) -> int:
    return int((directory / "pg" / "postmaster.pid").read_text().partition("\n")[0])


def copies(directory: Path) -> list[tuple[str, int]]:
    """Copied versions of the programs, by name and inode."""
    return [(path.name, path.stat().st_ino) for path in directory.glob("postgresql/*")]


def sockets_of(pid: int) -> set[str]:
    """The inodes of the sockets a process holds open."""
    held = " ".join(str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir())
    return set(re.findall(r"socket:\[(\d+)\]", held))


def network_sockets() -> set[str]:
    """Every word of the kernel's TCP and UDP tables, among them the inodes of all their sockets."""
    tables = ("tcp", "tcp6", "udp", "udp6")
    return {word for table in tables for word in Path(f"/proc/net/{table}").read_text().split()}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def users(pids: list[int]) -> set[int]:
    return {Path(f"/proc/{pid}").stat().st_uid for pid in pids}


@pytest.fixture
def open_directory(data_directory: Path) -> Path:
    """A folder whose subfolders everyone can reach."""
    data_directory.chmod(0o711)
    return data_directory


@pytest.fixture
def closed_home(open_directory: Path) -> Path:
    """The wheel's programs as in a virtual environment below a home that only its owner can enter."""
    home = open_directory / "home"
    home.mkdir(mode=0o700)
    package = postgres_binaries().parents[1]
    unneeded = shutil.ignore_patterns("include", "*.a", "pginstall")
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, home / source.name, ignore=unneeded)
    return home


# --- the folder


async def test_a_second_start_is_refused(cluster: Cluster) -> None:
    with pytest.raises(AssayError) as refused:
        await Cluster(cluster.directory).start()
    assert refused.value.code == "datadir.locked"
    assert str(refused.value) == f"{cluster.directory} is in use by another Assay (process {os.getpid()})."
    assert [row[0] for row in await query(cluster, "SELECT 1")] == [1]


async def test_starting_what_runs_changes_nothing(cluster: Cluster) -> None:
    before = postmaster(cluster.directory)
    await cluster.start()
    assert postmaster(cluster.directory) == before


@pytest.mark.parametrize("name", ["d" * 120, 'it\'s, "this" one', "with space"])
async def test_any_path_will_do(open_directory: Path, name: str) -> None:
    directory = open_directory / name
    for _ in range(2):
        cluster = Cluster(directory)
        await cluster.start()
        assert [row[0] for row in await query(cluster, "SELECT 1")] == [1]
        sockets = (directory / "run").resolve()
        await cluster.stop("fast")
        assert not sockets.exists()


async def test_secrets_are_for_the_owner_only(cluster: Cluster) -> None:
    secret = cluster.directory / "secrets" / "postgres-password"
    assert mode(secret) == 0o600
    assert mode(secret.parent) == 0o700
    assert secret.read_text().strip() == cluster.superuser_password
    assert len(cluster.superuser_password) >= 43
    assert cluster.superuser_password not in (cluster.directory / "logs" / "postgres.log").read_text()


async def test_a_lost_password_is_refused_before_anything_starts(data_directory: Path) -> None:
    cluster = Cluster(data_directory)
    await cluster.start()
    await cluster.stop("fast")
    secret = data_directory / "secrets" / "postgres-password"
    for lost in (secret.unlink, lambda: secret.write_text("another")):
        lost()
        with pytest.raises(AssayError) as refused:
            await cluster.start()
        assert refused.value.code == "config.invalid"
    assert not choose_owner(data_directory / "pg").orphans(data_directory)


async def test_the_log_holds_no_data(cluster: Cluster) -> None:
    with pytest.raises(asyncpg.DataError):
        await query(cluster, "SELECT 'canary'::integer")
    assert "canary" not in (cluster.directory / "logs" / "postgres.log").read_text()


# --- who may do what


async def test_only_a_password_opens_it_and_only_by_the_socket(cluster: Cluster) -> None:
    methods = await query(cluster, "SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    assert [row["auth_method"] for row in methods] == ["scram-sha-256"]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(cluster.dsn(password="wrong"))

    sockets = sockets_of(postmaster(cluster.directory))
    assert sockets
    assert not sockets & network_sockets()
    assert mode(cluster.directory / "run") == 0o700


async def test_its_promises_are_switched_on(cluster: Cluster) -> None:
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert [row[0] for row in await query(cluster, f"SHOW {name}")] == ["on"], name
    (locale,) = await query(
        cluster, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'postgres'"
    )
    assert (locale["datlocprovider"], locale["datlocale"]) == (b"b", "C.UTF-8")


async def test_server_processes_never_run_as_root_and_own_only_the_data(cluster: Cluster) -> None:
    owner = choose_owner(cluster.directory / "pg")
    assert owner.uid != 0
    running = owner.orphans(cluster.directory)
    assert len(running) > 3
    assert users(running) == {owner.uid}
    if os.geteuid() == 0:
        theirs = {path.name for path in cluster.directory.iterdir() if path.stat().st_uid == owner.uid}
        assert theirs == {"pg", "run"}


async def test_a_folder_out_of_reach_is_refused_and_no_mode_is_changed(data_directory: Path) -> None:
    closed = data_directory / "closed"
    closed.mkdir(mode=0o700 if os.geteuid() == 0 else 0o500)
    modes = [mode(data_directory), mode(closed)]
    with pytest.raises(AssayError) as refused:
        await Cluster(closed / "data").start()
    assert refused.value.code == "datadir.unreachable"
    assert str(refused.value).count(".") - str(closed).count(".") == 1
    assert [mode(data_directory), mode(closed)] == modes


async def test_programs_out_of_reach_are_copied_once(closed_home: Path) -> None:
    directory = closed_home.with_name("data")
    binaries = closed_home / postgres_binaries().relative_to(postgres_binaries().parents[2])
    made = []
    for _ in range(2):
        cluster = Cluster(directory, binaries=binaries)
        await cluster.start()
        assert [row[0] for row in await query(cluster, "SELECT 1")] == [1]
        await cluster.stop("fast")
        made.append(copies(directory))
    assert made[0] == made[1]
    assert len(made[0]) == (1 if os.geteuid() == 0 else 0)
    assert mode(closed_home) == 0o700


# --- the end


async def test_both_stops_keep_what_was_committed(data_directory: Path) -> None:
    cluster = Cluster(data_directory)
    await cluster.start()
    await query(cluster, "CREATE TABLE mark (id integer)")
    for number, how in enumerate(("fast", "immediate")):
        await query(cluster, f"INSERT INTO mark SELECT {number}")
        await cluster.stop("fast" if how == "fast" else "immediate")
        await cluster.stop("fast")  # stopping what is stopped does nothing
        await cluster.start()
    assert [row["id"] for row in await query(cluster, "SELECT id FROM mark ORDER BY id")] == [0, 1]
    await cluster.stop("fast")
    with pytest.raises(AssayError, match="not running"):
        cluster.dsn()


def test_the_log_is_bounded(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    with log.open("a") as server:
        for text in ("first " * 30, "second"):
            server.write(text)
            server.flush()
            cluster_data.bound_log(log, limit_bytes=100)
    assert log.read_text() == "second"
    assert (tmp_path / "postgres.log.1").read_text() == "first " * 30
