"""One labeler's stream of work: leases go out while more are wanted, each label is answered after its commit.

Nothing is pushed beyond the labeler's credit, and nothing is read that waits behind what is not done yet: a
labeler that floods is slowed down by HTTP/2's own flow control, one that reads slowly holds up only itself.
What a broken stream held stays leased until its time: a label that was under way may still come.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from google.protobuf.message import Message

from assay.api.grpc.call import Stream
from assay.api.grpc.message import value_of
from assay.api.grpc.settlement import BATCH_LABELS, check_batch, problem, settled
from assay.domain.page import FIRST
from assay.errors import Conflict, Invalid, NotFound, TooMany
from assay.service import lease as use_case
from assay.service.access import project_of
from assay.service.feed_watch import Follower
from assay.service.lease import Idempotency

MAX_CREDIT = 1_000
MAX_CLAIMED = 100
MAX_WAITING_BYTES = 1 << 20
"""What may wait to be done before the stream is read on."""
SIGN_SECS = 15.0
FIRST_PAUSE_SECS, LONGEST_PAUSE_SECS = 0.5, 15.0
"""How long until the next claim after an empty one, where nothing happens: doubling."""
FIRST_NEWS_SECS, LONGEST_NEWS_SECS = 0.1, 2.0
"""The same where something happened in the organisation, which may mean work."""
STILL_HELD = ("label.", "json.", "field.")
"""Refusals after which the labeler may correct the label under the same lease."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one message says."""

    credit: int | None = None
    submissions: Sequence[Message] = ()
    releases: Sequence[Message] = ()
    heartbeats: Sequence[Message] = ()
    size: int = 0

    @property
    def only_labels(self) -> bool:
        """Whether it may share a transaction with labels that came before."""
        return self.credit is None and not self.releases and not self.heartbeats


class Inbox:
    """What was said and is not done yet. ``stir`` is set whenever there is something new."""

    def __init__(self, stir: asyncio.Event) -> None:
        self.ended = False
        self._stir = stir
        self._waiting: deque[Said] = deque()
        self._size = 0
        self._room = asyncio.Event()
        self._error: Exception | None = None

    async def fill(self, said: AsyncIterator[Said]) -> None:
        """Read the stream to its end, no faster than it is taken."""
        try:
            async for one in said:
                self.put(one)
                while self._size > MAX_WAITING_BYTES:
                    self._room.clear()
                    await self._room.wait()
        except Exception as error:  # noqa: BLE001  # raised where it is taken
            self._error = error
        finally:
            self.ended = True
            self._stir.set()

    def put(self, said: Said) -> None:
        """Have it wait to be taken."""
        self._waiting.append(said)
        self._size += said.size
        self._stir.set()

    def take(self) -> Said | None:
        """The next, with the labels of those behind it that fit into one transaction; ``None`` for nothing.

        Raises what ended the stream, once all before it was taken.
        """
        if not self._waiting:
            if self._error is not None:
                raise self._error
            return None
        taken = self._next()
        labels = list(taken.submissions)
        while taken.only_labels and self._waiting and self._waiting[0].only_labels:
            if len(labels) + len(self._waiting[0].submissions) > BATCH_LABELS:
                break
            labels += self._next().submissions
        return Said(
            credit=taken.credit, submissions=labels, releases=taken.releases, heartbeats=taken.heartbeats
        )

    def _next(self) -> Said:
        said = self._waiting.popleft()
        self._size -= said.size
        self._room.set()
        return said


class Patience:
    """When to claim again after there was nothing, so that many who wait cost little."""

    def __init__(self, now: float) -> None:
        self._tried = now
        self._pause = FIRST_PAUSE_SECS
        self._news = FIRST_NEWS_SECS
        self.next_try = now

    def nothing(self, now: float) -> None:
        """A claim came back empty."""
        self._tried = now
        self.next_try = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECS)
        self._news = min(2 * self._news, LONGEST_NEWS_SECS)

    def something(self) -> None:
        """A claim brought leases: the next may too."""
        self._pause, self._news = FIRST_PAUSE_SECS, FIRST_NEWS_SECS

    def news(self) -> None:
        """Something happened."""
        self.next_try = min(self.next_try, self._tried + self._news)


class Shift:
    """One stream: what is held, how much is wanted, and what is done next."""

    def __init__(self, call: Stream, project: UUID, inbox: Inbox, follower: Follower) -> None:
        self._call = call
        self._project = project
        self._inbox = inbox
        self._follower = follower
        self._credit = 0
        self._held: set[str] = set()
        self._patience = Patience(call.engine.monotonic())

    async def told(self, *, resume: bool) -> AsyncIterator[dict[str, Any]]:
        """Everything the labeler is told, until they close their side or nothing more will come."""
        if resume:
            yield {"leases": await self._held_before()}
        drained = False
        while True:
            said = self._inbox.take()
            if said is not None:
                yield await self._do(said)
            elif self._inbox.ended:
                await self._give_back()
                return
            elif self._follower.closing:
                if not drained:
                    drained = True
                    yield {"draining": True}
                if not self._held:
                    return
                await self._follower.wait(SIGN_SECS)
            elif self._wanting > 0 and self._patience.next_try <= self._call.engine.monotonic():
                leases = await self._claim()
                if leases:
                    yield {"leases": leases}
            else:
                await self._wait()

    @property
    def _wanting(self) -> int:
        return self._credit - len(self._held)

    async def _wait(self) -> None:
        secs = SIGN_SECS
        if self._wanting > 0:
            secs = max(0.0, min(secs, self._patience.next_try - self._call.engine.monotonic()))
        if await self._follower.wait(secs):
            self._patience.news()

    async def _claim(self) -> list[dict[str, Any]]:
        await self._call.renew()
        try:
            leases = await use_case.claim(
                self._call.engine,
                self._call.principal,
                self._project,
                min(self._wanting, MAX_CLAIMED),
                Idempotency(),
            )
        except TooMany:  # leases are held elsewhere too: there is nothing here until some of them end
            leases = []
        self._held.update(lease["lease"] for lease in leases)
        if leases:
            self._patience.something()
        else:
            self._patience.nothing(self._call.engine.monotonic())
        return leases

    async def _do(self, said: Said) -> dict[str, Any]:
        await self._call.renew()
        if said.credit is not None:
            self._credit = said.credit
        told: dict[str, Any] = {}
        if said.submissions:
            told["settlements"] = await settled(self._call, said.submissions)
            for one in told["settlements"]:
                if "problem" not in one or not one["problem"]["code"].startswith(STILL_HELD):
                    self._held.discard(one["lease"])
        if said.releases or said.heartbeats:
            told["holdings"] = [await self._release(one) for one in said.releases]
            told["holdings"] += [await self._hold(one) for one in said.heartbeats]
        return told

    async def _release(self, wanted: Message) -> dict[str, Any]:
        lease = value_of(wanted, "lease")
        try:
            reason = value_of(wanted, "reason") or "returned"
            named = self._call.read_id("lease", lease)
            await self._call.read(lambda tx: use_case.release(tx, self._call.principal, named, reason))
        except (Invalid, NotFound) as error:
            return {"lease": lease, "problem": problem(error)}
        self._held.discard(lease)
        return {"lease": lease, "released": True}

    async def _hold(self, wanted: Message) -> dict[str, Any]:
        lease = value_of(wanted, "lease")
        try:
            named = self._call.read_id("lease", lease)
            prolonged = await self._call.read(lambda tx: use_case.heartbeat(tx, self._call.principal, named))
        except (Invalid, NotFound, Conflict) as error:
            self._held.discard(lease)
            return {"lease": lease, "problem": problem(error)}
        return {"lease": lease, "expires_at": prolonged.expires_at}

    async def _held_before(self) -> list[dict[str, Any]]:
        call = self._call
        found = await call.read(
            lambda tx: use_case.my_leases(tx, call.principal, self._project, UUID(FIRST), MAX_CREDIT)
        )
        names = ("lease", "fence", "task", "item", "ontology_version", "expires_at")
        leases = [{name: getattr(one, name) for name in names} for one in found if one.stage == "label"]
        self._held.update(str(one["lease"]) for one in leases)
        return leases

    async def _give_back(self) -> None:
        principal = self._call.principal
        async with self._call.engine.database.transaction(principal.organization) as tx:
            for lease in sorted(self._held):
                await use_case.release(tx, principal, UUID(lease), "returned")


async def work(call: Stream) -> AsyncIterator[dict[str, Any]]:
    """The answers to a stream of ``WorkRequest``."""
    project, resume = call.id("project"), bool(call.value("resume", False))
    async with call.engine.database.transaction(call.principal.organization) as tx:
        await project_of(tx, call.principal, project)
    async with call.engine.feed_watch.following(call.principal.organization) as follower:
        inbox = Inbox(follower.news)
        reading = asyncio.create_task(inbox.fill(_said(call, project)))
        try:
            async for told in Shift(call, project, inbox, follower).told(resume=resume):
                if told:
                    yield told
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


async def _said(call: Stream, project: UUID) -> AsyncIterator[Said]:
    first = True
    async for message in call.messages:
        call.take(b"", message)
        if call.optional_id("project") not in (None, project):
            raise Invalid("field.invalid", "a stream is about one project", pointer="/project")
        if not first and call.value("resume") is not None:
            raise Invalid("field.invalid", "only the first message may resume", pointer="/resume")
        first = False
        yield _read(call)


def _read(call: Stream) -> Said:
    said: Any = call.message
    for field in ("submissions", "releases", "heartbeats"):
        check_batch(getattr(said, field), field)
    credit = call.value("credit")
    if credit is not None and not 0 <= credit <= MAX_CREDIT:
        raise Invalid("field.invalid", f"must be 0 to {MAX_CREDIT}", pointer="/credit", limit=MAX_CREDIT)
    return Said(
        credit=credit,
        submissions=said.submissions,
        releases=said.releases,
        heartbeats=said.heartbeats,
        size=said.ByteSize(),
    )
