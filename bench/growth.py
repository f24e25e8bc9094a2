"""What a claim, a submit, a list page and the overview take among few tasks and among many, in turns.

python bench/growth.py [--few 10000] [--many 1000000] [--loops 300] [--repeats 5]

Two servers stand side by side, one with few tasks and one with many, so that tables and indexes differ in
size and a busy moment hits both. Both are vacuumed after the import, as autovacuum would in time.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence

import asyncpg
import orjson
from load import Wire
from report import header, row
from server import BenchServer, bench_server

PAGES = 40
BAR = 1.3
Times = dict[str, list[float]]
"""Milliseconds by operation."""


async def filled(server: BenchServer, tasks: int) -> tuple[str, str]:
    """A project with so many tasks and the key of a labeler."""
    project = server.project("growth")
    secs = await asyncio.to_thread(server.add_items, project, tasks)
    connection = await asyncpg.connect(server.superuser)
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()
    print(f"{tasks:,} tasks imported in {secs:.0f} s, {tasks / secs:,.0f} items/s", flush=True)
    ((_, key),) = server.labelers(1)
    return project, key


async def turn(server: BenchServer, project: str, key: str, loops: int) -> Times:
    """One labeler's claims and submits, a request each; then pages of 100, and the project's overview."""
    took: Times = {"claim": [], "submit": [], "list page": [], "overview": []}
    wire, admin = await Wire.open(server.url, key), await Wire.open(server.url, server.api_key)
    for _ in range(loops):
        began = time.perf_counter()
        status, answer = await wire.post(f"/v1/projects/{project}/leases", b'{"count":1}')
        claimed = time.perf_counter()
        (lease,) = orjson.loads(answer)["leases"]
        body = b'{"fence":%d,"label":{"topic":"sports"}}' % lease["fence"]
        status, answer = await wire.post(f"/v1/leases/{lease['lease']}/submit", body)
        if status != 200:
            raise SystemExit(f"a submit was refused: {answer[:300]!r}")
        took["claim"].append(1000 * (claimed - began))
        took["submit"].append(1000 * (time.perf_counter() - claimed))
    cursor = ""
    for _ in range(PAGES):
        began = time.perf_counter()
        _, answer = await admin.get(f"/v1/projects/{project}/items?limit=100{cursor}")
        took["list page"].append(1000 * (time.perf_counter() - began))
        further = orjson.loads(answer)["next_cursor"]
        cursor = f"&cursor={further}" if further else ""
        began = time.perf_counter()
        await admin.get(f"/v1/projects/{project}")
        took["overview"].append(1000 * (time.perf_counter() - began))
    wire.close()
    admin.close()
    return took


async def measure(servers: Sequence[BenchServer], sizes: Sequence[int], loops: int, repeats: int) -> None:
    """Fill both, measure in turns, print a row for each operation and size, and the growth."""
    projects = [await filled(server, size) for server, size in zip(servers, sizes, strict=True)]
    for server, (project, key) in zip(servers, projects, strict=True):
        await turn(server, project, key, 50)  # warm up
    medians: list[Times] = [{}, {}]
    for _ in range(repeats):
        for place, (server, (project, key)) in enumerate(zip(servers, projects, strict=True)):
            for name, values in (await turn(server, project, key, loops)).items():
                medians[place].setdefault(name, []).append(statistics.median(values))
    for name in medians[0]:
        few, many = medians[0][name], medians[1][name]
        for size, values in zip(sizes, (few, many), strict=True):
            row(f"{name}, {size:,} tasks", values, "ms")
        grown = [after / before for before, after in zip(few, many, strict=True)]
        spread = f"({min(grown):.2f} … {max(grown):.2f}, n={len(grown)}; bar {BAR} for 10 times the tasks)"
        print(f"{name + ' grows':44} {statistics.median(grown):12,.2f} x          {spread}")


def main() -> None:
    """Start both servers, measure, take them away."""
    parser = argparse.ArgumentParser(description="Growth with the number of tasks.")
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--loops", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    header(f"growth from {arguments.few:,} to {arguments.many:,} tasks")
    with bench_server() as few, bench_server() as many:
        sizes = (arguments.few, arguments.many)
        asyncio.run(measure((few, many), sizes, arguments.loops, arguments.repeats))


if __name__ == "__main__":
    main()
