"""One stream a labeler: leases within its credit, labels answered after their commit, work given back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest

from assay.api.grpc import work as shift
from assay.api.grpc.server import GrpcServer
from assay.domain.labeler import LabelerKind
from assay.wire.v1 import labeler_pb2, lease_pb2
from tests.integration.api.conftest import Caller
from tests.integration.api.grpc.conftest import METHODS, Wire, refusal_of

WORK = METHODS["assay.v1.LeaseService/Work"]
SPORTS = b'{"topic":"sports"}'
WAIT_SECS = 20.0


class Talk:
    """A stream of work under way."""

    def __init__(self, call: Any) -> None:
        self._call = call
        self.draining = False

    async def say(self, **fields: Any) -> None:
        await self._call.write(lease_pb2.WorkRequest(**fields))

    async def hear(self) -> lease_pb2.WorkResponse | None:
        """The next message, or ``None`` at the stream's end."""
        async with asyncio.timeout(WAIT_SECS):
            told = await self._call.read()
        return None if told is grpc.aio.EOF else told

    async def leases(self, count: int) -> list[Any]:
        """So many leases, in as many messages as they come."""
        found: list[Any] = []
        while len(found) < count:
            told = await self.hear()
            assert told is not None
            found += told.leases
        assert len(found) == count
        return found

    async def settled(self) -> list[Any]:
        told = await self.hear()
        assert told is not None
        return list(told.settlements)

    async def end(self) -> list[Any]:
        """Close our side; what is told until the stream ends."""
        await self._call.done_writing()
        told = []
        while (one := await self.hear()) is not None:
            told.append(one)
        assert await self._call.code() is grpc.StatusCode.OK
        return told

    async def refused(self) -> Any:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self._ended()
        return refusal_of(caught.value)

    async def _ended(self) -> None:
        while await self.hear() is not None:
            pass

    def cancel(self) -> None:
        self._call.cancel()


def submission(lease: Any, label: bytes = SPORTS) -> lease_pb2.Submission:
    return lease_pb2.Submission(lease=lease.lease, fence=lease.fence, label=label)


@asynccontextmanager
async def working(wire: Wire, **options: Any) -> AsyncIterator[Talk]:
    call = wire.channel.stream_stream(
        "/assay.v1.LeaseService/Work",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=WORK.response.FromString,
    )(metadata=(("authorization", f"Bearer {wire.api_key}"),), **options)
    try:
        yield Talk(call)
    finally:
        call.cancel()


@pytest.fixture
async def ann(rest: Caller) -> Caller:
    return await rest.labeler("ann", kind=LabelerKind.MODEL)


async def answers(rest: Caller, project: str) -> int:
    return sum(one["annotations"] for one in await rest.resolutions(project))


async def held(ann: Caller, project: str) -> int:
    return len((await ann.get(f"/v1/projects/{project}/leases")).json()["leases"])


async def test_leases_come_within_the_credit_and_labels_are_answered(
    wire: Wire, rest: Caller, ann: Caller
) -> None:
    project = await rest.project()
    await rest.add_notes(project, *"abcde")
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, credit=2)
        first, second = await talk.leases(2)
        assert await held(ann, project) == 2
        await talk.say(submissions=[submission(first)])
        (done,) = await talk.settled()
        assert (done.lease, done.task_state) == (first.lease, "submitted")
        (third,) = await talk.leases(1)
        assert {first.item.external_id, second.item.external_id, third.item.external_id} == {
            "n-0",
            "n-1",
            "n-2",
        }
        assert await held(ann, project) == 2
        told = await talk.end()
    assert [one for message in told for one in message.leases] == []
    assert await held(ann, project) == 0, "what was not answered was given back"
    assert await answers(rest, project) == 1


async def test_a_label_that_is_wrong_may_be_said_again(wire: Wire, rest: Caller, ann: Caller) -> None:
    project = await rest.project()
    await rest.add_notes(project, "a", "b")
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, credit=1)
        (lease,) = await talk.leases(1)
        await talk.say(submissions=[submission(lease, b'{"topic":"cats"}')])
        (wrong,) = await talk.settled()
        assert (wrong.problem.code, wrong.problem.pointer) == ("label.class", "/label/topic")
        await talk.say(submissions=[submission(lease)])
        assert (await talk.settled())[0].annotation, "no lease was pushed in between: this one is held"
        (other,) = await talk.leases(1)
        assert other.lease != lease.lease


async def test_work_that_comes_later_is_pushed(wire: Wire, rest: Caller, ann: Caller) -> None:
    project = await rest.project()
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, credit=5)
        await rest.add_notes(project, "a", "b")
        assert len(await talk.leases(2)) == 2


async def test_leases_are_held_for_longer_and_given_back(wire: Wire, rest: Caller, ann: Caller) -> None:
    project = await rest.project()
    await rest.add_notes(project, "a", "b")
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, credit=2)
        first, second = await talk.leases(2)
        await talk.say(
            credit=0,
            heartbeats=[lease_pb2.HeartbeatRequest(lease=first.lease)],
            releases=[
                lease_pb2.ReleaseRequest(lease=second.lease, reason="skip"),
                lease_pb2.ReleaseRequest(lease="7"),
            ],
        )
        told = await talk.hear()
        assert told is not None
        released, bad, longer = told.holdings
        assert (released.lease, released.released) == (second.lease, True)
        assert bad.problem.code == "field.invalid"
        assert longer.expires_at >= first.expires_at
        assert await held(ann, project) == 1


async def test_a_broken_stream_goes_on_with_what_it_held(wire: Wire, rest: Caller, ann: Caller) -> None:
    project = await rest.project()
    await rest.add_notes(project, "a", "b", "c")
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, credit=2)
        lost = await talk.leases(2)
        talk.cancel()
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, resume=True, credit=2)
        again = await talk.leases(2)
        assert {one.lease for one in again} == {one.lease for one in lost}
        await talk.say(submissions=[submission(one) for one in again])
        assert all(one.annotation for one in await talk.settled())
        assert (await talk.leases(1))[0].item.external_id == "n-2"


async def test_a_label_may_come_twice_and_counts_once(wire: Wire, rest: Caller, ann: Caller) -> None:
    project = await rest.project()
    await rest.add_notes(project, "a")
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, credit=1)
        (lease,) = await talk.leases(1)
        await talk.say(submissions=[submission(lease), submission(lease)])
        one, two = await talk.settled()
        assert one.annotation == two.annotation
        await talk.say(submissions=[submission(lease, b'{"topic":"news"}')])
        assert (await talk.settled())[0].problem.code == "submit.conflict"


async def test_a_flood_of_labels_is_answered_in_order(wire: Wire, rest: Caller, ann: Caller) -> None:
    project = await rest.project()
    await rest.add_notes(project, *map(str, range(250)))
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, credit=250)
        leases = await talk.leases(250)

        async def flood() -> None:
            for lease in leases:
                await talk.say(submissions=[submission(lease)])

        flooding = asyncio.create_task(flood())
        settled: list[str] = []
        while len(settled) < len(leases):
            settled += [one.lease for one in await talk.settled() if one.annotation]
        await flooding
    assert settled == [lease.lease for lease in leases]


BAD: list[tuple[str, list[dict[str, Any]], str, str]] = [
    ("no project", [{"credit": 1}], "field.missing", "/project"),
    ("no project of ours", [{"project": "01980000-0000-7000-8000-000000000000"}], "not_found", ""),
    ("credit below", [{"project": "P", "credit": -1}], "field.invalid", "/credit"),
    ("credit above", [{"project": "P", "credit": 1001}], "field.invalid", "/credit"),
    (
        "too many labels",
        [{"project": "P", "submissions": [lease_pb2.Submission()] * 101}],
        "limit.exceeded",
        "/submissions",
    ),
    (
        "another project",
        [{"project": "P"}, {"project": "01980000-0000-7000-8000-000000000000"}],
        "field.invalid",
        "/project",
    ),
    ("resumes late", [{"project": "P"}, {"resume": True}], "field.invalid", "/resume"),
]


@pytest.mark.parametrize(("said", "code", "pointer"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
async def test_what_is_wrong_ends_the_stream_with_its_code(
    wire: Wire, rest: Caller, said: list[dict[str, Any]], code: str, pointer: str
) -> None:
    project = await rest.project()
    async with working(wire) as talk:
        for one in said:
            await talk.say(**(one | ({"project": project} if one.get("project") == "P" else {})))
        refused = await talk.refused()
    assert (refused.code, refused.pointer or "") == (code, pointer)


async def test_who_lost_their_key_loses_the_stream(wire: Wire, rest: Caller, ann: Caller) -> None:
    project = await rest.project()
    await rest.add_notes(project, "a", "b")
    async with working(wire.by(ann)) as talk:
        await talk.say(project=project, credit=1)
        (lease,) = await talk.leases(1)
        await wire("LabelerService/DisableLabeler", labeler_pb2.DisableLabelerRequest(labeler=ann.id))
        await talk.say(submissions=[submission(lease)])
        assert (await talk.refused()).code == "auth.invalid"
    assert await answers(rest, project) == 0


async def test_a_deadline_ends_the_stream_and_leaves_its_leases(
    wire: Wire, rest: Caller, ann: Caller
) -> None:
    project = await rest.project()
    await rest.add_notes(project, "a")
    async with working(wire.by(ann), timeout=1.0) as talk:
        await talk.say(project=project, credit=1)
        await talk.leases(1)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await talk.hear()
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert await held(ann, project) == 1


async def test_a_server_that_ends_takes_labels_and_gives_no_more_work(rest: Caller, ann: Caller) -> None:
    project = await rest.project()
    await rest.add_notes(project, "a", "b", "c")
    server = GrpcServer(rest.engine, rest.app.state.authenticator, "127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        busy, idle = Wire(channel=channel, api_key=ann.api_key), Wire(channel=channel, api_key=rest.api_key)
        async with working(busy) as talk, working(idle) as waiting:
            await waiting.say(project=project, credit=0)
            await talk.say(project=project, credit=1)
            (lease,) = await talk.leases(1)
            rest.engine.feed_watch.close()
            stopping = asyncio.create_task(server.stop(WAIT_SECS))
            for each in (talk, waiting):
                told = await each.hear()
                assert told is not None
                assert told.draining
            assert await waiting.hear() is None, "who holds nothing is let go at once"
            await talk.say(submissions=[submission(lease)])
            assert (await talk.settled())[0].annotation
            assert await talk.hear() is None
            await stopping


async def test_what_waits_to_be_done_is_bounded() -> None:
    """The stream is read on only once what was read is taken."""
    read = taken = 0

    async def said() -> AsyncIterator[shift.Said]:
        nonlocal read
        for _ in range(10):
            read += 1
            yield shift.Said(credit=1, size=shift.MAX_WAITING_BYTES // 2)

    stir = asyncio.Event()
    inbox = shift.Inbox(stir)
    filling = asyncio.create_task(inbox.fill(said()))
    while taken < 10:
        if inbox.take() is None:
            stir.clear()
            await stir.wait()
        else:
            taken += 1
        assert read - taken <= 3
    await filling
    assert inbox.ended


def test_labels_that_wait_share_a_transaction_and_nothing_else_does() -> None:
    inbox = shift.Inbox(asyncio.Event())
    label = lease_pb2.Submission()
    for one in (
        shift.Said(submissions=[label] * 60),
        shift.Said(submissions=[label] * 40),
        shift.Said(submissions=[label]),
        shift.Said(credit=3),
    ):
        inbox.put(one)
    taken = [inbox.take() for _ in range(4)]
    assert [(len(one.submissions), one.credit) for one in taken if one] == [(100, None), (1, None), (0, 3)]


def test_who_waits_asks_ever_less_often() -> None:
    patience = shift.Patience(0.0)
    waits = []
    now = 0.0
    for _ in range(8):
        patience.nothing(now)
        waits.append(patience.next_try - now)
        now = patience.next_try
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]
    patience.news()
    assert patience.next_try <= now, "the last try was long ago"
    patience.nothing(now)
    patience.news()
    assert patience.next_try == now + shift.LONGEST_NEWS_SECS
    patience.something()
    patience.nothing(now)
    assert patience.next_try == now + shift.FIRST_PAUSE_SECS
