"""Import, next + submit, a list page and an export: Label Studio and Assay, in turns, in one run.

python bench/beside_label_studio.py [--tasks 10000] [--secs 10] [--repeats 3] [--clients 8] [--home DIR]

``--home`` keeps Label Studio's programs (1 GB) for the next run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from export import annotate, export
from label_studio import ANSWER, PROCESSES, VERSION, LabelStudio, label_studio
from list_page import pages
from load import Loops, run_loops
from report import header, percentile, row
from server import BenchServer, bench_server

PAGES = 20
BATCH = 1000


async def peer_loops(peer: LabelStudio, project: int, clients: int, secs: float) -> Loops:
    """Next task, submit, with one account a client, for so many seconds."""
    loops, clock = Loops(), time.perf_counter
    end = clock() + secs

    async def labeler(token: str) -> None:
        async with httpx.AsyncClient(base_url=peer.url, headers=peer.headers(token), timeout=120) as http:
            while (began := clock()) < end:
                given = await http.get(f"/api/projects/{project}/next")
                claimed = clock()
                if given.status_code != 200:
                    raise SystemExit(f"a next task got nothing: {given.status_code} {given.text[:300]}")
                path = f"/api/tasks/{given.json()['id']}/annotations/"
                answer = await http.post(path, params={"project": project}, json={"result": ANSWER})
                loops.claim_ms.append(1000 * (claimed - began))
                loops.submit_ms.append(1000 * (clock() - claimed))
                loops.count += answer.status_code == 201
                loops.refused += answer.status_code != 201

    await asyncio.gather(*(labeler(token) for token in peer.labelers[:clients]))
    return loops


def peer_import(peer: LabelStudio, project: int, count: int, *, annotated: bool = False) -> float:
    """Items a second of its JSON import, a thousand a request."""
    annotations = [{"result": ANSWER}] if annotated else []
    began = time.perf_counter()
    with peer.client() as http:
        for first in range(0, count, BATCH):
            tasks = [
                {"data": {"note": f"Hello world, this is text number {n}."}, "annotations": annotations}
                for n in range(first, min(first + BATCH, count))
            ]
            http.post(f"/api/projects/{project}/import", json=tasks).raise_for_status()
    return count / (time.perf_counter() - began)


def peer_page(peer: LabelStudio, project: int) -> float:
    """Median milliseconds of a page of 100 tasks."""
    took = list[float]()
    with peer.client() as http:
        for page in range(1, PAGES + 1):
            began = time.perf_counter()
            question = {"project": project, "page": page, "page_size": 100}
            http.get("/api/tasks", params=question).raise_for_status()
            took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def peer_export(peer: LabelStudio, project: int, count: int) -> float:
    """Items a second of its JSON export."""
    began = time.perf_counter()
    with peer.client() as http:
        answer = http.get(f"/api/projects/{project}/export", params={"exportType": "JSON"}).raise_for_status()
    if (got := len(json.loads(answer.content))) != count:
        raise SystemExit(f"Label Studio exported {got} of {count}")
    return count / (time.perf_counter() - began)


@dataclass(kw_only=True)
class Bench:
    """Both servers, and what was measured of each by name, in turns."""

    assay: BenchServer
    peer: LabelStudio
    tasks: int
    secs: float
    clients: int
    ours: dict[str, list[float]] = field(default_factory=dict)
    theirs: dict[str, list[float]] = field(default_factory=dict)
    claims: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    submits: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    def round(self, number: int) -> None:
        """Every row once: theirs, then ours."""
        plain, voted = self.peer.project(f"plain {number}"), self.peer.project(f"voted {number}")
        mine, mine_voted = self.assay.project(f"plain {number}"), self.assay.project(f"voted {number}")
        keys = [key for _, key in self.assay.labelers(self.clients)]
        self._put(
            "import (items/s)", lambda: peer_import(self.peer, plain, self.tasks), lambda: self._import(mine)
        )
        self._put("next + submit (loops/s)", lambda: self._peer_loops(plain), lambda: self._loops(keys, mine))
        self._import(mine_voted)
        self._put(
            "import with an annotation (items/s)",
            lambda: peer_import(self.peer, voted, self.tasks, annotated=True),
            lambda: self.tasks / annotate(self.assay, mine_voted, self.tasks),
        )
        self._put(
            "a page of 100 (ms)",
            lambda: peer_page(self.peer, plain),
            lambda: statistics.median(pages(self.assay, mine, PAGES)),
        )
        self._put(
            "export of annotated (items/s)",
            lambda: peer_export(self.peer, voted, self.tasks),
            lambda: self.tasks / sum(export(self.assay, mine_voted)[:2]),
        )

    def _put(self, name: str, theirs: Callable[[], float], ours: Callable[[], float]) -> None:
        self.theirs.setdefault(name, []).append(theirs())
        self.ours.setdefault(name, []).append(ours())

    def _import(self, project: str) -> float:
        return self.tasks / self.assay.add_items(project, self.tasks)

    def _peer_loops(self, project: int) -> float:
        return self._kept(0, asyncio.run(peer_loops(self.peer, project, self.clients, self.secs)))

    def _loops(self, keys: list[str], project: str) -> float:
        return self._kept(1, asyncio.run(run_loops(self.assay.url, keys, project, self.secs)))

    def _kept(self, whose: int, loops: Loops) -> float:
        if loops.refused:
            raise SystemExit(f"{loops.refused} submits were refused")
        self.claims[whose].extend(loops.claim_ms)
        self.submits[whose].extend(loops.submit_ms)
        return loops.count / self.secs


def main() -> None:
    """Measure in turns, so that a busy moment hits both, and print."""
    parser = argparse.ArgumentParser(description="Label Studio and Assay, in turns.")
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--secs", type=float, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--home", type=Path, default=Path.home() / ".cache" / "assay-bench" / "label-studio")
    asked = parser.parse_args()
    header(
        f"Label Studio {VERSION} ({PROCESSES} processes) and Assay, {asked.tasks:,} tasks by {asked.clients}"
    )
    with label_studio(asked.home, asked.clients) as peer, bench_server() as server:
        bench = Bench(assay=server, peer=peer, tasks=asked.tasks, secs=asked.secs, clients=asked.clients)
        for number in range(asked.repeats):
            bench.round(number)
    for name, ours in bench.ours.items():
        theirs = bench.theirs[name]
        row(f"Assay: {name}", ours, "")
        row(f"Label Studio: {name}", theirs, "")
        pairs = zip(theirs, ours, strict=True) if "(ms)" in name else zip(ours, theirs, strict=True)
        row("", [more / less for more, less in pairs], "times")
        print()
    for whose, claims, submits in zip(("Label Studio", "Assay"), bench.claims, bench.submits, strict=True):
        for name, values in (("next", claims), ("submit", submits)):
            shares = ", ".join(f"p{int(100 * p)} {percentile(values, p):.1f}" for p in (0.5, 0.99))
            print(f"{whose + ': ' + name:44} {shares} ms")


if __name__ == "__main__":
    main()
