"""What the queue promises, without a database: tasks, slots and leases as values (I1, I4, I5, I10).

The model decides what each operation must answer. It knows which slots a labeler may be lent, but not which
of them a server picks: what a server granted is told to it, and refused where nobody may be granted that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

LeaseState = Literal["live", "ended", "answered", "late"]
OK = "ok"
MOST_HELD = 10
"""Live leases of one person in one project."""
AGAIN = {"returned", "expired"}
"""How a lease may end for its labeler to be asked the same again."""


@dataclass(kw_only=True)
class Lease:
    """A slot that was lent: to whom, and what became of it."""

    task: str
    slot: int
    labeler: str
    state: LeaseState = "live"
    label: str | None = None


@dataclass(kw_only=True)
class Task:
    """An item with its slots: ``free`` ones in the order in which they are lent."""

    note: str
    free: list[int]
    counted: dict[str, str] = field(default_factory=dict)
    """The label that counts, by labeler."""
    seen: set[str] = field(default_factory=set)
    """Who is not to be asked (again)."""


@dataclass(kw_only=True)
class Model:
    """One project whose tasks want ``wanted`` labels each."""

    wanted: int
    tasks: dict[str, Task] = field(default_factory=dict)
    leases: dict[str, Lease] = field(default_factory=dict)

    def bring(self, items: dict[str, str]) -> tuple[str, int]:
        """Import notes by their names: the outcome, and how many are new. A different note is refused, and
        with it all of them."""
        if any(name in self.tasks and self.tasks[name].note != note for name, note in items.items()):
            return "existing", 0
        new = {name: note for name, note in items.items() if name not in self.tasks}
        for name, note in new.items():
            self.tasks[name] = Task(note=note, free=list(range(1, self.wanted + 1)))
        return OK, len(new)

    def offered(self, labeler: str) -> list[str]:
        """The tasks of which this labeler may be lent a slot."""
        return [name for name, task in self.tasks.items() if task.free and labeler not in task.seen]

    def room(self, labeler: str) -> int:
        """How many leases more this labeler may hold."""
        held = sum(lease.labeler == labeler and lease.state == "live" for lease in self.leases.values())
        return MOST_HELD - held

    def granted(self, labeler: str, count: int, leases: Sequence[tuple[str, str]]) -> None:
        """A claim of ``count`` was granted these leases of these tasks. Raises ``AssertionError`` where it
        should not have been."""
        tasks = [task for _, task in leases]
        offered = self.offered(labeler)
        assert len(set(tasks)) == len(tasks), f"{labeler} was lent one task twice: {tasks}"
        assert set(tasks) <= set(offered), f"{labeler} was lent {tasks} and might have had {offered}"
        wanted = min(count, self.room(labeler), len(offered))
        assert len(tasks) == wanted, f"{labeler} was lent {len(tasks)} tasks and might have had {wanted}"
        for lease, name in leases:
            task = self.tasks[name]
            task.seen.add(labeler)
            self.leases[lease] = Lease(task=name, slot=task.free.pop(0), labeler=labeler)

    def heartbeat(self, labeler: str, lease: str) -> str:
        """Hold a lease for longer."""
        mine = self._mine(labeler, lease)
        if mine is None:
            return "not_found"
        return OK if mine.state == "live" else "lease.lost"

    def end(self, labeler: str, lease: str, reason: str) -> str:
        """Give a lease back, or let it expire; one that ended already stays as it is."""
        mine = self._mine(labeler, lease)
        if mine is None:
            return "not_found"
        if mine.state == "live":
            mine.state = "ended"
            task = self.tasks[mine.task]
            task.free.append(mine.slot)
            if reason in AGAIN:
                task.seen.discard(labeler)
        return OK

    def submit(self, labeler: str, lease: str, label: str, *, forged: bool = False) -> str:
        """Answer a lease. Late is in time while the slot is free and the labeler answers it nowhere else; the
        first answer stands, and the same again is the same."""
        mine = self._mine(labeler, lease)
        if mine is None:
            return "not_found"
        if forged:
            return "lease.fence"
        if mine.label is not None:
            if mine.label != label:
                return "submit.conflict"
            return OK if mine.state == "answered" else "lease.lost"
        counts = mine.state == "live" or self._late_counts(mine)
        if counts:
            self.tasks[mine.task].counted[labeler] = label
        mine.state, mine.label = "answered" if counts else "late", label
        return OK if counts else "lease.lost"

    def check(self) -> None:
        """What holds after every step: each slot is free, lent or answered, and nothing twice."""
        for name, task in self.tasks.items():
            mine = [lease for lease in self.leases.values() if lease.task == name]
            lent = [lease.slot for lease in mine if lease.state == "live"]
            answered = [lease.slot for lease in mine if lease.state == "answered"]
            slots = sorted([*task.free, *lent, *answered])
            assert slots == list(range(1, self.wanted + 1)), f"the slots of {name}: {task}, {mine}"
            assert len(answered) == len(task.counted) <= self.wanted
            assert set(task.counted) <= task.seen

    def _mine(self, labeler: str, lease: str) -> Lease | None:
        found = self.leases.get(lease)
        return found if found is not None and found.labeler == labeler else None

    def _late_counts(self, late: Lease) -> bool:
        task = self.tasks[late.task]
        task_is_held = any(
            lease.state == "live" and lease.labeler == late.labeler and lease.task == late.task
            for lease in self.leases.values()
        )
        counts = late.labeler not in task.counted and not task_is_held and late.slot in task.free
        if counts:
            task.free.remove(late.slot)
        task.seen.add(late.labeler)
        return counts
