"""Webhooks of the running server: told although the worker is killed while it tells."""

from __future__ import annotations

import json
import os
import queue
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import assay as sdk

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay

TOPIC = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"], "required": True}
    ],
}
PATIENCE_SECS = 120


class Receiver(ThreadingHTTPServer):
    """Takes every request; ``tasks`` holds what each told of."""

    def __init__(self) -> None:
        self.tasks: queue.Queue[str] = queue.Queue()
        super().__init__(("127.0.0.2", 0), Answer)


class Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        told = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(204)
        self.end_headers()
        self.server.tasks.put(told["data"]["subject"])

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server
        server.shutdown()
        serving.join()


def workers(assay: RunningAssay) -> list[int]:
    return [
        pid for pid in assay.processes() if b"worker_process" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def test_what_was_resolved_is_told_although_the_worker_dies(
    own_assay: RunningAssay, receiver: Receiver
) -> None:
    own_assay.variables["ASSAY_PRIVATE_HOSTS"] = "127.0.0.2"
    own_assay.start()
    with own_assay.client() as http, sdk.Client(own_assay.url, own_assay.api_key) as client:
        url = f"http://127.0.0.2:{receiver.server_address[1]}/"
        made = http.post("/v1/webhooks", json={"url": url, "kinds": ["task.resolved"]})
        assert made.status_code == 201, made.text
        project = client.projects.create("Told", TOPIC)
        project.items.add([{"external_id": str(n), "fields": {"note": "Ann won."}} for n in range(4)])
        first, *others = project.work(count=4)
        first.submit({"topic": "sports"})
        assert receiver.tasks.get(timeout=PATIENCE_SECS) == first.data.task
        (worker,) = workers(own_assay)
        os.kill(worker, signal.SIGKILL)
        for lease in others:
            lease.submit({"topic": "news"})
        told = {receiver.tasks.get(timeout=PATIENCE_SECS) for _ in others}
        assert told == {lease.data.task for lease in others}
        assert worker not in workers(own_assay)
