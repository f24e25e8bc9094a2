"""What torments the world: a schedule from a seed, every kind of trouble as often as any other."""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import psycopg

from tests.chaos.proxy import FAIR, Link, Weather
from tests.chaos.world import World
from tests.process import send

LONGEST_PAUSE_SECS, LONGEST_TROUBLE_SECS = 0.6, 1.2
WEATHERS = {
    "slow": Weather(latency_secs=0.05),
    "sliced": Weather(slice_bytes=1),
    "deaf": Weather(swallows_up=True),
    "dumb": Weather(swallows_down=True),
    "parted": Weather(swallows_up=True, swallows_down=True, refuses=True),
}


class Nemesis:
    """Does one thing after the other until told to stop; counts what it did."""

    def __init__(self, world: World, chance: random.Random, done: threading.Event) -> None:
        self._world, self._chance, self._done = world, chance, done
        self.did: Counter[str] = Counter()
        self._troubles: dict[str, Callable[[], None]] = {
            **{
                f"kill {role}": self._of(self._kill, role)
                for role in ("api", "worker", "postmaster", "backend")
            },
            **{f"pause {role}": self._of(self._pause, role) for role in ("api", "worker")},
            **{f"front {name}": self._weather(world.front, sky) for name, sky in WEATHERS.items()},
            **{f"back {name}": self._weather(world.back, sky) for name, sky in WEATHERS.items()},
            "front cut": world.front.cut,
            "back cut": world.back.cut,
            "commit unknown": self._unknown_commit,
            "old snapshot": self._pin_snapshot,
        }

    def run(self) -> None:
        """Until told to stop; everything is well again afterwards."""
        while not self._done.wait(self._chance.uniform(0.05, LONGEST_PAUSE_SECS)):
            for name in self._chance.sample(list(self._troubles), len(self._troubles)):
                if self._done.wait(self._chance.uniform(0.05, LONGEST_PAUSE_SECS)):
                    break
                self._troubles[name]()
                self.did[name] += 1
        for link in (self._world.front, self._world.back):
            link.on_commit(None)
            link.be(FAIR)
            link.cut()

    def _of(self, trouble: Callable[[str], None], role: str) -> Callable[[], None]:
        return lambda: trouble(role)

    def _kill(self, role: str) -> None:
        running = self._world.processes(role)
        if running:
            send(self._chance.choice(running), signal.SIGKILL)

    def _pause(self, role: str) -> None:
        running = self._world.processes(role)
        for pid in running:
            send(pid, signal.SIGSTOP)
        self._wait()
        for pid in running:
            send(pid, signal.SIGCONT)

    def _weather(self, link: Link, weather: Weather) -> Callable[[], None]:
        def trouble() -> None:
            link.be(weather)
            self._wait()
            link.be(FAIR)
            if weather.swallows_up or weather.swallows_down:
                link.cut()  # what was swallowed never comes

        return trouble

    def _unknown_commit(self) -> None:
        """The next few commits are done, and nobody is told."""
        few = self._chance.randint(1, 4)
        self._world.back.on_commit(lambda number: number <= few)
        self._wait()
        self._world.back.on_commit(None)

    def _pin_snapshot(self) -> None:
        """A transaction that keeps looking at what there was."""
        with suppress(psycopg.OperationalError), psycopg.connect(self._world.dsn) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.execute("SELECT count(*) FROM pg_class")
            self._wait()

    def _wait(self) -> None:
        self._done.wait(self._chance.uniform(0.1, LONGEST_TROUBLE_SECS))
