"""Leases: claim work, answer it, hold it, give it back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assay.client.paging import page
from assay.client.request import Plan, ask, get, path, post
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value

FIRST_POLL_SECS, LONGEST_POLL_SECS = 0.5, 15.0
"""How long to wait before asking again whether there is work: doubling from the first to the longest."""


@dataclass(frozen=True, kw_only=True)
class LeasedItem:
    """What a labeler sees of an item."""

    id: str
    external_id: str
    fields: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LeaseData:
    """A right to answer one task until ``expires_at``; ``predictions`` are pre-labels, if there are any."""

    lease: str
    fence: int
    task: str
    item: LeasedItem
    ontology_version: int
    expires_at: datetime
    stage: str = "label"
    predictions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What a submit answered. A labeler always reads ``task_state`` “submitted”."""

    annotation: str
    task_state: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Work in progress on a lease's task."""

    label: Mapping[str, Any]
    revision: int


def claim(project: str, count: int, stage: str) -> Plan[list[LeaseData]]:
    """Up to ``count`` leases; an empty list is exact: there is nothing for you now."""
    answer = yield from ask(post(path("projects", project, "leases"), {"count": count, "stage": stage}))
    return [read_value(LeaseData, each) for each in answer.json()["leases"]]


def held(project: str) -> Plan[list[LeaseData]]:
    """The caller's live leases."""
    found: list[LeaseData] = []
    cursor: str | None = None
    while True:
        items, cursor = yield from page(path("projects", project, "leases"), cursor, {})
        found += [read_value(LeaseData, each) for each in items]
        if cursor is None:
            return found


def submit(lease: LeaseData, label: Mapping[str, Any], wait: int = 0) -> Plan[Submitted]:
    """Answer. A repeat of an equal answer is answered the same."""
    body = {"fence": lease.fence, "label": dict(label)} | ({"wait": wait} if wait else {})
    asked = post(path("leases", lease.lease, "submit"), body, slow=wait > 0)
    return read_value(Submitted, (yield from ask(asked)).json())


def heartbeat(lease: str) -> Plan[datetime]:
    """Prolong a lease; until when."""
    answer = yield from ask(post(path("leases", lease, "heartbeat"), {}))
    return datetime.fromisoformat(answer.json()["expires_at"])


def release(lease: str, reason: str) -> Plan[None]:
    """Give a lease back."""
    yield from ask(post(path("leases", lease, "release"), {"reason": reason}))


def draft(lease: str) -> Plan[Draft]:
    """The caller's draft for the lease's task."""
    return read_value(Draft, (yield from ask(get(path("leases", lease, "draft")))).json())


class Lease:
    """Work that is yours for a while."""

    def __init__(self, session: Session, data: LeaseData) -> None:
        self._session = session
        self.data = data
        self.id = data.lease
        self.item = data.item

    def submit(self, label: Mapping[str, Any], *, wait: int = 0) -> Submitted:
        """Answer the item: ``{question: value}``.

        With ``wait`` it returns once the task is decided, or after so many seconds (at most 60). For
        reviewers and above, who may know.

        Raises ``Invalid`` (``label.*``) with a pointer to what is wrong, ``Conflict`` (``lease.lost``) when
        the time was up and someone else has the slot.
        """
        return self._session.run(submit(self.data, label, wait))

    def heartbeat(self) -> datetime:
        """Hold it for longer; until when."""
        return self._session.run(heartbeat(self.id))

    def release(self, reason: str = "returned") -> None:
        """Give it back, saying why. After ``skip``, ``unsure`` or ``broken`` you are not asked this again."""
        self._session.run(release(self.id, reason))

    def draft(self) -> Draft:
        """What you saved of this task so far."""
        return self._session.run(draft(self.id))

    def __repr__(self) -> str:
        return f"Lease(id={self.id!r}, item={self.item.external_id!r})"


class AsyncLease:
    """Work that is yours for a while, on an event loop."""

    def __init__(self, session: AsyncSession, data: LeaseData) -> None:
        self._session = session
        self.data = data
        self.id = data.lease
        self.item = data.item

    async def submit(self, label: Mapping[str, Any], *, wait: int = 0) -> Submitted:
        """As :meth:`Lease.submit`."""
        return await self._session.run(submit(self.data, label, wait))

    async def heartbeat(self) -> datetime:
        """Hold it for longer; until when."""
        return await self._session.run(heartbeat(self.id))

    async def release(self, reason: str = "returned") -> None:
        """As :meth:`Lease.release`."""
        await self._session.run(release(self.id, reason))

    async def draft(self) -> Draft:
        """What you saved of this task so far."""
        return await self._session.run(draft(self.id))

    def __repr__(self) -> str:
        return f"AsyncLease(id={self.id!r}, item={self.item.external_id!r})"


def work(session: Session, project: str, count: int, wait: bool, stage: str = "label") -> Iterator[Lease]:
    """Leases one after another, claimed ``count`` at a time, until there are no more.

    With ``wait`` it asks again, ever less often, instead of ending. Leases that were claimed and not yet
    handed out are given back when the loop is left; one that was handed out is the caller's.
    """
    waiting: list[LeaseData] = []
    pauses = Pauses()
    try:
        while True:
            waiting = session.run(claim(project, count, stage))
            if not waiting and not wait:
                return
            session.pause(pauses.after(waiting))
            while waiting:
                yield Lease(session, waiting.pop(0))
    finally:
        for unused in waiting:
            session.run(release(unused.lease, "returned"))


async def async_work(
    session: AsyncSession, project: str, count: int, wait: bool, stage: str = "label"
) -> AsyncIterator[AsyncLease]:
    """The same on an event loop; left by ``contextlib.aclosing``, it gives unused leases back at once."""
    waiting: list[LeaseData] = []
    pauses = Pauses()
    try:
        while True:
            waiting = await session.run(claim(project, count, stage))
            if not waiting and not wait:
                return
            await session.pause(pauses.after(waiting))
            while waiting:
                yield AsyncLease(session, waiting.pop(0))
    finally:
        for unused in waiting:
            await session.run(release(unused.lease, "returned"))


class Pauses:
    """How long to wait after a claim: not at all after work, longer each time after none."""

    def __init__(self) -> None:
        self._next_secs = FIRST_POLL_SECS

    def after(self, claimed: Sequence[object]) -> float:
        """Seconds until the next claim."""
        if claimed:
            self._next_secs = FIRST_POLL_SECS
            return 0.0
        pause, self._next_secs = self._next_secs, min(2 * self._next_secs, LONGEST_POLL_SECS)
        return pause
