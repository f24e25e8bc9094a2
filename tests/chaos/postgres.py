"""A PostgreSQL of the harness's own, started again whenever it dies: ``python tests/chaos/postgres.py DIR``.

It prints its owner's DSN once it answers, and ends with its standard input. All settings that make a commit
durable are as they are in production.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import asyncpg

from assay.errors import Unavailable
from assay.store.cluster import Cluster

DATABASE = "chaos"
AGAIN_SECS = 0.1
QUICK_RECOVERY = {"recovery_init_sync_method": "syncfs"}
"""One call syncs what a walk through thousands of files would: a crash costs less time, and no less care."""


async def hold(directory: Path) -> None:
    """Keep a cluster running until nobody listens."""
    cluster = Cluster(directory, settings=QUICK_RECOVERY)
    await cluster.start()
    connection = await asyncpg.connect(cluster.dsn())
    await connection.execute(f"CREATE DATABASE {DATABASE}")
    await connection.close()
    print(cluster.dsn(DATABASE), flush=True)
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    while not ended.done():
        gone = asyncio.create_task(cluster.wait())
        await asyncio.wait((ended, gone), return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            await start_again(cluster)
    await cluster.stop("immediate")


async def start_again(cluster: Cluster) -> None:
    """Start until it runs: it may be killed while it starts."""
    while True:
        try:
            await cluster.start()
        except Unavailable:
            await asyncio.sleep(AGAIN_SECS)
        else:
            return


if __name__ == "__main__":
    asyncio.run(hold(Path(sys.argv[1])))
