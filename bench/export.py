"""Snapshot and JSONL export of annotated items over REST, beside COPY of the same tasks and items.

python bench/export.py [--tasks 100000] [--repeats 3]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterator

import asyncpg
from report import header, ratio, row
from server import BenchServer, bench_server

COPY = """
SELECT i.external_id, i.fields, i.metadata, t.label, t.tally, t.confidence
FROM task t
JOIN item i ON i.organization = t.organization AND i.id = t.item
ORDER BY t.seq
"""


def votes(count: int, each: int = 1000) -> Iterator[bytes]:
    """One annotation of every item as NDJSON."""
    for first in range(0, count, each):
        lines = [
            json.dumps({"external_id": f"n-{n}", "labeler": "someone", "label": {"topic": "sports"}})
            for n in range(first, min(first + each, count))
        ]
        yield ("\n".join(lines) + "\n").encode()


def annotate(server: BenchServer, project: str, count: int) -> float:
    """Import an annotation of every item; the seconds it took."""
    began = time.perf_counter()
    with server.client() as http:
        answer = http.post(
            f"/v1/projects/{project}/annotations",
            content=votes(count),
            headers={"Content-Type": "application/x-ndjson"},
        )
    if answer.json().get("accepted") != count:
        raise SystemExit(f"the annotations were refused: {answer.text[:500]}")
    return time.perf_counter() - began


def export(server: BenchServer, project: str) -> tuple[float, float, int]:
    """Seconds to freeze and to export, and the bytes that came."""
    with server.client() as http:
        began = time.perf_counter()
        made = http.post(f"/v1/projects/{project}/snapshots", json={}).json()
        frozen = time.perf_counter()
        size = 0
        with http.stream("GET", f"/v1/snapshots/{made['id']}/export", params={"format": "jsonl"}) as answer:
            for chunk in answer.iter_bytes():
                size += len(chunk)
    return frozen - began, time.perf_counter() - frozen, size


async def copy(server: BenchServer) -> float:
    """Seconds of COPY to nowhere."""
    connection = await asyncpg.connect(server.superuser)
    began = time.perf_counter()
    await connection.copy_from_query(COPY, output=_nowhere)
    took = time.perf_counter() - began
    await connection.close()
    return took


async def _nowhere(data: bytes) -> None:
    pass


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Export, beside COPY.")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    header(f"export of {arguments.tasks:,} annotated items")
    frozen, exported, copied, size = list[float](), list[float](), list[float](), 0
    with bench_server() as server:
        project = server.project("export")
        server.add_items(project, arguments.tasks)
        annotated = arguments.tasks / annotate(server, project, arguments.tasks)
        for _ in range(arguments.repeats):
            freeze_secs, export_secs, size = export(server, project)
            frozen.append(arguments.tasks / freeze_secs)
            exported.append(arguments.tasks / export_secs)
            copied.append(arguments.tasks / asyncio.run(copy(server)))
    row("annotations imported over REST", [annotated], "items/s")
    row("snapshot frozen", frozen, "items/s")
    ours = row(f"JSONL export ({size / 1e6:.0f} MB)", exported, "items/s")
    limit = row("COPY, the same rows joined", copied, "items/s")
    ratio("export / COPY", ours, limit)


if __name__ == "__main__":
    main()
