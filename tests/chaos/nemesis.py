"""What torments the world: a schedule from a seed.

Every kind of trouble comes as often as any other; or mostly kills and partitions, until so many are done.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import psycopg

from assay.crash_point import POINTS
from tests.chaos.proxy import FAIR, Link, Weather
from tests.chaos.world import World
from tests.process import send

LONGEST_PAUSE_SECS, LONGEST_TROUBLE_SECS = 0.6, 1.2
AT_WORK_SECS = 4.0
"""A process this old has done something, and dies of a kill in the middle of it."""
LONGEST_RECOVERY_SECS = 15.0
"""When nothing works again after so long, the next trouble comes all the same."""
POLL_SECS = 0.02
LONGEST_CRASH_SECS, LONGEST_POINT_SECS = 1.0, 60.0
"""How long a point waits for somebody to come by: among other troubles, and where each is to be reached."""
KILLS = {"backend": 10, "postmaster": 5, "api": 4, "worker": 2}
"""How often each is killed beside the others: the more often, the sooner it is back."""
PARTITIONS = tuple(f"{link} {sky}" for link in ("front", "back") for sky in ("deaf", "dumb", "parted"))
OTHERS = 0.08
"""The share of all other troubles while kills and partitions are counted."""
WEATHERS = {
    "slow": Weather(latency_secs=0.05),
    "sliced": Weather(slice_bytes=1),
    "deaf": Weather(swallows_up=True),
    "dumb": Weather(swallows_down=True),
    "parted": Weather(swallows_up=True, swallows_down=True, refuses=True),
}


@dataclass(frozen=True, kw_only=True)
class Targets:
    """How many kills and partitions are to be done."""

    kills: int = 0
    partitions: int = 0

    def left(self, did: Counter[str]) -> tuple[int, int]:
        """How many are not done yet."""
        kills = sum(times for name, times in did.items() if name.startswith("kill "))
        partitions = sum(did[name] for name in PARTITIONS)
        return max(self.kills - kills, 0), max(self.partitions - partitions, 0)


class Nemesis:
    """Does one thing after the other until told to stop; counts what it did."""

    def __init__(self, world: World, chance: random.Random, done: threading.Event) -> None:
        self._world, self._chance, self._done = world, chance, done
        self.did: Counter[str] = Counter()
        self._troubles: dict[str, Callable[[], bool]] = {
            **{f"kill {role}": partial(self._kill, role) for role in KILLS},
            **{f"pause {role}": partial(self._pause, role) for role in ("api", "worker")},
            **{f"front {name}": partial(self._weather, world.front, sky) for name, sky in WEATHERS.items()},
            **{f"back {name}": partial(self._weather, world.back, sky) for name, sky in WEATHERS.items()},
            "front cut": partial(self._cut, world.front),
            "back cut": partial(self._cut, world.back),
            **{f"crash {name}": partial(self._crash, name) for name in POINTS},
            "commit unknown": self._unknown_commit,
            "old snapshot": self._pin_snapshot,
        }
        self._others = sorted({*self._troubles} - {*PARTITIONS} - {f"kill {role}" for role in KILLS})

    def run(self) -> None:
        """Until told to stop; everything is well again afterwards."""
        while not self._done.wait(self._chance.uniform(0.05, LONGEST_PAUSE_SECS)):
            for name in self._chance.sample(list(self._troubles), len(self._troubles)):
                if self._done.wait(self._chance.uniform(0.05, LONGEST_PAUSE_SECS)):
                    break
                self._do(name)
        self._make_peace()

    def run_until(self, targets: Targets, acknowledged: Callable[[], int]) -> None:
        """As fast as things recover: each trouble comes once something was acknowledged after the last."""
        while not self._done.is_set() and any(left := targets.left(self.did)):
            self._do(self._next(*left))
            self._recover(acknowledged)
            self._done.wait(self._chance.uniform(0.0, LONGEST_PAUSE_SECS / 2))
        self._make_peace()

    def run_points(self, acknowledged: Callable[[], int]) -> None:
        """Each crash point once, each after something was acknowledged since the last."""
        for name in self._chance.sample(POINTS, len(POINTS)):
            limit = time.monotonic() + LONGEST_POINT_SECS
            while not self.did[f"crash {name}"] and time.monotonic() < limit and not self._done.is_set():
                self._do(f"crash {name}")
            self._recover(acknowledged)
        self._make_peace()

    def _recover(self, acknowledged: Callable[[], int]) -> None:
        """Return once something more is acknowledged, or it is in vain to wait."""
        before, limit = acknowledged(), time.monotonic() + LONGEST_RECOVERY_SECS
        while acknowledged() == before and time.monotonic() < limit and not self._done.wait(POLL_SECS):
            pass

    def _next(self, kills: int, partitions: int) -> str:
        roll = self._chance.random()
        if roll < OTHERS:
            return self._chance.choice(self._others)
        if self._chance.random() * (kills + partitions) < partitions:
            return self._chance.choice(PARTITIONS)
        return f"kill {self._chance.choices(list(KILLS), weights=list(KILLS.values()))[0]}"

    def _do(self, name: str) -> None:
        if self._troubles[name]():
            self.did[name] += 1

    def _make_peace(self) -> None:
        for link in (self._world.front, self._world.back):
            link.on_commit(None)
            link.be(FAIR)
            link.cut()

    def _kill(self, role: str) -> bool:
        """``kill -9`` of one that is at work; whether there was one."""
        aged_secs = AT_WORK_SECS if role in {"api", "worker"} else 0.0
        running = self._world.processes(role, aged_secs=aged_secs)
        if running:
            send(self._chance.choice(running), signal.SIGKILL)
        return bool(running)

    def _crash(self, point: str) -> bool:
        """The next process that comes by dies there; whether one did."""
        armed = self._world.points / point
        armed.touch(mode=0o666)
        limit = time.monotonic() + LONGEST_CRASH_SECS
        while armed.exists() and time.monotonic() < limit and not self._done.wait(POLL_SECS):
            pass
        reached = not armed.exists()
        armed.unlink(missing_ok=True)
        return reached

    def _pause(self, role: str) -> bool:
        running = self._world.processes(role)
        for pid in running:
            send(pid, signal.SIGSTOP)
        self._wait()
        for pid in running:
            send(pid, signal.SIGCONT)
        return bool(running)

    def _weather(self, link: Link, weather: Weather) -> bool:
        link.be(weather)
        self._wait()
        link.be(FAIR)
        if weather.swallows_up or weather.swallows_down:
            link.cut()  # what was swallowed never comes
        return True

    def _cut(self, link: Link) -> bool:
        link.cut()
        return True

    def _unknown_commit(self) -> bool:
        """The next few commits are done, and nobody is told."""
        few = self._chance.randint(1, 4)
        self._world.back.on_commit(lambda number: number <= few)
        self._wait()
        self._world.back.on_commit(None)
        return True

    def _pin_snapshot(self) -> bool:
        """A transaction that keeps looking at what there was."""
        with suppress(psycopg.OperationalError), psycopg.connect(self._world.dsn) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.execute("SELECT count(*) FROM pg_class")
            self._wait()
            return True
        return False

    def _wait(self) -> None:
        self._done.wait(self._chance.uniform(0.1, LONGEST_TROUBLE_SECS))
