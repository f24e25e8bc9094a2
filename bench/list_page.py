"""One list page of 100 items over REST, page after page, beside the bare keyset page.

python bench/list_page.py [--tasks 100000] [--pages 60] [--repeats 3]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from uuid import UUID

import asyncpg
from report import header, percentile, ratio, row
from server import BenchServer, bench_server

from assay.store.queries import named_queries

PAGE = named_queries("item")["search"]


def pages(server: BenchServer, project: str, count: int) -> list[float]:
    """Milliseconds of ``count`` pages in a row."""
    took, cursor = list[float](), None
    with server.client() as http:
        for _ in range(count):
            began = time.perf_counter()
            answer = http.get(
                f"/v1/projects/{project}/items",
                params={"limit": 100} | ({"cursor": cursor} if cursor else {}),
            ).json()
            took.append(1000 * (time.perf_counter() - began))
            cursor = answer["next_cursor"]
    return took


async def bare(server: BenchServer, project: str, count: int) -> list[float]:
    """The same pages by SQL alone."""
    connection = await asyncpg.connect(server.superuser)
    organization = await connection.fetchval("SELECT organization FROM project WHERE id = $1", UUID(project))
    took, after = list[float](), 0
    for _ in range(count):
        began = time.perf_counter()
        found = await connection.fetch(PAGE, organization, UUID(project), after, 100, 100, *[None] * 7)
        took.append(1000 * (time.perf_counter() - began))
        after = found[-1]["seq"]
    await connection.close()
    return took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="A list page, beside the bare keyset page.")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    header(f"a list page of 100 at {arguments.tasks:,} tasks")
    ours, limit, every = list[float](), list[float](), list[float]()
    with bench_server() as server:
        project = server.project("pages")
        server.add_items(project, arguments.tasks)
        for _ in range(arguments.repeats):
            took = pages(server, project, arguments.pages)
            every += took
            ours.append(statistics.median(took))
            limit.append(statistics.median(asyncio.run(bare(server, project, arguments.pages))))
    rest = row("REST page of 100, median", ours, "ms")
    sql = row("bare SQL page of 100, median", limit, "ms")
    print(f"{'REST page, all':44} p95 {percentile(every, 0.95):.1f}, p99 {percentile(every, 0.99):.1f} ms")
    ratio("bare SQL / REST", sql, rest)


if __name__ == "__main__":
    main()
