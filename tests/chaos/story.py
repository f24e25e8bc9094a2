"""A whole run: two organisations at work, a nemesis, then peace; and what was broken."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from assay.crash_point import POINTS
from tests.chaos.checker import MIDWAY, violations
from tests.chaos.client import Annotator
from tests.chaos.final import read_final
from tests.chaos.history import History
from tests.chaos.nemesis import Nemesis, Targets
from tests.chaos.organization import LEASE_SECS, OVERLAP, Organization, Scene, found
from tests.chaos.receiver import Receiver, receiver
from tests.chaos.trespasser import Trespasser
from tests.chaos.world import World
from tests.process import resident_bytes

TASKS_AT_A_TIME = 10
IDLE_SECS, POLL_SECS = 0.2, 0.1
PEACE_SECS = 60.0
PROGRESS_SECS, TRESPASS_SECS = 30.0, 0.3
MAX_TOLD = 20
MAX_RESIDENT_BYTES = 600 * 2**20
# What a receiver refused is told again after minutes or hours: here that time has passed.
LEAP = """
    UPDATE delivery SET next_at = clock_timestamp()
    WHERE state = 'pending' AND next_at > clock_timestamp()
"""
UNTOLD = """
    SELECT count(*)
    FROM webhook w
    JOIN feed f ON f.organization = w.organization AND f.kind = ANY (w.kinds)
    LEFT JOIN delivery d ON d.organization = w.organization AND d.webhook = w.id AND d.seq = f.seq
    WHERE d.state IS NULL OR d.state = 'pending'
"""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was done and what was found."""

    seed: int
    did: dict[str, int]
    attempts: dict[str, int]
    acknowledged: int
    told: int
    """Requests that the webhooks' receiver heard."""
    tasks: int
    violations: list[str]


class Story:
    """Two organisations in one world; the second is small, and each tries what is the other's."""

    def __init__(self, world: World, seed: int, *, labelers: int = 6, peace_secs: float = PEACE_SECS) -> None:
        self._world, self._seed, self._peace_secs = world, seed, peace_secs
        self._chance = random.Random(seed)
        self._history = History(file=world.home / "history.jsonl")
        self._scene = Scene(world=world, seed=seed, history=self._history)
        self._done = self._scene.done
        first = Organization(self._scene, "first", world.api_key, labelers)
        second = Organization(self._scene, "second", found(world, "Second"), 3)
        self._all = (first, second)
        self._trespassers = (first.beside(second), second.beside(first))
        self._torment: threading.Thread | None = None
        self._seen: dict[str, None] = {}
        """The violations that were found on the way, in their order."""

    def run(self, secs: float, kinds: int = 0) -> Report:
        """Work for so long under torment, and until so many kinds of it were done; then in peace until all is
        answered, and check."""

        def watch(nemesis: Nemesis, stop: threading.Event) -> None:
            stop.wait(secs)
            while len(nemesis.did) < kinds:
                stop.wait(POLL_SECS)
            stop.set()

        return self._run(watch, Nemesis.run)

    def run_until(self, targets: Targets, say: Callable[[str], None]) -> Report:
        """Work until so much torment was done, then as :meth:`run`. ``say`` hears how far it is."""

        def watch(nemesis: Nemesis, stop: threading.Event) -> None:
            began = time.monotonic()
            while any(targets.left(nemesis.did)):
                stop.wait(PROGRESS_SECS)
                self._look_midway(say)
                say(self._progress(nemesis.did, targets, time.monotonic() - began))
            stop.set()

        return self._run(watch, lambda nemesis: nemesis.run_until(targets, self._acknowledged))

    def run_points(self) -> Report:
        """Work while a process dies at each crash point once, then as :meth:`run`."""

        def watch(nemesis: Nemesis, stop: threading.Event) -> None:
            while self._torment is not None and self._torment.is_alive():
                stop.wait(POLL_SECS)
            for name in POINTS:
                if not nemesis.did[f"crash {name}"]:
                    self._find(f"nobody came by the crash point {name}")
            stop.set()

        return self._run(watch, lambda nemesis: nemesis.run_points(self._acknowledged))

    def _run(
        self, watch: Callable[[Nemesis, threading.Event], object], torment: Callable[[Nemesis], None]
    ) -> Report:
        stop = threading.Event()
        with receiver(self._history, random.Random(self._chance.random())) as ear:
            for one in self._all:
                one.tell(ear.url)
                one.requester.bring(2 * TASKS_AT_A_TIME)
            nemesis = Nemesis(self._world, random.Random(self._chance.random()), stop)
            self._torment = troubles = threading.Thread(target=torment, args=(nemesis,))
            workers = self._workers(stop)
            for thread in (troubles, *workers):
                thread.start()
            watch(nemesis, stop)
            troubles.join()
            self._until_peace(ear)
            self._done.set()
            for thread in workers:
                thread.join()
        for one in self._all:
            one.close()
        return self._report(nemesis.did)

    def _workers(self, stop: threading.Event) -> list[threading.Thread]:
        return [
            *(
                threading.Thread(target=self._labour, args=(annotator,))
                for one in self._all
                for annotator in one.annotators
            ),
            *(threading.Thread(target=self._bring_while, args=(one, stop)) for one in self._all),
            *(threading.Thread(target=self._trespass_while, args=(one, stop)) for one in self._trespassers),
        ]

    def _labour(self, annotator: Annotator) -> None:
        while not self._done.is_set():
            if not annotator.step():
                self._done.wait(IDLE_SECS)

    def _trespass_while(self, trespasser: Trespasser, stop: threading.Event) -> None:
        while not stop.wait(TRESPASS_SECS):
            trespasser.step()

    def _bring_while(self, one: Organization, stop: threading.Event) -> None:
        """More work while there is torment; and every item is listed once, whatever happens meanwhile."""
        brings = one.requester
        while not stop.wait(0.2):
            answered = sum(annotator.answered for annotator in one.annotators)
            if answered > OVERLAP * (brings.brought - TASKS_AT_A_TIME):
                brings.bring(TASKS_AT_A_TIME)
            for read in (brings.list_all, brings.stream_all):
                brought, listed = set(brings.names()), read()
                if listed is not None and (len(set(listed)) < len(listed) or not brought <= set(listed)):
                    missing = len(brought - set(listed))
                    self._find(f"I9: a list of {len(listed)} items misses {missing} that were acknowledged")

    def _until_peace(self, ear: Receiver) -> None:
        """Until every task has ended and everything is told; what is not by then is told by the checks."""
        ear.peaceful.set()
        limit = time.monotonic() + self._peace_secs
        ended = {"resolved", "needs_attention"}
        while time.monotonic() < limit and not self._done.wait(0.2):
            states = [one.states() for one in self._all]
            if all(each and each <= ended for each in states):
                break
        limit = time.monotonic() + self._peace_secs
        while time.monotonic() < limit and not self._done.wait(0.5):
            with suppress(psycopg.OperationalError), psycopg.connect(self._world.dsn) as connection:
                connection.execute(LEAP)
                untold = connection.execute(UNTOLD).fetchone()
                if untold == (0,):
                    return

    def _acknowledged(self) -> int:
        return self._history.count("submit", "ok")

    def _progress(self, did: Counter[str], targets: Targets, secs: float) -> str:
        kills, partitions = targets.left(did)
        by_kind = ", ".join(f"{name[5:]} {did[name]}" for name in sorted(did) if name.startswith("kill "))
        return (
            f"{secs:6.0f} s: {targets.kills - kills} of {targets.kills} kills ({by_kind}), "
            f"{targets.partitions - partitions} of {targets.partitions} partitions, "
            f"{self._acknowledged()} labels acknowledged, {len(self._history.told)} times told, "
            f"{len(self._seen)} violations"
        )

    def _look_midway(self, say: Callable[[str], None]) -> None:
        """Hold what is there against what was seen before it; what cannot be read now is read later."""
        seen = self._history.so_far()
        with suppress(psycopg.Error):
            final = read_final(self._world.dsn, LEASE_SECS)
            for sentence in [*violations(seen, final, MIDWAY), *self._bloated()]:
                if sentence not in self._seen:
                    say(f"VIOLATION {sentence}")
                self._find(sentence)

    def _find(self, sentence: str) -> None:
        self._seen[sentence] = None

    def _report(self, did: Counter[str]) -> Report:
        final = read_final(self._world.dsn, LEASE_SECS)
        for sentence in [*violations(self._history, final), *self._bloated()]:
            self._find(sentence)
        counts = {f"{function} {outcome}": n for (function, outcome), n in self._history.counts.items()}
        if self._seen:
            (self._world.home / "kept").touch()  # history and log are evidence
        return Report(
            seed=self._seed,
            did=dict(did),
            attempts=dict(sorted(counts.items())),
            acknowledged=len({attempt.key for attempt in self._history.of("submit", "ok")}),
            told=len(self._history.told),
            tasks=len(final.tasks),
            violations=list(self._seen)[:MAX_TOLD],
        )

    def _bloated(self) -> list[str]:
        """I12: no process holds more than its share."""
        return [
            f"I12: a process of the {role} holds more than {MAX_RESIDENT_BYTES} bytes"
            for role in ("api", "worker")
            if any(resident_bytes(pid) > MAX_RESIDENT_BYTES for pid in self._world.processes(role))
        ]
