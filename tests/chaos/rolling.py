"""A rolling upgrade under load: ``python -m tests.chaos.rolling OLD [--rest SECS]``.

OLD holds the package ``assay`` of the version before the newest migration. Two API nodes and a worker of it
serve labelers; then this version migrates, and takes the place of one process after the other. Labelers ask
a node whose ``/readyz`` says yes, as behind a balancer, and ask again at a 503 or where a connection ends,
under the same key. Anything else is an error, and so is an acknowledged label that is not there in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from tests.chaos.world import ASSAY, POSTGRES, first_line, started

LABELERS = 12
TASKS = 40_000
LABELS = 2
ROUND_SECS = 0.1
TIMEOUT_SECS = 30.0
ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [{"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"]}],
}


@dataclass(kw_only=True)
class Load:
    """The nodes that may be asked, what was answered, and what was acknowledged."""

    ready: list[str] = field(default_factory=list)
    retried: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


class Node:
    """One process tree of the installation: an API on a port of its own, or a worker."""

    def __init__(self, home: Path, command: list[str], package: Path | None, variables: Mapping[str, str]):
        variables = {**variables, **({"PYTHONPATH": str(package)} if package is not None else {})}
        data = home / f"data-{secrets.token_hex(4)}"
        self._log = (home / f"{data.name}.log").open("w")
        self.process = started(
            [sys.executable, "-c", ASSAY, *command, "--data", str(data)], self._log, variables
        )

    def says(self, beginning: str) -> str:
        """Wait for a line; what stands behind its beginning."""
        while not (line := first_line(self.process, self._log.name)).startswith(beginning):
            pass
        return line.removeprefix(beginning).strip()

    def end(self) -> None:
        """As an operator would."""
        self.process.terminate()
        self.process.communicate(timeout=120)
        self._log.close()


def upgrade(old: Path, rest_secs: float) -> int:
    """Do it, print it; exit status 1 when something was not as promised."""
    home = Path(tempfile.mkdtemp(prefix="assay-rolling-", dir="/tmp"))
    home.chmod(0o755)
    variables = {**os.environ, "ASSAY_SECRET": secrets.token_urlsafe(32), "ASSAY_BLOBS": str(home / "blobs")}
    with (home / "postgres.log").open("w") as log:
        postgres = started([sys.executable, str(POSTGRES), str(home / "postgres")], log, variables)
        try:
            variables["ASSAY_DATABASE_URL"] = first_line(postgres, log.name)
            report = rolled(home, old, variables, rest_secs)
        finally:
            postgres.communicate(timeout=120)
    print(json.dumps(report, indent=2))
    broken = report["errors"] or report["missing"] or report["too_many"]
    if not broken:
        shutil.rmtree(home)
    return 1 if broken else 0


def rolled(home: Path, old: Path, variables: Mapping[str, str], rest_secs: float) -> dict[str, Any]:
    """What was seen while everything was replaced."""
    founder = Node(home, ["up", "--port", "0"], old, variables)
    founder.says("Sign in once")
    (kept,) = home.glob("data-*/credentials.json")
    api_key = json.loads(kept.read_text())["api_key"]
    founder.end()
    nodes = [api(home, old, variables) for _ in range(2)]
    worker = Node(home, ["worker"], old, variables)
    worker.says("the worker runs")
    load = Load()
    with httpx.Client(
        base_url=nodes[0][1], headers={"Authorization": f"Bearer {api_key}"}, timeout=600
    ) as admin:
        project, keys = filled(admin)
    threads = [threading.Thread(target=label, args=(load, key, project)) for key in keys]
    threads.append(threading.Thread(target=balance, args=(load, nodes)))
    for thread in threads:
        thread.start()
    time.sleep(rest_secs)
    applied = migrated(home, variables)
    time.sleep(rest_secs)
    for place, (node, _) in enumerate(list(nodes)):
        node.end()
        nodes[place] = api(home, None, variables)
        time.sleep(rest_secs)
    worker.end()
    worker = Node(home, ["worker"], None, variables)
    worker.says("the worker runs")
    time.sleep(rest_secs)
    load.done.set()
    for thread in threads:
        thread.join()
    for node in (*(node for node, _ in nodes), worker):
        node.end()
    return asyncio.run(checked(load, variables["ASSAY_DATABASE_URL"], project)) | {"migration": applied}


def api(home: Path, package: Path | None, variables: Mapping[str, str]) -> tuple[Node, str]:
    """A node that serves, and its address."""
    node = Node(home, ["serve", "--port", "0", "--grpc-port", "0"], package, variables)
    return node, node.says("the API serves at")


def migrated(home: Path, variables: Mapping[str, str]) -> str:
    """Bring the database to this version; what that said."""
    command = [sys.executable, "-c", ASSAY, "migrate", "--data", str(home / "data-migrate")]
    done = subprocess.run(command, env=dict(variables), cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the migration failed: {done.stdout}{done.stderr}")
    return done.stdout.strip()


def filled(admin: httpx.Client) -> tuple[str, list[str]]:
    """A project with tasks, and the labelers' keys."""
    wanted = {"min_labels": LABELS, "max_labels": LABELS}
    made = admin.post("/v1/projects", json={"name": "News", "ontology": ONTOLOGY, "quality": wanted})
    project: str = made.raise_for_status().json()["id"]
    lines = "\n".join(
        json.dumps({"external_id": f"n-{n}", "fields": {"note": f"Note {n}."}}) for n in range(TASKS)
    )
    admin.post(
        f"/v1/projects/{project}/items", content=lines, headers={"Content-Type": "application/x-ndjson"}
    ).raise_for_status()
    people = ({"name": f"labeler {n}", "kind": "model"} for n in range(LABELERS))
    return project, [
        admin.post("/v1/labelers", json=one).raise_for_status().json()["api_key"] for one in people
    ]


def balance(load: Load, nodes: list[tuple[Node, str]]) -> None:
    """Know which nodes are ready, as a balancer does."""
    with httpx.Client(timeout=1.0) as http:
        while not load.done.is_set():
            load.ready = [address for _, address in list(nodes) if is_ready(http, address)]
            load.done.wait(ROUND_SECS)


def is_ready(http: httpx.Client, address: str) -> bool:
    """Whether a node wants requests."""
    try:
        return http.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def label(load: Load, api_key: str, project: str) -> None:
    """One labeler: claim, submit, again."""
    keys = count()
    with httpx.Client(headers={"Authorization": f"Bearer {api_key}"}, timeout=TIMEOUT_SECS) as http:
        while not load.done.is_set():
            claimed = asked(load, http, f"/v1/projects/{project}/leases", {"count": 1}, f"c{next(keys)}")
            if claimed is None:
                return
            for lease in claimed["leases"]:
                body = {"fence": lease["fence"], "label": {"topic": "sports"}}
                told = asked(load, http, f"/v1/leases/{lease['lease']}/submit", body, f"s{next(keys)}")
                if told is not None:
                    load.acknowledged.append(told["annotation"])


def asked(load: Load, http: httpx.Client, path: str, body: Any, key: str) -> Any | None:
    """The answer, after as many tries as it takes; ``None`` at an error, or when all ends before."""
    for turn in count():
        if load.done.is_set():
            return None
        ready = load.ready
        if not ready:
            load.done.wait(ROUND_SECS)
            continue
        try:
            url = f"{ready[(hash(key) + turn) % len(ready)]}{path}"
            answer = http.post(url, json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError as error:
            load.retried[type(error).__name__] += 1
        else:
            if answer.status_code < 300:
                return answer.json()
            code = answer.json()["code"]
            if answer.status_code != 503 and code != "idempotency.in_flight":
                load.errors.append(f"{path}: {answer.status_code} {answer.text}")
                return None
            load.retried[f"{answer.status_code} {code}"] += 1
        load.done.wait(ROUND_SECS)
    return None


async def checked(load: Load, dsn: str, project: str) -> dict[str, Any]:
    """What the database holds of what was acknowledged."""
    connection = await asyncpg.connect(dsn)
    stored = {str(row["id"]) for row in await connection.fetch("SELECT id FROM annotation")}
    most = await connection.fetchval(
        "SELECT max(labels) FROM (SELECT count(*) AS labels FROM annotation GROUP BY task) each"
    )
    await connection.close()
    return {
        "project": project,
        "acknowledged": len(load.acknowledged),
        "retried": dict(load.retried),
        "errors": load.errors[:20],
        "missing": sorted(set(load.acknowledged) - stored)[:20],
        "too_many": most if most and most > LABELS else None,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("old", type=Path)
    parser.add_argument("--rest", type=float, default=10.0, metavar="SECS")
    given = parser.parse_args()
    sys.exit(upgrade(given.old.resolve(), given.rest))
