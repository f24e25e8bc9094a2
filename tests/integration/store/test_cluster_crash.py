"""The embedded PostgreSQL through real crashes: real processes, real signals, no acknowledged row lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest

from assay.errors import AssayError
from assay.store.cluster import Cluster
from assay.store.cluster_owner import choose_owner

T = TypeVar("T")

PARENT = """
import asyncio, sys
from pathlib import Path
import asyncpg
from assay.store.cluster import Cluster

async def main() -> None:
    cluster = Cluster(Path(sys.argv[1]))
    await cluster.start()
    connection = await asyncpg.connect(cluster.dsn())
    await connection.execute("CREATE TABLE mark (id integer)")
    for number in range(100):
        await connection.execute("INSERT INTO mark VALUES ($1)", number)
    print("acknowledged", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def query(cluster: Cluster, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(cluster.dsn())
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement)
        return rows
    finally:
        await connection.close()


def postmaster(directory: Path) -> int:
    return int((directory / "pg" / "postmaster.pid").read_text().partition("\n")[0])


def processes(directory: Path, title: str) -> list[int]:
    """Pids of the server processes in ``directory`` whose title contains ``title``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.joinpath("cwd").readlink() == directory / "pg" and title in (
                process.joinpath("cmdline").read_text(errors="replace")
            ):
                found.append(int(process.name))
    return found


async def until(look: Callable[[], T]) -> T:
    """The first true answer."""
    while True:
        if answer := look():
            return answer
        await asyncio.sleep(0)


def start_parent(directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, directory],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )


def start_stranger(directory: Path) -> subprocess.Popen[bytes]:
    """A living process of the server's own user that has nothing to do with PostgreSQL."""
    return subprocess.Popen(choose_owner(directory / "pg").command("exec", "/bin/sleep", "600"))


def stages(directory: Path) -> list[Path]:
    return [*directory.glob("pg.tmp-*")]


def kill(parent: subprocess.Popen[str]) -> None:
    parent.kill()
    parent.communicate()


async def test_restart_at_once_after_the_postmaster_was_killed(cluster: Cluster) -> None:
    await query(cluster, "CREATE TABLE mark (id integer)")
    acknowledged = 0

    async def write_until_it_breaks() -> None:
        nonlocal acknowledged
        connection = await asyncpg.connect(cluster.dsn())
        with contextlib.suppress(
            asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError
        ):
            while True:
                await connection.execute("INSERT INTO mark VALUES ($1)", acknowledged)
                acknowledged += 1
        connection.terminate()

    writer = asyncio.create_task(write_until_it_breaks())
    await until(lambda: acknowledged > 200)
    os.kill(postmaster(cluster.directory), signal.SIGKILL)
    assert await cluster.wait() == -signal.SIGKILL
    await cluster.start()
    await writer

    rows = {row["id"] for row in await query(cluster, "SELECT id FROM mark")}
    assert set(range(acknowledged)) <= rows  # one more may have been written and not acknowledged
    assert len(rows) <= acknowledged + 1


async def test_a_server_process_that_lost_its_postmaster_does_not_block_the_next(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.dsn())
    busy = asyncio.create_task(connection.execute("DO $$ BEGIN LOOP END LOOP; END $$"))
    await until(lambda: processes(cluster.directory, "[local] DO"))
    os.kill(postmaster(cluster.directory), signal.SIGKILL)
    await cluster.wait()
    await cluster.start()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await busy
    connection.terminate()
    assert [row[0] for row in await query(cluster, "SELECT 1")] == [1]


async def test_a_long_recovery_is_waited_for_without_a_limit(data_directory: Path) -> None:
    wal = {"checkpoint_timeout": "1h", "max_wal_size": "10GB"}
    heard: list[str] = []
    cluster = Cluster(data_directory, settings=wal, report=heard.append, report_every_secs=0.1)
    await cluster.start()
    await query(cluster, "CREATE TABLE mark AS SELECT generate_series(1, 500000) AS id")
    await query(cluster, "UPDATE mark SET id = id + 1")
    os.kill(postmaster(data_directory), signal.SIGKILL)
    await cluster.wait()
    heard.clear()

    start = asyncio.create_task(cluster.start())
    (recovery,) = await until(lambda: processes(data_directory, "startup"))
    os.kill(recovery, signal.SIGSTOP)
    await until(lambda: sum("waiting" in sentence for sentence in heard) >= 5)
    assert not start.done()
    os.kill(recovery, signal.SIGCONT)
    await start

    assert [row[0] for row in await query(cluster, "SELECT count(*) FROM mark")] == [500_000]
    await cluster.stop("immediate")


async def test_a_stale_pid_file_that_names_a_stranger_is_no_obstacle(data_directory: Path) -> None:
    cluster = Cluster(data_directory)
    await cluster.start()
    await query(cluster, "CREATE TABLE mark AS SELECT 7 AS id")
    pid_file = data_directory / "pg" / "postmaster.pid"
    rest = pid_file.read_text().partition("\n")[2]
    await cluster.stop("immediate")
    stranger = start_stranger(data_directory)
    pid_file.write_text(f"{stranger.pid}\n{rest}")

    await cluster.start()
    assert [row["id"] for row in await query(cluster, "SELECT id FROM mark")] == [7]
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    await cluster.stop("immediate")


@pytest.mark.parametrize("pid_file", ["", "-17\n/some/where\n0\n0\n\n\n\n", "17"])
async def test_a_half_written_pid_file_is_no_obstacle(data_directory: Path, pid_file: str) -> None:
    cluster = Cluster(data_directory)
    await cluster.start()
    await cluster.stop("immediate")
    (data_directory / "pg" / "postmaster.pid").write_text(pid_file)
    await cluster.start()
    await cluster.stop("immediate")


@pytest.mark.parametrize(
    "sign", ["pg.tmp-*", "pg.tmp-*/data/PG_VERSION", "pg.tmp-*/data/global/pg_control", "pg/PG_VERSION"]
)
async def test_a_start_killed_while_it_makes_the_database_leaves_nothing(
    data_directory: Path, sign: str
) -> None:
    parent = start_parent(data_directory)
    await until(lambda: [*data_directory.glob(sign)] or parent.poll() is not None)
    assert parent.poll() is None
    kill(parent)

    cluster = Cluster(data_directory)
    await cluster.start()
    assert [row[0] for row in await query(cluster, "SELECT 1")] == [1]
    assert not stages(data_directory)
    await cluster.stop("immediate")


async def test_a_database_that_is_not_whole_is_refused_and_left_alone(data_directory: Path) -> None:
    (data_directory / "pg").mkdir()
    (data_directory / "secrets").mkdir()
    (data_directory / "secrets" / "postgres-password").write_text("secret")
    (data_directory / "pg" / "PG_VERSION").write_text("18\n")
    with pytest.raises(AssayError) as refused:
        await Cluster(data_directory).start()
    assert refused.value.code == "config.invalid"
    assert [path.name for path in (data_directory / "pg").iterdir()] == ["PG_VERSION"]


async def test_start_after_the_parent_was_killed(data_directory: Path) -> None:
    parent = start_parent(data_directory)
    assert parent.stdout is not None
    assert await asyncio.to_thread(parent.stdout.readline) == "acknowledged\n"
    orphan = postmaster(data_directory)
    kill(parent)

    cluster = Cluster(data_directory)
    await cluster.start()
    assert postmaster(data_directory) != orphan
    assert {row["id"] for row in await query(cluster, "SELECT id FROM mark")} == set(range(100))
    await cluster.stop("immediate")


async def test_a_killed_parent_takes_its_server_along(data_directory: Path) -> None:
    parent = start_parent(data_directory)
    assert parent.stdout is not None
    await asyncio.to_thread(parent.stdout.readline)
    kill(parent)
    await until(lambda: not processes(data_directory, ""))
    assert "received fast shutdown request" in (data_directory / "logs" / "postgres.log").read_text()
