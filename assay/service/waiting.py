"""Waiting until a task is decided: one look at the database for all who wait in an organisation.

The feed's watch (ADR 45) says when something was settled; then one query asks which of the tasks that
somebody here waits for are decided. It asks for states and not for events, so nothing falls in between, and
whoever waits costs an entry in a table and no transaction.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from uuid import UUID

from assay.domain.labeler import Principal, Role
from assay.domain.task import DECIDED
from assay.errors import Invalid, TooMany, Unavailable
from assay.service.access import require
from assay.service.feed_watch import FeedWatch, Follower
from assay.store import task as task_store
from assay.store.database import Database

MAX_WAIT_SECS = 60
"""Proxies give up on a connection that says nothing for longer."""
MAX_WAITING = 2_000
"""So many may wait in one process."""
LOOK_AGAIN_SECS = 15.0


class Waits:
    """Those who wait in this process. Soft state: at its end each is answered with what there is."""

    def __init__(self) -> None:
        self._groups: dict[UUID, Group] = {}
        self.waiting = 0

    async def until_decided(
        self, database: Database, feed_watch: FeedWatch, organization: UUID, task: UUID, secs: float
    ) -> None:
        """Return once the task is decided, the time is over or this process is about to end.

        Raises ``TooMany`` (``limit.exceeded``) where too many wait already.
        """
        if self.waiting >= MAX_WAITING:
            raise TooMany(
                "limit.exceeded", "too many wait for tasks already", limit=MAX_WAITING, retry_after_secs=1
            )
        group = self._groups.setdefault(organization, Group(database, feed_watch, organization))
        decided = asyncio.Event()
        self.waiting += 1
        group.add(task, decided)
        try:
            async with asyncio.timeout(secs):
                await decided.wait()
        except TimeoutError:
            pass  # it is answered with what there is
        finally:
            self.waiting -= 1
            if group.remove(task, decided) and self._groups.get(organization) is group:
                del self._groups[organization]


class Group:
    """Those who wait in one organisation, and the one task that looks for all of them."""

    def __init__(self, database: Database, feed_watch: FeedWatch, organization: UUID) -> None:
        self._database = database
        self._feed_watch = feed_watch
        self._organization = organization
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._follower: Follower | None = None
        self._looking: asyncio.Task[None] | None = None

    def add(self, task: UUID, decided: asyncio.Event) -> None:
        """One more, who is looked for at once."""
        self._waiting[task].add(decided)
        if self._follower is not None:
            self._follower.news.set()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())

    def remove(self, task: UUID, decided: asyncio.Event) -> bool:
        """One less; whether nobody is left."""
        self._waiting[task].discard(decided)
        if not self._waiting[task]:
            del self._waiting[task]
        if self._waiting or self._looking is None:
            return not self._waiting
        self._looking.cancel()
        return True

    async def _look(self) -> None:
        async with self._feed_watch.following(self._organization) as follower:
            self._follower = follower
            while not follower.closing:
                await self._tell(await self._decided())
                await follower.wait(LOOK_AGAIN_SECS)
            await self._tell(list(self._waiting))

    async def _decided(self) -> list[UUID]:
        try:
            async with self._database.transaction(self._organization) as tx:
                return await task_store.decided(tx, self._organization, list(self._waiting))
        except Unavailable:
            return []  # asked again at the next news

    async def _tell(self, tasks: list[UUID]) -> None:
        for task in tasks:
            for decided in self._waiting.get(task, ()):
                decided.set()


def check_wait(principal: Principal, secs: int) -> None:
    """Raises ``Invalid`` for a wait out of range, ``Forbidden`` for a labeler: they never learn of states."""
    if not 0 <= secs <= MAX_WAIT_SECS:
        raise Invalid("field.invalid", f"must be 0 to {MAX_WAIT_SECS}", pointer="/wait", limit=MAX_WAIT_SECS)
    if secs:
        require(principal, Role.REVIEWER)


def is_decided(state: str) -> bool:
    """Whether there is nothing to wait for."""
    return state in DECIDED
