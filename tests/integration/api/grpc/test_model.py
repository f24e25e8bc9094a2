"""REST and gRPC answer as the model does, whatever is done to a queue in whatever order (RELIABILITY, 2.3).

``ASSAY_MODEL_EXAMPLES`` is how many runs each transport gets; ``scripts/chaos --model N`` sets it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import asyncpg
import grpc
import httpx
import orjson
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from assay.store import lease as lease_store
from assay.wire.v1 import item_pb2, lease_pb2
from tests.chaos.rules import LABELERS, WANTED, Queue, Rules
from tests.integration.api.conftest import Caller
from tests.integration.api.grpc.conftest import Wire, plain, refusal_of

EXAMPLES, STEPS = int(os.environ.get("ASSAY_MODEL_EXAMPLES", "8")), 25
Told = tuple[str, dict[str, Any]]


class Transport(Protocol):
    """One way in: each operation answers ``ok`` or the code of its refusal, and what was told."""

    async def bring(self, project: str, items: list[dict[str, Any]]) -> Told: ...

    async def claim(self, who: Caller, project: str, count: int) -> Told: ...

    async def heartbeat(self, who: Caller, lease: str) -> Told: ...

    async def release(self, who: Caller, lease: str, reason: str) -> Told: ...

    async def submit(self, who: Caller, lease: str, fence: int, label: Mapping[str, str]) -> Told: ...


@dataclass(frozen=True, kw_only=True)
class ByRest:
    """Through the application, without a socket."""

    rest: Caller

    async def bring(self, project: str, items: list[dict[str, Any]]) -> Told:
        return told(await self.rest.post_lines(f"/v1/projects/{project}/items", items))

    async def claim(self, who: Caller, project: str, count: int) -> Told:
        return told(await who.post(f"/v1/projects/{project}/leases", {"count": count}))

    async def heartbeat(self, who: Caller, lease: str) -> Told:
        return told(await who.post(f"/v1/leases/{lease}/heartbeat"))

    async def release(self, who: Caller, lease: str, reason: str) -> Told:
        return told(await who.post(f"/v1/leases/{lease}/release", {"reason": reason}))

    async def submit(self, who: Caller, lease: str, fence: int, label: Mapping[str, str]) -> Told:
        return told(await who.post(f"/v1/leases/{lease}/submit", {"fence": fence, "label": label}))


@dataclass(frozen=True, kw_only=True)
class ByGrpc:
    """Through a real channel."""

    wire: Wire

    async def bring(self, project: str, items: list[dict[str, Any]]) -> Told:
        lines = [orjson.dumps(item) for item in items]
        request = item_pb2.AddItemsRequest(project=project, items=lines)
        return await self._ask(self.wire, "ItemService/AddItems", [request])

    async def claim(self, who: Caller, project: str, count: int) -> Told:
        request = lease_pb2.ClaimRequest(project=project, count=count)
        return await self._ask(self.wire.by(who), "LeaseService/Claim", request)

    async def heartbeat(self, who: Caller, lease: str) -> Told:
        request = lease_pb2.HeartbeatRequest(lease=lease)
        return await self._ask(self.wire.by(who), "LeaseService/Heartbeat", request)

    async def release(self, who: Caller, lease: str, reason: str) -> Told:
        request = lease_pb2.ReleaseRequest(lease=lease, reason=reason)
        return await self._ask(self.wire.by(who), "LeaseService/Release", request)

    async def submit(self, who: Caller, lease: str, fence: int, label: Mapping[str, str]) -> Told:
        request = lease_pb2.SubmitRequest(lease=lease, fence=fence, label=orjson.dumps(label))
        return await self._ask(self.wire.by(who), "LeaseService/Submit", request)

    async def _ask(self, wire: Wire, name: str, request: Any) -> Told:
        try:
            return "ok", plain(await wire(name, request))
        except grpc.aio.AioRpcError as error:
            return refusal_of(error).code, {}


def told(answer: httpx.Response) -> Told:
    """What REST said."""
    document = answer.json()
    return ("ok" if answer.status_code < 300 else document["code"]), document


@dataclass(kw_only=True)
class Real:
    """The rules' queue over a transport: called from their thread, asked in the loop of the server."""

    loop: asyncio.AbstractEventLoop
    transport: Transport
    rest: Caller
    people: Mapping[str, Caller]
    owner: asyncpg.Connection
    project: str
    fences: dict[str, int] = field(default_factory=dict)

    def bring(self, items: dict[str, str]) -> tuple[str, int]:
        documents = [{"external_id": name, "fields": {"note": note}} for name, note in items.items()]
        outcome, report = self._wait(self.transport.bring(self.project, documents))
        return outcome, report["accepted"] if outcome == "ok" else 0

    def claim(self, labeler: str, count: int) -> list[tuple[str, str]]:
        outcome, answer = self._wait(self.transport.claim(self.people[labeler], self.project, count))
        assert outcome == "ok", outcome
        self.fences |= {lease["lease"]: lease["fence"] for lease in answer["leases"]}
        return [(lease["lease"], lease["item"]["external_id"]) for lease in answer["leases"]]

    def heartbeat(self, labeler: str, lease: str) -> str:
        return self._wait(self.transport.heartbeat(self.people[labeler], lease))[0]

    def release(self, labeler: str, lease: str, reason: str) -> str:
        return self._wait(self.transport.release(self.people[labeler], lease, reason))[0]

    def expire(self, lease: str) -> None:
        self._wait(self._expire(lease))

    def submit(self, labeler: str, lease: str, label: str, *, forged: bool) -> str:
        fence = self.fences[lease] + forged
        answer = self.transport.submit(self.people[labeler], lease, fence, {"topic": label})
        return self._wait(answer)[0]

    def counted(self) -> dict[str, int]:
        found = self._wait(self.rest.resolutions(self.project))
        return {one["external_id"]: one["annotations"] for one in found}

    async def _expire(self, lease: str) -> None:
        await self.owner.execute("UPDATE lease SET until = now() - interval '1 second' WHERE id = $1", lease)
        await lease_store.expire(self.rest.engine.database, self.rest.principal.organization)

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()


@pytest.fixture
async def owner(database_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Makes time pass."""
    connection = await asyncpg.connect(database_dsn)
    yield connection
    await connection.close()


@pytest.mark.parametrize("by", ["rest", "grpc"])
async def test_a_transport_answers_as_the_model_does(
    rest: Caller, wire: Wire, owner: asyncpg.Connection, by: str
) -> None:
    transport: Transport = ByRest(rest=rest) if by == "rest" else ByGrpc(wire=wire)
    people = {name: await rest.labeler(name) for name in LABELERS}
    loop = asyncio.get_running_loop()
    quality = {"min_labels": WANTED, "max_labels": WANTED}

    def open_queue() -> Queue:
        project = asyncio.run_coroutine_threadsafe(rest.project(quality=quality), loop).result()
        return Real(loop=loop, transport=transport, rest=rest, people=people, owner=owner, project=project)

    machine = type(f"RulesBy{by}", (Rules,), {"open_queue": staticmethod(open_queue)})
    budget = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize="ASSAY_MODEL_EXAMPLES" not in os.environ,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=budget)
