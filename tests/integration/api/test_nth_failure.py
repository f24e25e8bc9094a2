"""The connection is lost at the n-th statement, for every n: nothing by halves, and a repeat settles it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import asyncpg
import pytest

from assay.store.database import OneTripConnection

MOST_STATEMENTS = 80
SPORTS = {"topic": "sports"}
LABELS = [{"external_id": f"n-{n}", "fields": {"note": str(n)}} for n in range(3)]


@dataclass
class Fault:
    """Which statement from now on is the last of its connection; ``done`` says that it was done before."""

    at: int = 0
    done: bool = False
    seen: int = 0

    def set(self, at: int, *, done: bool = False) -> None:
        self.at, self.done, self.seen = at, done, 0


@pytest.fixture(autouse=True)
def fault(monkeypatch: pytest.MonkeyPatch) -> Fault:
    """Every connection of every pool obeys it."""
    told = Fault()

    def breakable(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def send(self: Any, *arguments: Any, **options: Any) -> Any:
            told.seen += 1
            hit = told.seen == told.at
            if hit and not told.done:
                self.terminate()
            result = await original(self, *arguments, **options)
            if hit:
                self.terminate()
                raise asyncpg.ConnectionDoesNotExistError("the answer never came")
            return result

        return send

    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        monkeypatch.setattr(OneTripConnection, name, breakable(getattr(OneTripConnection, name)))
    return told


@dataclass(frozen=True)
class Operation:
    """A request that may be sent again, what must be there before it, and how much of it is there after."""

    prepare: Callable[[Any], Awaitable[Any]]
    ask: Callable[[Any, Any, dict[str, str]], Awaitable[Any]]
    effect: Callable[[Any, Any], Awaitable[int]]
    wanted: int = 1


async def with_project(rest: Any) -> dict[str, Any]:
    return {"project": await rest.project()}


async def with_items(rest: Any) -> dict[str, Any]:
    project = await rest.project()
    await rest.add_items(project, LABELS)
    return {"project": project}


async def with_lease(rest: Any) -> dict[str, Any]:
    made = await with_items(rest)
    return made | {"lease": (await rest.claim(made["project"]))[0]}


async def with_answer(rest: Any) -> dict[str, Any]:
    made = await with_lease(rest)
    await rest.submit(made["lease"], SPORTS)
    return made


async def held(rest: Any, made: dict[str, Any]) -> int:
    return len((await rest.get(f"/v1/projects/{made['project']}/leases")).json()["leases"])


async def answers(rest: Any, made: dict[str, Any]) -> int:
    return sum(one["annotations"] for one in await rest.resolutions(made["project"]))


async def listed(rest: Any, path: str) -> int:
    return len((await rest.get(f"{path}?limit=1000")).json()["items"])


OPERATIONS = {
    "import": Operation(
        with_project,
        lambda rest, made, key: rest.post_lines(f"/v1/projects/{made['project']}/items", LABELS, headers=key),
        lambda rest, made: listed(rest, f"/v1/projects/{made['project']}/items"),
        wanted=len(LABELS),
    ),
    "claim": Operation(
        with_items,
        lambda rest, made, key: rest.post(
            f"/v1/projects/{made['project']}/leases", {"count": 2}, headers=key
        ),
        held,
        wanted=2,
    ),
    "submit": Operation(
        with_lease,
        lambda rest, made, key: rest.post(
            f"/v1/leases/{made['lease']['lease']}/submit",
            {"fence": made["lease"]["fence"], "label": SPORTS},
            headers=key,
        ),
        answers,
    ),
    "release": Operation(
        with_lease,
        lambda rest, made, key: rest.post(f"/v1/leases/{made['lease']['lease']}/release", {}, headers=key),
        held,
        wanted=0,
    ),
    "snapshot": Operation(
        with_answer,
        lambda rest, made, key: rest.post(
            f"/v1/projects/{made['project']}/snapshots", {"name": "June"}, headers=key
        ),
        lambda rest, made: listed(rest, f"/v1/projects/{made['project']}/snapshots"),
    ),
}


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", OPERATIONS)
async def test_a_connection_lost_at_any_statement_loses_nothing(
    rest: Any, fault: Fault, name: str, done: bool
) -> None:
    operation = OPERATIONS[name]
    for number in count(1):
        made = await operation.prepare(rest)
        key = {"Idempotency-Key": f"{name}-{number}"}
        fault.set(number, done=done)
        answer = await operation.ask(rest, made, key)
        hit = fault.seen >= number
        fault.set(0)
        if answer.status_code >= 400:
            assert answer.status_code == 503, (number, answer.text)
            assert answer.json()["code"] == "database.unavailable", (number, answer.text)
            assert answer.headers["retry-after"]
            answer = await operation.ask(rest, made, key)
        assert answer.status_code < 300, (number, answer.text)
        assert await operation.effect(rest, made) == operation.wanted, number
        if not hit:
            break
    assert 1 < number < MOST_STATEMENTS
