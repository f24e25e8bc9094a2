"""Import of small items as NDJSON over REST, beside COPY of the same rows into the same indexed tables.

python bench/import_items.py [--tasks 100000] [--repeats 3]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time

import asyncpg
from report import header, ratio, row
from server import BenchServer, bench_server

TABLES = ("item", "task", "ready_slot")


async def copy(server: BenchServer, repeats: int) -> list[float]:
    """Seconds of COPY of all rows of the three tables into empty ones with the same indexes, logged."""
    connection = await asyncpg.connect(server.superuser)
    took = []
    with tempfile.TemporaryDirectory(prefix="assay-copy-") as folder:
        for table in TABLES:
            await connection.execute(f"CREATE TABLE copy_{table} (LIKE {table} INCLUDING ALL)")
            await connection.copy_from_table(table, output=f"{folder}/{table}", format="binary")
        for _ in range(repeats):
            for table in TABLES:
                await connection.execute(f"TRUNCATE copy_{table}")
            await connection.execute("CHECKPOINT")
            began = time.perf_counter()
            for table in TABLES:
                await connection.copy_to_table(f"copy_{table}", source=f"{folder}/{table}", format="binary")
            took.append(time.perf_counter() - began)
    await connection.close()
    return took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Import, beside COPY.")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    header(f"import of {arguments.tasks:,} small items")
    with bench_server() as server:
        first = server.add_items(server.project("first"), arguments.tasks)
        limit = asyncio.run(copy(server, arguments.repeats))
        secs = [first] + [
            server.add_items(server.project(f"more {n}"), arguments.tasks)
            for n in range(arguments.repeats - 1)
        ]
    ours = row("REST import, NDJSON", [arguments.tasks / each for each in secs], "items/s")
    copied = row("COPY, same rows, same indexes", [arguments.tasks / each for each in limit], "items/s")
    ratio("import / COPY", ours, copied)


if __name__ == "__main__":
    main()
