"""A whole run: labelers at work, a nemesis, then peace; and what was broken."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass

import httpx

from tests.chaos.checker import violations
from tests.chaos.client import Annotator, Asker, Requester
from tests.chaos.final import read_final
from tests.chaos.history import History
from tests.chaos.nemesis import Nemesis
from tests.chaos.world import World
from tests.process import resident_bytes

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"], "required": True},
        {"name": "why", "kind": "text", "field": "note", "required": True},
    ],
}
OVERLAP, LEASE_SECS = 3, 10
TASKS_AT_A_TIME = 10
PEACE_SECS = 60.0
MAX_TOLD = 20
MAX_RESIDENT_BYTES = 600 * 2**20


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was done and what was found."""

    seed: int
    did: dict[str, int]
    attempts: dict[str, int]
    acknowledged: int
    tasks: int
    violations: list[str]


class Story:
    """One project in one world."""

    def __init__(self, world: World, seed: int, *, labelers: int = 6, peace_secs: float = PEACE_SECS) -> None:
        self._world, self._seed, self._peace_secs = world, seed, peace_secs
        self._chance = random.Random(seed)
        self._done = threading.Event()
        self._askers: list[Asker] = []
        self._history = History(file=world.home / "history.jsonl")
        with self._admin() as admin:
            quality = {"min_labels": OVERLAP, "max_labels": OVERLAP}
            project = {"name": "Chaos", "ontology": ONTOLOGY, "quality": quality, "lease_seconds": LEASE_SECS}
            self._project = str(admin.post("/v1/projects", json=project).json()["id"])
            made = [admin.post("/v1/labelers", json={"name": f"l{n}"}).json() for n in range(labelers)]
        self._annotators = [
            Annotator(self._asker(f"l{n}", one["labeler"], one["api_key"]), self._project)
            for n, one in enumerate(made)
        ]
        self._requester = Requester(self._asker("requester", "", world.api_key), self._project)
        self._listed: list[str] = []

    def run(self, secs: float) -> Report:
        """Work for so long under torment, then in peace until all is answered, and check."""
        self._requester.bring(2 * TASKS_AT_A_TIME)
        stop = threading.Event()
        nemesis = Nemesis(self._world, random.Random(self._chance.random()), stop)
        troubles = [threading.Thread(target=nemesis.run)]
        workers = [threading.Thread(target=self._labour, args=(one,)) for one in self._annotators]
        workers.append(threading.Thread(target=self._bring_while, args=(stop,)))
        for thread in (*troubles, *workers):
            thread.start()
        stop.wait(secs)
        stop.set()
        troubles[0].join()
        self._until_peace()
        self._done.set()
        for thread in workers:
            thread.join()
        for asker in self._askers:
            asker.close()
        return self._report(nemesis.did)

    def _labour(self, annotator: Annotator) -> None:
        while not self._done.is_set():
            if not annotator.step():
                self._done.wait(0.05)

    def _bring_while(self, stop: threading.Event) -> None:
        """More work while there is torment; and every item is listed once, whatever happens meanwhile."""
        while not stop.wait(0.2):
            submitted = self._history.count("submit", "ok")
            if submitted > OVERLAP * (self._requester.brought - TASKS_AT_A_TIME):
                self._requester.bring(TASKS_AT_A_TIME)
            brought = {f"n-{n}" for n in range(self._requester.brought)}
            listed = self._requester.list_all()
            if listed is not None and (len(set(listed)) < len(listed) or not brought <= set(listed)):
                missing = len(brought - set(listed))
                self._listed.append(
                    f"I9: a list of {len(listed)} items misses {missing} that were acknowledged"
                )

    def _until_peace(self) -> None:
        """Until every task has ended; what has not by then is told by the checks."""
        limit = time.monotonic() + self._peace_secs
        with self._admin() as admin:
            while time.monotonic() < limit and not self._done.wait(0.2):
                try:
                    told = admin.get(f"/v1/projects/{self._project}/quality")
                except httpx.TransportError:
                    continue
                states = told.json().get("states", {}) if told.status_code == 200 else {}
                if states and set(states) <= {"resolved", "needs_attention"}:
                    return

    def _report(self, did: Counter[str]) -> Report:
        final = read_final(self._world.dsn, LEASE_SECS)
        found = [*violations(self._history, final), *self._listed, *self._bloated()]
        counts: Counter[str] = Counter()
        for attempt in self._history.attempts:
            counts[f"{attempt.function} {attempt.outcome}"] += 1
        if found:
            (self._world.home / "kept").touch()  # history and log are evidence
        return Report(
            seed=self._seed,
            did=dict(did),
            attempts=dict(sorted(counts.items())),
            acknowledged=len({attempt.key for attempt in self._history.of("submit", "ok")}),
            tasks=len(final.tasks),
            violations=found[:MAX_TOLD],
        )

    def _bloated(self) -> list[str]:
        """I12: no process holds more than its share."""
        sizes = {
            pid: resident_bytes(pid) for role in ("api", "worker") for pid in self._world.processes(role)
        }
        return [
            f"I12: process {pid} holds {size} bytes"
            for pid, size in sizes.items()
            if size > MAX_RESIDENT_BYTES
        ]

    def _admin(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self._world.api_key}"}
        return httpx.Client(base_url=self._world.url, headers=headers, timeout=10)

    def _asker(self, name: str, labeler: str, api_key: str) -> Asker:
        asker = Asker(
            name=name,
            labeler=labeler,
            api_key=api_key,
            url=self._world.url,
            history=self._history,
            chance=random.Random(f"{self._seed}-{name}"),
            done=self._done,
        )
        self._askers.append(asker)
        return asker
