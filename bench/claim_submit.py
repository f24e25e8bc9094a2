"""Claim + submit over REST, a request each, beside the same SQL functions called without HTTP.

python bench/claim_submit.py [--tasks 100000] [--secs 8] [--repeats 3] [--connections 32] [--processes 1]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import time
from uuid import UUID

import asyncpg
import orjson
from load import run_loops
from report import header, percentile, ratio, row
from server import BenchServer, bench_server

from assay.domain.identifier import Identifiers
from assay.service.engine import Marks
from assay.store.queries import named_queries

SQL = named_queries("lease")
SQL_CONNECTIONS = 16
LABEL = '{"topic":"sports"}'
DIGEST = hashlib.sha256(LABEL.encode()).digest()
BALLOTS = '[["topic", "", "sports", 2]]'
QUOTA = 1000


async def bare(server: BenchServer, project: str, labelers: list[str], secs: float) -> float:
    """Loops a second of ``assay_claim`` and ``assay_submit`` alone, as the API's own role."""
    new_id = Identifiers(lambda: time.time_ns() // 1_000_000, random.randbytes)
    connections = [await asyncpg.connect(server.app) for _ in labelers]
    organization = await _organization(server, project)
    end, done = time.perf_counter() + secs, 0

    async def work(connection: asyncpg.Connection, labeler: UUID) -> None:
        nonlocal done
        marks, at = Marks(), UUID(project)
        while time.perf_counter() < end:
            claimed = orjson.loads(
                await connection.fetchval(
                    *(SQL["claim"], organization, at, labeler, True, [new_id.new()], [0.5], QUOTA),
                    *(list(marks.slots), list(marks.slots.values()), marks.held, marks.after, None, b""),
                )
            )
            if not claimed["leases"]:
                raise SystemExit("the tasks ran out: measure with more --tasks, or for fewer --secs")
            (lease,) = claimed["leases"]
            raised = {int(rank): seq for rank, seq in claimed["marks"].items()}
            marks = marks.granted(raised, claimed["held"])
            settled = orjson.loads(
                await connection.fetchval(
                    *(SQL["submit"], organization, labeler, UUID(lease["lease"]), lease["fence"], LABEL),
                    *(DIGEST, BALLOTS, False, None),
                )
            )
            done += settled["outcome"] == "accepted"

    began = time.perf_counter()
    await asyncio.gather(*(work(c, UUID(who)) for c, who in zip(connections, labelers, strict=True)))
    took = time.perf_counter() - began
    for connection in connections:
        await connection.close()
    return done / took


async def _organization(server: BenchServer, project: str) -> UUID:
    connection = await asyncpg.connect(server.superuser)
    found: UUID = await connection.fetchval("SELECT organization FROM project WHERE id = $1", UUID(project))
    await connection.close()
    return found


def main() -> None:
    """Measure in turns, so that a busy moment hits both, and print."""
    parser = argparse.ArgumentParser(description="Claim + submit over REST, beside the bare SQL functions.")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--secs", type=float, default=8)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    header(f"claim + submit, {arguments.tasks:,} tasks, {arguments.processes} API process(es)")
    rest, sql, claims, submits = list[float](), list[float](), list[float](), list[float]()
    with bench_server(arguments.processes) as server:
        project = server.project("loops")
        server.add_items(project, arguments.tasks)
        keys = [key for _, key in server.labelers(arguments.connections)]
        bare_labelers = [who for who, _ in server.labelers(SQL_CONNECTIONS)]
        asyncio.run(run_loops(server.url, keys, project, 2))  # warm up
        for _ in range(arguments.repeats):
            loops = asyncio.run(run_loops(server.url, keys, project, arguments.secs))
            if loops.refused:
                raise SystemExit(f"{loops.refused} submits were refused")
            rest.append(loops.count / arguments.secs)
            claims += loops.claim_ms
            submits += loops.submit_ms
            sql.append(asyncio.run(bare(server, project, bare_labelers, arguments.secs)))
    ours = row(f"REST, {arguments.connections} connections", rest, "loops/s")
    limit = row(f"bare SQL functions, {SQL_CONNECTIONS} connections", sql, "loops/s")
    ratio("REST / bare SQL", ours, limit)
    for name, values in (("claim", claims), ("submit", submits)):
        shares = ", ".join(f"p{int(100 * p)} {percentile(values, p):.1f}" for p in (0.5, 0.95, 0.99))
        print(f"{name:44} {shares} ms")


if __name__ == "__main__":
    main()
