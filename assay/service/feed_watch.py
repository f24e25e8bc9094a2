"""One look at the feed for everybody in this process who follows it.

``NOTIFY`` would take a lock of the whole server at every commit (ADR 45), so one task asks ten times a second
what is settled, however many follow, and only while somebody does. Whoever follows reads the rows in its own
time from its own place: nothing is kept here for a slow reader.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from assay.errors import Unavailable
from assay.store import event as event_store
from assay.store.database import Database

LOOK_EVERY_SECS = 0.1
_log = logging.getLogger("assay.service.feed_watch")


class Follower:
    """One who follows an organisation's feed."""

    def __init__(self, watch: FeedWatch) -> None:
        self._watch = watch
        self.news = asyncio.Event()

    @property
    def closing(self) -> bool:
        """Whether this process is about to end."""
        return self._watch.closed

    async def wait(self, secs: float) -> bool:
        """Return once there may be something new, or false after ``secs``."""
        self._watch.look()
        try:
            async with asyncio.timeout(secs):
                await self.news.wait()
        except TimeoutError:
            return False
        self.news.clear()
        return True


class FeedWatch:
    """Wakes followers when something of their organisation was settled."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: defaultdict[UUID, set[Follower]] = defaultdict(set)
        self._looking: asyncio.Task[None] | None = None
        self.closed = False

    @asynccontextmanager
    async def following(self, organization: UUID) -> AsyncIterator[Follower]:
        """Follow from here on. Enter, read what there is, then wait: nothing falls in between."""
        follower = Follower(self)
        self._followers[organization].add(follower)
        try:
            yield follower
        finally:
            self._followers[organization].discard(follower)
            if not self._followers[organization]:
                del self._followers[organization]

    @property
    def followers(self) -> int:
        """How many follow at the moment."""
        return sum(map(len, self._followers.values()))

    def close(self) -> None:
        """Let everybody know that this process is about to end."""
        self.closed = True
        self._wake(list(self._followers))

    def look(self) -> None:
        """Make sure that somebody looks."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        since: int | None = None
        while self._followers:
            try:
                async with self._database.system() as tx:
                    if since is None:
                        since, news = await event_store.horizon(tx), list(self._followers)
                    else:
                        since, news = await event_store.settled_since(tx, since)
            except Unavailable as error:
                _log.warning("followers wait: %s", error)
                news = []
            self._wake(news)
            await asyncio.sleep(LOOK_EVERY_SECS)

    def _wake(self, organizations: list[UUID]) -> None:
        for organization in organizations:
            for follower in self._followers.get(organization, ()):
                follower.news.set()
