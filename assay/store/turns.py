"""Whose turn it is at the database: what keeps work alive before what asks for more, organisations in turns.

The scarce thing in a process is a connection. Whoever wants one takes a turn: submits and heartbeats first,
then claims, then everything else; among equals each organisation that waits is served in rotation, so that
one that asks a thousand times holds nobody up. Some connections are kept free of the lower ranks, so that a
submit never stands behind a row of long lists. Beyond a bounded line and a bounded wait a request is
refused, which costs nothing and tells it when to come again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from enum import IntEnum
from uuid import UUID

from assay.errors import Unavailable

RETRY_AFTER_SECS = 1


class Rank(IntEnum):
    """Who goes first; the lower number does."""

    VITAL = 0
    """What would lose work if it waited: submits, heartbeats, drafts, giving back."""
    CLAIM = 1
    """Asking for work."""
    REST = 2
    """Lists, pages, exports, administration."""


RANK: ContextVar[Rank] = ContextVar("rank", default=Rank.REST)
"""The rank of the request that this task answers; its transport says so."""
RESERVED = {Rank.VITAL: 0, Rank.CLAIM: 1, Rank.REST: 2}
"""So many connections are kept free of a rank, in a pool that is large enough."""
MOST_WAITING = {Rank.VITAL: 2_000, Rank.CLAIM: 500, Rank.REST: 250}
LONGEST_WAIT_SECS: Mapping[Rank, float | None] = {Rank.VITAL: 20.0, Rank.CLAIM: 5.0, Rank.REST: 5.0}
SMALL_POOL = 8
"""A pool with fewer connections is for background work, which has no ranks and waits as long as it takes."""

Turn = asyncio.Future[None]


class Turns:
    """Turns at a pool of ``size`` connections, for one event loop."""

    def __init__(
        self, size: int, *, longest_wait_secs: Mapping[Rank, float | None] = LONGEST_WAIT_SECS
    ) -> None:
        self._free = size
        is_small = size < SMALL_POOL
        self._reserved = dict.fromkeys(Rank, 0) if is_small else RESERVED
        self._patience = dict.fromkeys(Rank, None) if is_small else longest_wait_secs
        self._waiting: dict[Rank, OrderedDict[UUID | None, deque[Turn]]] = {
            rank: OrderedDict() for rank in Rank
        }
        self.refused = 0
        """How many were refused since the start."""

    @asynccontextmanager
    async def taken(self, organization: UUID | None) -> AsyncIterator[None]:
        """One turn. Raises ``Unavailable`` (``server.overloaded``) when it would be too long in coming."""
        rank = RANK.get()
        await self._take(rank, organization)
        try:
            yield
        finally:
            self._free += 1
            self._hand_on()

    def waiting(self, rank: Rank) -> int:
        """How many of a rank wait now."""
        return sum(map(len, self._waiting[rank].values()))

    async def _take(self, rank: Rank, organization: UUID | None) -> None:
        if self._may_pass(rank) and not any(self._waiting[each] for each in Rank if each <= rank):
            self._free -= 1
            return
        turn: Turn = asyncio.get_running_loop().create_future()
        self._join(rank, organization, turn)
        try:
            async with asyncio.timeout(self._patience[rank]):
                await turn
        except TimeoutError:
            self._leave(rank, organization, turn)
            self.refused += 1
            raise overloaded() from None
        except BaseException:
            self._leave(rank, organization, turn)
            raise

    def _may_pass(self, rank: Rank) -> bool:
        return self._free > self._reserved[rank]

    def _join(self, rank: Rank, organization: UUID | None, turn: Turn) -> None:
        """Stand in line. Where the line is full, the last of whoever has most in it goes, perhaps we."""
        line = self._waiting[rank]
        line.setdefault(organization, deque()).append(turn)
        if self.waiting(rank) > MOST_WAITING[rank]:
            greediest = max(line, key=lambda each: len(line[each]))
            self.refused += 1
            last = line[greediest].pop()
            if not line[greediest]:
                del line[greediest]
            last.set_exception(overloaded())

    def _leave(self, rank: Rank, organization: UUID | None, turn: Turn) -> None:
        """Give up: out of the line, or back with a turn that came at the same moment."""
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self._free += 1
            self._hand_on()
            return
        line = self._waiting[rank].get(organization)
        if line is not None and turn in line:
            line.remove(turn)
            if not line:
                del self._waiting[rank][organization]

    def _hand_on(self) -> None:
        """Give what is free to whoever is next."""
        for rank in Rank:
            line = self._waiting[rank]
            while line and self._may_pass(rank):
                organization, turns = line.popitem(last=False)
                turn = turns.popleft()
                if turns:
                    line[organization] = turns  # behind everybody else
                if not turn.done():
                    self._free -= 1
                    turn.set_result(None)


def overloaded() -> Unavailable:
    """The refusal of what there is no room for; nothing was done."""
    return Unavailable(
        "server.overloaded", "more is asked than this server can answer", retry_after_secs=RETRY_AFTER_SECS
    )
