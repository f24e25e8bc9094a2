"""Claim + submit while one transaction keeps looking at what there was: nothing that is deleted can go (R17).

    python bench/pinned_snapshot.py [--minutes 10] [--connections 8] [--tasks 150000]

One minute without, so many minutes with the snapshot pinned, one minute after; each minute its own figures.
The bar is a claim p99 within five times that of the first minute.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from load import Loops, run_loops
from report import header, percentile
from server import bench_server

SLICE_SECS = 60.0
BAR = 5.0
UNGUARDED = "-c idle_in_transaction_session_timeout=0 -c transaction_timeout=0 -c statement_timeout=0"


@contextmanager
def pinned(dsn: str) -> Iterator[psycopg.Connection]:
    """A transaction that has looked once and does not end, as a long report's does.

    A forgotten one is ended by the server after thirty seconds; this one says that it knows what it does.
    """
    with psycopg.connect(dsn, options=UNGUARDED) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.execute("SELECT count(*) FROM lease")
        yield connection
        oldest = connection.execute(
            "SELECT extract(epoch FROM clock_timestamp() - xact_start)::int, age(backend_xmin)"
            " FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        ).fetchone()
        secs, age = oldest or (0, 0)
        print(f"the snapshot was pinned for {secs} s and was {age:,} transactions old in the end")


def told(name: str, loops: Loops, dsn: str) -> float:
    """Print a slice's figures; its claim p99 in milliseconds."""
    p50, p99 = percentile(loops.claim_ms, 0.5), percentile(loops.claim_ms, 0.99)
    submits = percentile(loops.submit_ms, 0.99)
    with psycopg.connect(dsn) as connection:
        dead = connection.execute(
            "SELECT sum(n_dead_tup)::bigint FROM pg_stat_user_tables WHERE relname IN ('ready_slot', 'lease')"
        ).fetchone()
    print(
        f"{name:12} {loops.count / SLICE_SECS:8.1f} loops/s   claim p50 {p50:6.1f}  p99 {p99:6.1f} ms   "
        f"submit p99 {submits:6.1f} ms   {dead[0] if dead else 0:9,} dead rows of slots and leases",
        flush=True,
    )
    return p99


def main() -> None:
    """Measure and print; exit status 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--tasks", type=int, default=150_000)
    arguments = parser.parse_args()
    header(f"a snapshot pinned for {arguments.minutes} minutes, {arguments.connections} connections")
    with bench_server() as server:
        project = server.project("pinned")
        server.add_items(project, arguments.tasks)
        keys = [key for _, key in server.labelers(arguments.connections)]

        def slice_of(name: str) -> float:
            loops = asyncio.run(run_loops(server.url, keys, project, SLICE_SECS))
            if loops.refused:
                raise SystemExit(f"{loops.refused} submits were refused")
            return told(name, loops, server.superuser)

        asyncio.run(run_loops(server.url, keys, project, 5))  # warm up
        before = slice_of("before")
        with pinned(server.superuser):
            worst = max(slice_of(f"minute {n + 1}") for n in range(arguments.minutes))
        after = slice_of("after")
    print(f"claim p99 by that before: {worst / before:.2f} (bar {BAR:g}), {after / before:.2f} after")
    if worst > BAR * before:
        raise SystemExit("the bar is missed")


if __name__ == "__main__":
    main()
