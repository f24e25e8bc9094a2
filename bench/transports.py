"""Claim + submit over REST, gRPC calls and streams, beside the bare SQL functions and the sketch, if given.

python bench/transports.py [--tasks 200000] [--secs 6] [--repeats 3] [--connections 32] [--sketch DIR]

All are measured in turns against one PostgreSQL, so that a busy moment hits all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import httpx
import orjson
from claim_submit import SQL_CONNECTIONS, bare
from grpc_load import run_streams, run_unary
from load import Loops, Wire, run_loops
from report import header, percentile, ratio, row
from server import BenchServer, bench_server


@contextmanager
def sketch(server: BenchServer, folder: Path, tasks: int) -> Iterator[str]:
    """The sketch's application over the same PostgreSQL, in tables of its own; its address."""
    at = urlsplit(server.superuser)
    (host,) = parse_qs(at.query)["host"]
    secrets = {"PGH": host, "PGPASSWORD": unquote(at.password or "")}
    made = re.search(r'execute\("""(.*?)"""\)', (folder / "queue_setup.py").read_text(), re.DOTALL)
    if made is None:
        raise SystemExit(f"{folder} holds no sketch")
    asyncio.run(_fill(host, secrets["PGPASSWORD"], made[1], tasks))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = str(Path(sys.executable).with_name("granian"))
    command = [granian, "--interface", "asgi", "--port", str(port), "--no-ws", "queue_sketch:app"]
    running = subprocess.Popen(
        command, cwd=folder, env=os.environ | secrets, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(transport=httpx.HTTPTransport(retries=10)) as http:
            http.post(f"{url}/claim")
        yield url
    finally:
        running.terminate()
        running.wait(30)


async def _fill(host: str, password: str, tables: str, tasks: int) -> None:
    connection = await asyncpg.connect(host=host, user="postgres", database="postgres", password=password)
    await connection.execute(tables)
    text = '{"text":"hello world this is a text number %d"}'
    await connection.copy_records_to_table(
        "t2", columns=["project", "id", "data"], records=((1, n, text % n) for n in range(tasks))
    )
    await connection.copy_records_to_table(
        "ready_slot", columns=["project", "seq", "task", "slot"], records=((1, n, n, 0) for n in range(tasks))
    )
    await connection.execute("VACUUM ANALYZE t2")
    await connection.execute("VACUUM ANALYZE ready_slot")
    await connection.close()


async def run_sketch(url: str, connections: int, secs: float) -> Loops:
    """The same loop as ours by the same load generator."""
    loops, end = Loops(), time.perf_counter() + secs

    async def labeler() -> None:
        wire = await Wire.open(url, "none")
        clock = time.perf_counter
        while (began := clock()) < end:
            status, answer = await wire.post("/claim", b"{}")
            claimed = clock()
            if status != 200:
                raise SystemExit("the sketch's tasks ran out: measure with more --tasks")
            status, _ = await wire.post(
                f"/submit/{orjson.loads(answer)['lease']}", b'{"fence":1,"label":{"topic":"sports"}}'
            )
            loops.claim_ms.append(1000 * (claimed - began))
            loops.submit_ms.append(1000 * (clock() - claimed))
            loops.count += status == 200
        wire.close()

    await asyncio.gather(*(labeler() for _ in range(connections)))
    return loops


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=200_000)
    parser.add_argument("--secs", type=float, default=6)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--sketch", type=Path, help="the folder of the sketch to measure beside us")
    arguments = parser.parse_args()
    header(f"transports, {arguments.tasks:,} tasks, {arguments.processes} API process(es)")
    with bench_server(arguments.processes) as server:
        project = server.project("loops")
        server.add_items(project, arguments.tasks)
        if arguments.sketch is None:
            measure(server, project, arguments, None)
        else:
            with sketch(server, arguments.sketch, arguments.tasks) as url:
                measure(server, project, arguments, url)


def measure(server: BenchServer, project: str, arguments: argparse.Namespace, sketched: str | None) -> None:
    """Every way in turns, so often; then a row each."""
    secs, count = arguments.secs, arguments.connections
    keys = {way: [key for _, key in server.labelers(count)] for way in ("REST", "gRPC calls", "gRPC streams")}
    runs = {
        "REST": lambda: run_loops(server.url, keys["REST"], project, secs),
        "gRPC calls": lambda: run_unary(server.grpc, keys["gRPC calls"], project, secs),
        "gRPC streams": lambda: run_streams(server.grpc, keys["gRPC streams"], project, secs),
    }
    if sketched is not None:
        runs["sketch"] = lambda: run_sketch(sketched, count, secs)
    asyncio.run(run_loops(server.url, keys["REST"], project, 2))  # warm up
    rates: dict[str, list[float]] = {name: [] for name in (*runs, "bare SQL")}
    loops: dict[str, Loops] = {name: Loops() for name in runs}
    labelers = [who for who, _ in server.labelers(SQL_CONNECTIONS)]
    for _ in range(arguments.repeats):
        for name, run in runs.items():
            done = asyncio.run(run())
            if done.refused:
                raise SystemExit(f"{name}: {done.refused} submits were refused")
            rates[name].append(done.count / secs)
            loops[name].claim_ms += done.claim_ms
            loops[name].submit_ms += done.submit_ms
        rates["bare SQL"].append(asyncio.run(bare(server, project, labelers, secs)))
    tell(rates, loops, count)


def tell(rates: dict[str, list[float]], loops: dict[str, Loops], count: int) -> None:
    """A row for each way, its shares of the limits, and how long its requests took."""
    middle = {name: row(f"{name}, {count} connections", told, "loops/s") for name, told in rates.items()}
    for name in ("REST", "gRPC calls", "gRPC streams"):
        for limit in ("sketch", "bare SQL"):
            if limit in middle:
                ratio(f"{name} / {limit}", middle[name], middle[limit])
    for name, done in loops.items():
        for what, values in (("claim", done.claim_ms), ("submit", done.submit_ms)):
            if values:
                shares = ", ".join(f"p{int(100 * p)} {percentile(values, p):.1f}" for p in (0.5, 0.95, 0.99))
                print(f"{name + ' ' + what:44} {shares} ms")


if __name__ == "__main__":
    main()
