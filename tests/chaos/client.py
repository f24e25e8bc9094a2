"""Logical clients: each does one thing after the other, and settles what it cannot know by asking again."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from tests.chaos.history import Attempt, History, Outcome

TIMEOUT_SECS = 4.0
IN_FLIGHT = "idempotency.in_flight"
PAUSE_SECS = 0.05
MOST_PAGES = 40
PONDERS, PONDERED_SECS = 0.02, (2.0, 6.0)
"""Now and then somebody thinks for long, and is still in time."""


@dataclass(kw_only=True)
class Asker:
    """One logical process, and after an unknown outcome its successor."""

    name: str
    labeler: str
    api_key: str
    url: str
    history: History
    chance: random.Random
    done: threading.Event
    sentinel: str = ""
    """Stands in all that this organisation writes, and in nothing that another may see."""
    foreign: str = ""
    """Another organisation's."""
    incarnation: int = 0
    keys: count[int] = field(default_factory=count)
    _http: httpx.Client | None = None

    def ask(self, function: str, path: str, body: Any, value: Any = None, key: str | None = None) -> Attempt:
        """One attempt, as it went."""
        key = key or f"{self.name}-{next(self.keys)}"
        began = time.monotonic()
        status, answer = self._send(path, body, key)
        attempt = Attempt(
            process=f"{self.name}/{self.incarnation}",
            labeler=self.labeler,
            function=function,
            path=path,
            key=key,
            value=value,
            outcome=outcome_of(status),
            status=status,
            answer=answer,
            began=began,
            ended=time.monotonic(),
        )
        self.history.add(attempt)
        if attempt.outcome == "info":
            self.incarnation += 1
        return attempt

    def settle(self, function: str, path: str, body: Any, value: Any = None) -> Attempt | None:
        """Ask until it is known how it ended; ``None`` when everything ends before."""
        attempt = self.ask(function, path, body, value)
        while undecided(attempt):
            if self.done.wait(PAUSE_SECS):
                return None
            attempt = self.ask(function, path, body, value, attempt.key)
        return attempt

    def read(self, path: str) -> Any | None:
        """What a path holds; ``None`` where nobody answers."""
        try:
            answer = self._client().get(path)
        except httpx.TransportError:
            self._forget()
            return None
        self._hear(path, answer)
        return answer.json() if answer.status_code == 200 else None

    def read_lines(self, path: str) -> list[Any] | None:
        """What a path streams, whole; ``None`` where it broke off or nobody answers."""
        try:
            answer = self._client().get(path, headers={"Accept": "application/x-ndjson"})
        except httpx.TransportError:
            self._forget()
            return None
        self._hear(path, answer)
        return [json.loads(line) for line in answer.text.splitlines()] if answer.status_code == 200 else None

    def peek(self, path: str) -> None:
        """Look at what one may not see; it must be refused."""
        try:
            answer = self._client().get(path)
        except httpx.TransportError:
            self._forget()
            return
        self._hear(path, answer)
        if answer.status_code < 300:
            self.history.leaks.append(f"{self.name} was shown {path}")

    def close(self) -> None:
        """Hang up."""
        self._forget()

    def _send(self, path: str, body: Any, key: str) -> tuple[int, Any]:
        try:
            answer = self._client().post(path, json=body, headers={"Idempotency-Key": key})
            self._hear(path, answer)
            return answer.status_code, answer.json()
        except (httpx.TransportError, ValueError):
            self._forget()
            return 0, None

    def _hear(self, path: str, answer: httpx.Response) -> None:
        if self.foreign and self.foreign in answer.text:
            self.history.leaks.append(f"the answer of {path} to {self.name} holds what is another's")

    def _client(self) -> httpx.Client:
        if self._http is None:
            headers = {"Authorization": f"Bearer {self.api_key}"}
            self._http = httpx.Client(base_url=self.url, headers=headers, timeout=TIMEOUT_SECS)
        return self._http

    def _forget(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None


def outcome_of(status: int) -> Outcome:
    """2xx happened, 4xx did not; no answer and 5xx may have."""
    if status == 0 or status >= 500:
        return "info"
    return "ok" if status < 300 else "fail"


def undecided(attempt: Attempt) -> bool:
    """Whether the same must be asked again."""
    if attempt.outcome == "info":
        return True
    return attempt.outcome == "fail" and attempt.answer.get("code") == IN_FLIGHT


class Annotator:
    """Claims, answers in words of its own, lets go, says things twice, and tries what it may not."""

    def __init__(self, asker: Asker, project: str) -> None:
        self._asker = asker
        self._leases = f"/v1/projects/{project}/leases"
        self._chance = asker.chance
        self.held: list[dict[str, Any]] = []
        self.answered = 0
        """How many labels were acknowledged."""
        self._sent: list[Attempt] = []
        self._late: list[dict[str, Any]] = []
        self._bodies: dict[str, Any] = {}

    def step(self) -> bool:
        """One thing; whether there was anything to do."""
        roll = self._chance.random()
        if not self.held:
            return self.claim()
        if roll < PONDERS:
            self._asker.done.wait(self._chance.uniform(*PONDERED_SECS))
        if roll < 0.08:
            self.let_go()
        elif roll < 0.14:
            self.forge()
        elif roll < 0.22 and self._sent:
            self.say_again()
        elif roll < 0.27 and self._late:
            self.answer(self._late.pop())
        elif roll < 0.30 and self._sent:
            self.contradict()
        else:
            self.answer(self.held.pop(0))
        return True

    def claim(self) -> bool:
        """Take up to three tasks; what was claimed for us but never reached us is found again."""
        wanted = self._chance.randint(1, 3)
        attempt = self._asker.settle("claim", self._leases, {"count": wanted}, wanted)
        if attempt is not None and attempt.outcome == "ok":
            self.held = list(attempt.answer["leases"])
            if self.held and self._chance.random() < 0.1:
                self.claim_again(attempt)
        if not self.held:
            mine = self._asker.read(self._leases)
            self.held = list(mine["leases"]) if mine else []
        return bool(self.held)

    def claim_again(self, earlier: Attempt) -> None:
        """The same request once more, under its key: it grants what it granted, and nothing else."""
        body = {"count": earlier.value}
        granted = [lease["lease"] for lease in earlier.answer["leases"]]
        self._asker.ask("reclaim", self._leases, body, granted, earlier.key)

    def contradict(self) -> None:
        """Another label for what was answered: the first one stands."""
        earlier = self._chance.choice(self._sent)
        body = {"fence": self._bodies[earlier.key]["fence"], "label": self._label()}
        self._asker.settle("contradict", earlier.path, body, {**earlier.value, **body})

    def answer(self, lease: dict[str, Any]) -> None:
        """Submit a label that nobody else would."""
        body = {"fence": lease["fence"], "label": self._label()}
        value = {"lease": lease["lease"], "task": lease["task"], **body}
        attempt = self._asker.settle("submit", f"/v1/leases/{lease['lease']}/submit", body, value)
        if attempt is not None and attempt.outcome == "ok":
            self.answered += 1
            self._bodies[attempt.key] = body
            self._sent.append(attempt)

    def let_go(self) -> None:
        """Give one back, and perhaps answer it after all."""
        lease = self.held.pop()
        path = f"/v1/leases/{lease['lease']}/release"
        self._asker.settle("release", path, {"reason": "returned"}, {"lease": lease["lease"]})
        self._late.append(lease)

    def forge(self) -> None:
        """A submit with a fence that was never ours."""
        lease = self.held[0]
        body = {"fence": lease["fence"] + self._chance.choice([-1, 1, 1000]), "label": self._label()}
        value = {"lease": lease["lease"], "task": lease["task"], **body}
        self._asker.settle("forge", f"/v1/leases/{lease['lease']}/submit", body, value)

    def say_again(self) -> None:
        """The same request once more, under its key; the answer must be the same."""
        earlier = self._chance.choice(self._sent)
        attempt = self._asker.ask(
            "replay", earlier.path, self._bodies[earlier.key], earlier.answer, earlier.key
        )
        while undecided(attempt) and not self._asker.done.wait(PAUSE_SECS):
            attempt = self._asker.ask(
                "replay", earlier.path, self._bodies[earlier.key], earlier.answer, earlier.key
            )

    def _label(self) -> dict[str, str]:
        said = f"{self._chance.getrandbits(96):024x} {self._asker.sentinel}"
        words = f"{self._asker.name} says {said} é"
        return {"topic": self._chance.choice(["sports", "news"]), "why": words}


class Requester:
    """Brings items, a few at a time, and looks whether they are all there, each once."""

    def __init__(self, asker: Asker, project: str) -> None:
        self._asker = asker
        self._items = f"/v1/projects/{project}/items"
        self._resolutions = f"/v1/projects/{project}/resolutions"
        self.brought = 0

    def names(self, first: int = 0) -> list[str]:
        """The items that were brought, but for the first so many."""
        return self._named(range(first, self.brought))

    def bring(self, number: int) -> bool:
        """Import items and settle it; whether they were acknowledged."""
        names = self._named(range(self.brought, self.brought + number))
        note = f"Note of {self._asker.sentinel}."
        body = [{"external_id": name, "fields": {"note": note}} for name in names]
        attempt = self._asker.settle("import", self._items, body, names)
        if attempt is None or attempt.outcome != "ok":
            return False
        self.brought += number
        return True

    def list_all(self) -> list[str] | None:
        """Every item by pages of seven, or of more where there are very many; ``None`` where a page could
        not be had."""
        found: list[str] = []
        cursor = ""
        limit = min(max(7, self.brought // MOST_PAGES), 1000)
        while True:
            page = self._asker.read(f"{self._items}?limit={limit}{cursor}")
            if page is None:
                return None
            found += [item["external_id"] for item in page["items"]]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def stream_all(self) -> list[str] | None:
        """Every item as the stream of answers has it; ``None`` where it was cut short."""
        lines = self._asker.read_lines(self._resolutions)
        return None if lines is None else [line["external_id"] for line in lines]

    def _named(self, numbers: Iterable[int]) -> list[str]:
        return [f"{self._asker.name}-{n}" for n in numbers]
