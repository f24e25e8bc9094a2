"""A webhook's receiver: hears everything, and now and then says no, or nothing at all."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.chaos.history import History, Told

ADDRESS = "127.0.0.2"
"""The server must be allowed it: ``ASSAY_PRIVATE_HOSTS``."""
FAILS, HANGS_UP = 0.02, 0.02


class Receiver(ThreadingHTTPServer):
    """Writes what it hears into the history, before it answers."""

    request_queue_size = 128  # it shares its interpreter with everyone who torments, and is often late

    def __init__(self, history: History, chance: random.Random) -> None:
        self.history, self.chance = history, chance
        self.peaceful = threading.Event()
        super().__init__((ADDRESS, 0), Ear)

    @property
    def url(self) -> str:
        """Where it hears."""
        return f"http://{ADDRESS}:{self.server_address[1]}/told"

    def handle_error(self, *_: object) -> None:
        """A sender that was killed in the middle of a request says nothing new."""


class Ear(BaseHTTPRequestHandler):
    """One request."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if len(body) < int(self.headers["content-length"]):
            return  # the sender died before it had said all
        subject = str(json.loads(body)["data"]["subject"])
        roll = 1.0 if self.server.peaceful.is_set() else self.server.chance.random()
        self.server.history.hear(Told(id=self.headers["webhook-id"], subject=subject, body=body))
        if roll < HANGS_UP:
            self.close_connection = True
            return
        self.send_response(500 if roll < HANGS_UP + FAILS else 204)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def receiver(history: History, chance: random.Random) -> Iterator[Receiver]:
    """One that hears until the end."""
    with Receiver(history, chance) as server:
        hearing = threading.Thread(target=server.serve_forever)
        hearing.start()
        yield server
        server.shutdown()
        hearing.join()
