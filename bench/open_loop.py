"""Claim + submit at a rate that no slow answer holds back, and what is left of the peak at five times of it.

python bench/open_loop.py [--tasks 100000] [--rate 200] [--secs 20] [--times 5] [--connections 256]

A loop begins when its time has come, whatever became of those before, and a claim's time counts from then: a
generator that waits for answers would hide its queue. Above the peak a loop may be refused (429, 503); what
counts is how many labels are still acknowledged.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import orjson
from load import Wire, run_loops
from report import header, percentile, ratio, row
from server import bench_server

PEAK_CONNECTIONS = 32


@dataclass(kw_only=True)
class Arrivals:
    """What became of the loops of a run, and the milliseconds of their requests."""

    acknowledged: int = 0
    claim_ms: list[float] = field(default_factory=list)
    submit_ms: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


async def arrive(url: str, keys: list[str], project: str, rate: float, secs: float) -> Arrivals:
    """Begin ``rate`` loops a second for ``secs``; one that finds all connections busy waits for one."""
    seen = Arrivals()
    free: asyncio.Queue[Wire] = asyncio.Queue()
    wires = [await Wire.open(url, key) for key in keys]
    for wire in wires:
        free.put_nowait(wire)
    began = time.perf_counter()
    end = began + secs

    async def loop(due: float) -> None:
        wire = await free.get()
        try:
            if time.perf_counter() < end:
                await _loop(wire, project, due, end, seen)
            else:
                seen.refused["no connection was free in time"] += 1
        finally:
            free.put_nowait(wire)

    async with asyncio.TaskGroup() as running:
        for n in range(int(rate * secs)):
            due = began + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            running.create_task(loop(due))
    for wire in wires:
        wire.close()
    return seen


async def _loop(wire: Wire, project: str, due: float, end: float, seen: Arrivals) -> None:
    status, answer = await wire.post(f"/v1/projects/{project}/leases", b'{"count":1}')
    claimed = time.perf_counter()
    if status != 200:
        seen.refused[f"claim {status}"] += 1
        return
    seen.claim_ms.append(1000 * (claimed - due))
    leases = orjson.loads(answer)["leases"]
    if not leases:
        raise SystemExit("the tasks ran out: measure with more --tasks, or for fewer --secs")
    body = b'{"fence":%d,"label":{"topic":"sports"}}' % leases[0]["fence"]
    status, _ = await wire.post(f"/v1/leases/{leases[0]['lease']}/submit", body)
    told = time.perf_counter()
    if status != 200:
        seen.refused[f"submit {status}"] += 1
        return
    seen.submit_ms.append(1000 * (told - claimed))
    seen.acknowledged += told < end


def show(seen: Arrivals, secs: float) -> float:
    """Print a run; labels acknowledged a second while it lasted."""
    for name, values in (("claim, from when it was due", seen.claim_ms), ("submit", seen.submit_ms)):
        if values:
            shares = ", ".join(f"p{int(100 * p)} {percentile(values, p):.1f}" for p in (0.5, 0.95, 0.99))
            print(f"{name:44} {shares} ms")
    print(f"{'refused':44} {dict(seen.refused) or 'none'}")
    return row("acknowledged", [seen.acknowledged / secs], "labels/s")


def main() -> None:
    """The steady rate, the peak, and the overload, one after the other on one server."""
    parser = argparse.ArgumentParser(description="Claim + submit in an open loop.")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--secs", type=float, default=20)
    parser.add_argument("--times", type=float, default=5)
    parser.add_argument("--connections", type=int, default=256)
    arguments = parser.parse_args()
    header(f"claim + submit in an open loop, {arguments.tasks:,} tasks")
    secs = arguments.secs
    with bench_server() as server:
        project = server.project("open loop")
        server.add_items(project, arguments.tasks)
        keys = [key for _, key in server.labelers(arguments.connections)]
        few = keys[:PEAK_CONNECTIONS]
        asyncio.run(run_loops(server.url, few, project, 2))  # warm up
        print(f"at {arguments.rate:g} loops/s")
        show(asyncio.run(arrive(server.url, few, project, arguments.rate, secs)), secs)
        before = asyncio.run(run_loops(server.url, few, project, secs / 2)).count / (secs / 2)
        rate = arguments.times * before
        print(f"\nat {rate:,.0f} loops/s, {arguments.times:g} times the peak of {before:,.0f}")
        kept = show(asyncio.run(arrive(server.url, keys, project, rate, secs)), secs)
        after = asyncio.run(run_loops(server.url, few, project, secs / 2)).count / (secs / 2)
        peak = row(f"peak before and after, {PEAK_CONNECTIONS} connections", [before, after], "loops/s")
        ratio("acknowledged under overload / peak", kept, peak)


if __name__ == "__main__":
    main()
