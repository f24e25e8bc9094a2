"""The program that holds one PostgreSQL for a whole test run: ``python tests/shared_cluster.py DIR``.

It returns once the cluster in DIR and its template database are ready, and leaves a process of its own
behind, because no worker of the run may be the one the others depend on. That process waits for the lock
DIR/run.lock, which the run's first process holds until it ends, however it ends; then it stops the cluster
and removes DIR.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from assay.store.cluster import Cluster
from assay.store.migrations import migrate

TEMPLATE = "assay_template"
ROLE_PASSWORD = "the password of both roles in tests"

# Only here: a test run has nothing to lose in a power cut, and is over sooner.
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}


async def hold(directory: Path, tell: int) -> None:
    cluster = Cluster(directory, settings=FAST)
    await cluster.start()
    await make_template(cluster)
    ready = {"dsn": cluster.dsn(), "template": TEMPLATE, "role_password": ROLE_PASSWORD}
    (directory / "ready.json").write_text(json.dumps(ready))
    os.write(tell, b"!")
    await asyncio.to_thread(wait_for_lock, directory / "run.lock")
    await cluster.stop("immediate")


async def make_template(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.dsn())
    await connection.execute(f"CREATE DATABASE {TEMPLATE}")
    await connection.close()
    await migrate(cluster.dsn(TEMPLATE), role_password=ROLE_PASSWORD)


async def use_external(dsn: str, directory: Path) -> None:
    """Use a server that runs already, named by its superuser; what an earlier run left there is replaced."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    await connection.close()
    await migrate(urlsplit(dsn)._replace(path=f"/{TEMPLATE}").geturl(), role_password=ROLE_PASSWORD)
    ready = {"dsn": dsn, "template": TEMPLATE, "role_password": ROLE_PASSWORD}
    (directory / "ready.json").write_text(json.dumps(ready))


def wait_for_lock(path: Path) -> None:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def main(directory: Path) -> int:
    ready, tell = os.pipe()
    if os.fork():
        os.close(tell)
        return 0 if os.read(ready, 1) else 1
    os.setsid()
    log = os.open(directory / "holder.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    holder_lock = (directory / "holder.lock").open("w")
    fcntl.flock(holder_lock, fcntl.LOCK_EX)
    asyncio.run(hold(directory, tell))
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
