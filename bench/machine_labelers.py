"""Machine labelers: claims and submits in batches over REST, each label acknowledged after its commit.

python bench/machine_labelers.py [--tasks 150000] [--secs 6] [--repeats 3] [--labelers 4]
"""

from __future__ import annotations

import argparse
import asyncio
import time

import orjson
from load import Wire
from report import header, percentile, row
from server import bench_server

BATCHES = (10, 100)


async def run(url: str, keys: list[str], project: str, batch: int, secs: float) -> tuple[int, list[float]]:
    """Labels acknowledged, and the milliseconds of each batch from its submit to its last answer."""
    end, labels, took = time.perf_counter() + secs, 0, list[float]()

    async def labeler(key: str) -> None:
        nonlocal labels
        claims = await Wire.open(url, key)
        submits = await Wire.open(url, key, media_type="application/x-ndjson")
        while time.perf_counter() < end:
            _, answer = await claims.post(f"/v1/projects/{project}/leases", b'{"count":%d}' % batch)
            leases = orjson.loads(answer)["leases"]
            if not leases:
                raise SystemExit("the tasks ran out: measure with more --tasks, or for fewer --secs")
            lines = b"".join(
                b'{"lease":"%s","fence":%d,"label":{"topic":"sports"}}\n'
                % (lease["lease"].encode(), lease["fence"])
                for lease in leases
            )
            began = time.perf_counter()
            _, answer = await submits.post(f"/v1/projects/{project}/submissions", lines)
            took.append(1000 * (time.perf_counter() - began))
            taken = answer.count(b'"annotation"')
            if taken != len(leases):
                raise SystemExit(f"labels were refused: {answer[:300]!r}")
            labels += taken
        claims.close()
        submits.close()

    began = time.perf_counter()
    await asyncio.gather(*map(labeler, keys))
    return round(labels * secs / (time.perf_counter() - began)), took


def main() -> None:
    """Measure both sizes in turns and print."""
    parser = argparse.ArgumentParser(description="Labels a second in batches.")
    parser.add_argument("--tasks", type=int, default=150_000)
    parser.add_argument("--secs", type=float, default=6)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--labelers", type=int, default=4)
    arguments = parser.parse_args()
    header(f"machine labelers, {arguments.labelers} at once")
    rates: dict[int, list[float]] = {batch: [] for batch in BATCHES}
    times: dict[int, list[float]] = {batch: [] for batch in BATCHES}
    with bench_server() as server:
        project = server.project("batches")
        server.add_items(project, arguments.tasks)
        keys = [key for _, key in server.labelers(arguments.labelers)]
        asyncio.run(run(server.url, keys, project, 10, 1))  # warm up
        for _ in range(arguments.repeats):
            for batch in BATCHES:
                labels, took = asyncio.run(run(server.url, keys, project, batch, arguments.secs))
                rates[batch].append(labels / arguments.secs)
                times[batch] += took
    for batch in BATCHES:
        row(f"batches of {batch}", rates[batch], "labels/s")
        shares = ", ".join(f"p{int(100 * p)} {percentile(times[batch], p):.1f}" for p in (0.5, 0.95, 0.99))
        print(f"{f'a batch of {batch}, submit to last answer':44} {shares} ms")


if __name__ == "__main__":
    main()
