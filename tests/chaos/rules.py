"""What may be done to a queue, in any order: the rules that the model, REST and gRPC must answer alike."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, ClassVar, Protocol

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from tests.chaos.model import Model

WANTED = 2
LABELERS = ("ann", "ben", "eve")
LABELS = ("sports", "news")
NAMES = [f"n-{n}" for n in range(8)]


class Queue(Protocol):
    """A project that can be worked on, over some transport. Every operation answers ``ok`` or a code."""

    def bring(self, items: dict[str, str]) -> tuple[str, int]:
        """Import notes by their names; the outcome and how many were new."""

    def claim(self, labeler: str, count: int) -> list[tuple[str, str]]:
        """The leases granted, each with the name of its item."""

    def heartbeat(self, labeler: str, lease: str) -> str:
        """Hold a lease for longer."""

    def release(self, labeler: str, lease: str, reason: str) -> str:
        """Give a lease back."""

    def expire(self, lease: str) -> None:
        """Let a lease run out, and its slot be given back."""

    def submit(self, labeler: str, lease: str, label: str, *, forged: bool) -> str:
        """Answer a lease, with its fence or another."""

    def counted(self) -> dict[str, int]:
        """How many labels count, by item."""


class Imagined:
    """The queue that the model itself describes: it lends whatever comes first."""

    def __init__(self) -> None:
        self._model = Model(wanted=WANTED)
        self._numbers = count()

    def bring(self, items: dict[str, str]) -> tuple[str, int]:
        return self._model.bring(items)

    def claim(self, labeler: str, count: int) -> list[tuple[str, str]]:
        tasks = self._model.offered(labeler)[: min(count, self._model.room(labeler))]
        leases = [(f"lease-{next(self._numbers)}", task) for task in tasks]
        self._model.granted(labeler, count, leases)
        return leases

    def heartbeat(self, labeler: str, lease: str) -> str:
        return self._model.heartbeat(labeler, lease)

    def release(self, labeler: str, lease: str, reason: str) -> str:
        return self._model.end(labeler, lease, reason)

    def expire(self, lease: str) -> None:
        self._model.end(self._model.leases[lease].labeler, lease, "expired")

    def submit(self, labeler: str, lease: str, label: str, *, forged: bool) -> str:
        return self._model.submit(labeler, lease, label, forged=forged)

    def counted(self) -> dict[str, int]:
        return {name: len(task.counted) for name, task in self._model.tasks.items()}


class Rules(RuleBasedStateMachine):
    """Anything in any order; :attr:`open_queue` gives a fresh queue for each run."""

    open_queue: ClassVar[Callable[[], Queue]] = Imagined

    leases = Bundle("leases")
    labelers = st.sampled_from(LABELERS)

    @initialize()
    def begin(self) -> None:
        self.model, self.queue = Model(wanted=WANTED), type(self).open_queue()

    @rule(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True), other=st.booleans())
    def bring(self, names: list[str], other: bool) -> None:
        items = {name: f"Another {name}." if other and name == NAMES[0] else f"A {name}." for name in names}
        assert self.queue.bring(items) == self.model.bring(items)

    @rule(target=leases, labeler=labelers, wanted=st.integers(1, 3))
    def claim(self, labeler: str, wanted: int) -> Any:
        wanted = min(wanted, self.model.room(labeler))
        if wanted == 0:
            return multiple()
        granted = self.queue.claim(labeler, wanted)
        self.model.granted(labeler, wanted, granted)
        return multiple(*(lease for lease, _ in granted))

    @rule(lease=leases)
    def heartbeat(self, lease: str) -> None:
        whose = self.model.leases[lease].labeler
        assert self.queue.heartbeat(whose, lease) == self.model.heartbeat(whose, lease)

    @rule(lease=leases, reason=st.sampled_from(["returned", "skip"]))
    def release(self, lease: str, reason: str) -> None:
        whose = self.model.leases[lease].labeler
        assert self.queue.release(whose, lease, reason) == self.model.end(whose, lease, reason)

    @rule(lease=leases)
    def expire(self, lease: str) -> None:
        self.queue.expire(lease)
        self.model.end(self.model.leases[lease].labeler, lease, "expired")

    @rule(lease=leases, label=st.sampled_from(LABELS))
    def submit(self, lease: str, label: str) -> None:
        self._submit(self.model.leases[lease].labeler, lease, label, forged=False)

    @rule(lease=consumes(leases), label=st.sampled_from(LABELS))
    def submit_for_good(self, lease: str, label: str) -> None:
        self._submit(self.model.leases[lease].labeler, lease, label, forged=False)

    @rule(lease=leases, label=st.sampled_from(LABELS))
    def forge(self, lease: str, label: str) -> None:
        self._submit(self.model.leases[lease].labeler, lease, label, forged=True)

    @rule(lease=leases, labeler=labelers, label=st.sampled_from(LABELS))
    def submit_as_anyone(self, lease: str, labeler: str, label: str) -> None:
        self._submit(labeler, lease, label, forged=False)

    def _submit(self, labeler: str, lease: str, label: str, *, forged: bool) -> None:
        answer = self.queue.submit(labeler, lease, label, forged=forged)
        assert answer == self.model.submit(labeler, lease, label, forged=forged)

    @invariant()
    def every_slot_is_in_one_place(self) -> None:
        if hasattr(self, "model"):
            self.model.check()

    def teardown(self) -> None:
        if hasattr(self, "model"):
            wanted = {name: len(task.counted) for name, task in self.model.tasks.items()}
            assert self.queue.counted() == wanted
