"""Turns at the database: rank before rank, organisations in rotation, bounded lines, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from assay.errors import Unavailable
from assay.store.turns import LONGEST_WAIT_SECS, MOST_WAITING, RANK, SMALL_POOL, Rank, Turns

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


class Crowd:
    """Those who ask, and the order in which they were served."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.served: list[str] = []
        self.refused: list[str] = []
        self._go = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def ask(self, name: str, rank: Rank, organization: UUID, *, hold: bool = False) -> None:
        """Somebody asks, and has either their turn or a place in the line when this returns."""
        self._tasks.append(asyncio.create_task(self._one(name, rank, organization, hold)))
        await asyncio.sleep(0)

    async def _one(self, name: str, rank: Rank, organization: UUID, hold: bool) -> None:
        RANK.set(rank)
        try:
            async with self.turns.taken(organization):
                self.served.append(name)
                if hold:
                    await self._go.wait()
        except Unavailable as error:
            self.refused.append(f"{name}: {error.code} {error.retry_after_secs}")

    async def let_go(self) -> None:
        """Whoever holds a turn ends; all that wait are served."""
        self._go.set()
        await asyncio.gather(*self._tasks)


@asynccontextmanager
async def full(turns: Turns | None = None, size: int = SMALL_POOL) -> AsyncIterator[Crowd]:
    """A pool whose every connection is held by something vital."""
    crowd = Crowd(turns or Turns(size))
    for number in range(size):
        await crowd.ask(f"held {number}", Rank.VITAL, ONE, hold=True)
    crowd.served.clear()
    yield crowd


async def test_what_is_vital_goes_before_claims_and_claims_before_the_rest() -> None:
    async with full() as crowd:
        for rank in (Rank.REST, Rank.CLAIM, Rank.VITAL):
            await crowd.ask(rank.name, rank, ONE)
        await crowd.let_go()
        assert crowd.served == ["VITAL", "CLAIM", "REST"]


async def test_organisations_are_served_in_rotation() -> None:
    async with full() as crowd:
        for number in range(4):
            await crowd.ask(f"greedy {number}", Rank.REST, ONE)
        await crowd.ask("modest", Rank.REST, TWO)
        await crowd.ask("shy", Rank.REST, THREE)
        await crowd.let_go()
        assert crowd.served == ["greedy 0", "modest", "shy", "greedy 1", "greedy 2", "greedy 3"]


async def test_some_connections_are_kept_free_of_lower_ranks() -> None:
    crowd = Crowd(Turns(SMALL_POOL))
    for number in range(SMALL_POOL):
        await crowd.ask(f"list {number}", Rank.REST, ONE, hold=True)
    assert len(crowd.served) == SMALL_POOL - 2
    await crowd.ask("claim", Rank.CLAIM, ONE, hold=True)
    await crowd.ask("submit", Rank.VITAL, ONE, hold=True)
    assert crowd.served[-2:] == ["claim", "submit"]
    await crowd.ask("another claim", Rank.CLAIM, ONE)
    assert "another claim" not in crowd.served
    await crowd.let_go()
    assert "another claim" in crowd.served


async def test_background_work_has_every_connection_of_its_pool() -> None:
    crowd = Crowd(Turns(SMALL_POOL - 1))
    for number in range(SMALL_POOL - 1):
        await crowd.ask(str(number), Rank.REST, ONE, hold=True)
    assert len(crowd.served) == SMALL_POOL - 1
    await crowd.let_go()


async def test_of_a_full_line_the_last_of_the_greediest_goes() -> None:
    async with full() as crowd:
        for number in range(MOST_WAITING[Rank.REST]):
            await crowd.ask(f"flood {number}", Rank.REST, ONE)
        await crowd.ask("modest", Rank.REST, TWO)
        await asyncio.sleep(0)
        assert crowd.refused == [f"flood {MOST_WAITING[Rank.REST] - 1}: server.overloaded 1"]
        await crowd.let_go()
        assert crowd.served[1] == "modest"
        assert crowd.turns.refused == 1


async def test_who_waits_too_long_is_refused_and_takes_nothing_along() -> None:
    impatient = Turns(SMALL_POOL, longest_wait_secs={**LONGEST_WAIT_SECS, Rank.REST: 0.0})
    async with full(impatient) as crowd:
        await crowd._one("late", Rank.REST, ONE, False)
        assert crowd.refused == ["late: server.overloaded 1"]
        await crowd.ask("patient", Rank.CLAIM, ONE)
        await crowd.let_go()
        assert crowd.served == ["patient"]
        assert crowd.turns.waiting(Rank.REST) == 0


async def test_who_hangs_up_leaves_the_line_and_no_turn_is_lost() -> None:
    async with full(size=SMALL_POOL - 1) as crowd:
        waiting = [asyncio.create_task(crowd._one(str(n), Rank.REST, ONE, False)) for n in range(5)]
        await asyncio.sleep(0)
        for task in waiting[1:4]:
            task.cancel()
        await asyncio.gather(*waiting[1:4], return_exceptions=True)
        await crowd.let_go()
        await asyncio.gather(waiting[0], waiting[4])
        assert crowd.served == ["0", "4"]
    again = Crowd(crowd.turns)
    for number in range(SMALL_POOL - 1):
        await again.ask(str(number), Rank.REST, TWO, hold=True)
    assert len(again.served) == SMALL_POOL - 1
    await again.let_go()


async def test_a_turn_that_comes_as_its_asker_hangs_up_goes_to_the_next() -> None:
    turns = Turns(1)
    holder = turns.taken(ONE)
    await holder.__aenter__()
    crowd = Crowd(turns)
    gone = asyncio.create_task(crowd._one("gone", Rank.REST, ONE, False))
    await asyncio.sleep(0)
    await crowd.ask("next", Rank.REST, TWO)
    await holder.__aexit__(None, None, None)  # the turn is given to the first...
    gone.cancel()  # ...who hangs up before it takes it
    await asyncio.gather(gone, return_exceptions=True)
    await crowd.let_go()
    assert crowd.served == ["next"]
