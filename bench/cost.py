"""What one item and one label cost: bytes on disk and in the log, CPU by process (docs/why/scale.md)."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from report import header
from server import bench_server

BATCH = 100
TICKS = os.sysconf("SC_CLK_TCK")
ROLES = {"api": "assay.runtime.api_process", "worker": "assay.runtime.worker_process", "postgres": "postgres"}
SIZES = """
SELECT relname, pg_total_relation_size(oid)
FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def main() -> None:
    """Import items, answer each once, and print what that cost."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tasks", type=int, default=20_000)
    tasks = asked.parse_args().tasks
    header(f"cost of {tasks:,} items and a label each")
    with bench_server() as server, psycopg.connect(server.superuser, autocommit=True) as database:
        project = server.project("cost")
        ((_, key),) = server.labelers(1)
        with counted("import", database, tasks):
            server.add_items(project, tasks)
        with counted("claim + submit, batches of 100", database, tasks), server.client(key) as http:
            work(http, project, tasks)
        print("\nbytes on disk by table, for each item that has one label")
        database.execute("VACUUM ANALYZE")
        rows: list[tuple[str, int]] = database.execute(SIZES).fetchall()
        for name, size in sorted(rows, key=lambda row: -row[1]):
            if size / tasks >= 1:
                print(f"{name:24} {size / tasks:8,.0f}")
        print(f"{'all':24} {sum(size for _, size in rows) / tasks:8,.0f}")


def work(http: httpx.Client, project: str, tasks: int) -> None:
    """Claim and answer in batches until nothing is left."""
    done = 0
    while done < tasks:
        leases = http.post(f"/v1/projects/{project}/leases", json={"count": BATCH}).json()["leases"]
        lines = [
            json.dumps({"lease": one["lease"], "fence": one["fence"], "label": {"topic": "news"}})
            for one in leases
        ]
        answer = http.post(
            f"/v1/projects/{project}/submissions",
            content="\n".join(lines) + "\n",
            headers={"Content-Type": "application/x-ndjson"},
        )
        answer.raise_for_status()
        done += len(leases)


@contextmanager
def counted(what: str, database: Any, number: int) -> Iterator[None]:
    """Print log and CPU of what happens within, for each of ``number``."""
    place, before = log_place(database), cpu_secs()
    yield
    log, after = log_place(database) - place, cpu_secs()
    secs = ", ".join(f"{role} {1e6 * (after[role] - before[role]) / number:,.0f}" for role in ROLES)
    print(f"{what:32} {log / number:8,.0f} bytes of log; CPU µs: {secs}")


def log_place(database: Any) -> int:
    return int(database.execute("SELECT pg_current_wal_lsn() - '0/0'").fetchone()[0])


def cpu_secs() -> dict[str, float]:
    """CPU that our processes of each role used so far, ended children of PostgreSQL's included."""
    found = dict.fromkeys(ROLES, 0.0)
    for pid in descendants(os.getpid()):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue  # it ended meanwhile
        role = next((role for role, name in ROLES.items() if name in command), None)
        if role is not None:
            found[role] += sum(map(int, numbers[11:13])) / TICKS
    return found


def descendants(pid: int) -> list[int]:
    """Children, their children, and so on."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


if __name__ == "__main__":
    main()
