"""Overload: work goes on while lists wait, refusals say when to come again, nobody asks without end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

from assay.api.rate import RateLimit
from assay.store.turns import LONGEST_WAIT_SECS, RANK, Rank, Turns


async def hold(stack: AsyncExitStack, rest: Any, rank: Rank) -> int:
    """Take every connection that this rank may have, for another organisation; how many there were."""
    RANK.set(rank)
    held = 0
    while True:
        taking = asyncio.create_task(stack.enter_async_context(rest.engine.database.transaction(uuid4())))
        await asyncio.wait({taking})
        if taking.exception() is not None:
            return held
        held += 1


async def test_a_submit_goes_through_while_lists_are_refused(rest: Any, refused: Any) -> None:
    rest.engine.database.turns = Turns(10, longest_wait_secs={**LONGEST_WAIT_SECS, Rank.REST: 0.05})
    project = await rest.project()
    await rest.add_notes(project, "one", "two")
    lease, other = await rest.claim(project, 2)
    async with AsyncExitStack() as stack:
        assert await hold(stack, rest, Rank.REST) == 8
        answer = await rest.get(f"/v1/projects/{project}")
        refused(answer, 503, "server.overloaded")
        assert answer.headers["retry-after"] == "1"
        await rest.submit(lease, {"topic": "news"})
        assert (await rest.post(f"/v1/leases/{other['lease']}/heartbeat")).status_code == 200
        assert (await rest.get("/readyz")).status_code == 200
    assert (await rest.get(f"/v1/projects/{project}")).status_code == 200


async def test_every_answer_says_what_is_left_and_work_is_not_counted(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one")
    first = (await rest.get("/v1/me")).headers
    assert first["ratelimit-policy"] == '"rate.limited";q=6000;w=60'
    claimed = await rest.post(f"/v1/projects/{project}/leases", {})
    assert "ratelimit" not in claimed.headers
    (lease,) = claimed.json()["leases"]
    assert "ratelimit" not in (await rest.post(f"/v1/leases/{lease['lease']}/heartbeat")).headers


async def test_beyond_the_limit_a_key_is_refused_and_others_are_not(rest: Any, refused: Any) -> None:
    ann = await rest.labeler("Ann")
    rest.app.state.rate = RateLimit(60, lambda: 0.0)
    for left in range(59, -1, -1):
        assert f"r={left};" in (await ann.get("/v1/me")).headers["ratelimit"]
    answer = await ann.get("/v1/me")
    assert refused(answer, 429, "rate.limited")["limit"] == 60
    assert answer.headers["retry-after"] == "1"
    assert (await rest.get("/v1/me")).status_code == 200
