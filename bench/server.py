"""A real ``assay up`` in a temporary folder, for benchmarks: its address, its key and its database."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

from assay.runtime.credentials import role_password
from assay.store.migrations import APP_ROLE

TOPIC = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"], "required": True}
    ],
}


@dataclass(frozen=True, kw_only=True)
class BenchServer:
    """``superuser`` and ``app`` are DSNs of its database; ``grpc`` is HOST:PORT."""

    url: str
    grpc: str
    api_key: str
    superuser: str
    app: str

    def client(self, api_key: str | None = None) -> httpx.Client:
        """A client of the API."""
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {api_key or self.api_key}"}, timeout=600
        )

    def project(self, name: str) -> str:
        """A new project with one choice a task; its id."""
        with self.client() as http:
            made: str = http.post("/v1/projects", json={"name": name, "ontology": TOPIC}).json()["id"]
            return made

    def labelers(self, count: int, kind: str = "model") -> list[tuple[str, str]]:
        """New labelers as (id, API key)."""
        with self.client() as http:
            stamp = time.time_ns()
            made = [
                http.post("/v1/labelers", json={"name": f"{kind} {stamp} {n}", "kind": kind}).json()
                for n in range(count)
            ]
        return [(one["id"], one["api_key"]) for one in made]

    def add_items(self, project: str, count: int) -> float:
        """Import small items as one NDJSON stream; the seconds it took."""
        began = time.perf_counter()
        with self.client() as http:
            answer = http.post(
                f"/v1/projects/{project}/items",
                content=chunks(count),
                headers={"Content-Type": "application/x-ndjson"},
            )
        secs = time.perf_counter() - began
        if answer.json().get("accepted") != count:
            raise SystemExit(f"the import was refused: {answer.text[:500]}")
        return secs


def chunks(count: int, each: int = 1000) -> Iterator[bytes]:
    """``count`` small items as NDJSON, ``each`` lines at a time."""
    for first in range(0, count, each):
        lines = [
            json.dumps(
                {"external_id": f"n-{n}", "fields": {"note": f"Hello world, this is text number {n}."}}
            )
            for n in range(first, min(first + each, count))
        ]
        yield ("\n".join(lines) + "\n").encode()


@contextmanager
def bench_server(processes: int = 1) -> Iterator[BenchServer]:
    """Start it, and take everything away in the end."""
    home = Path(tempfile.mkdtemp(prefix="assay-bench-", dir="/tmp"))
    home.chmod(0o755)  # PostgreSQL's user must reach the folder below
    data = home / "data"
    program = str(Path(sys.executable).with_name("assay"))
    with (home / "log").open("w") as log:
        options = ["--data", str(data), "--port", "0", "--processes", str(processes)]
        process = subprocess.Popen([program, "up", *options], stdout=log, stderr=log)
        try:
            while not (data / "credentials.json").exists():
                if process.poll() is not None:
                    raise SystemExit(f"assay up ended; see {log.name}")
                time.sleep(0.1)
            yield _described(data)
        finally:
            process.terminate()
            process.wait(120)
    shutil.rmtree(home)


def _described(data: Path) -> BenchServer:
    admin = json.loads((data / "credentials.json").read_text())
    own = (data / "secrets" / "postgres-password").read_text().strip()
    app = role_password((data / "secrets" / "master").read_text().strip())
    where = f"/assay?host={quote(str((data / 'run').resolve()))}&port=5432"
    return BenchServer(
        url=admin["url"],
        grpc=admin["grpc"],
        api_key=admin["api_key"],
        superuser=f"postgresql://postgres:{quote(own)}@{where}",
        app=f"postgresql://{APP_ROLE}:{quote(app)}@{where}",
    )
