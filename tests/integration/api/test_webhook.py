"""Webhooks: signed, in order, tried again, given up where it can be seen; and only to where one may go."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from assay.service.delivery import Laying, Sending, attempt
from assay.store import delivery as delivery_store

OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def status(line: str, *headers: str) -> bytes:
    """An answer without a body."""
    return "\r\n".join(
        [f"HTTP/1.1 {line}", *headers, "Content-Length: 0", "Connection: close", "", ""]
    ).encode()


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    def signed_by(self, secret: str) -> bool:
        """The receiver's check, by the standard's words and not by our code."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        message = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = "v1," + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
        return wanted in self.headers["webhook-signature"].split(" ")


@dataclass(kw_only=True)
class Receiver:
    """Listens like anyone's server; answers what is in ``answers`` in turn, then that all is well."""

    url: str = ""
    answers: list[bytes] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    conversations: set[asyncio.Task[None]] = field(default_factory=set)
    answering: asyncio.Event = field(default_factory=asyncio.Event)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.conversations.add(asyncio.ensure_future(self.converse(reader, writer)))

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        body = await reader.readexactly(int(headers["content-length"]))
        self.received.append(Received(headers=headers, body=body))
        await self.answering.wait()
        writer.write(self.answers.pop(0) if self.answers else OK)
        await writer.drain()
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@asynccontextmanager
async def listening(host: str = "127.0.0.2") -> AsyncIterator[Receiver]:
    receiver = Receiver()
    receiver.answering.set()
    listener = await asyncio.start_server(receiver.accept, host, 0)
    receiver.url = f"http://{host}:{listener.sockets[0].getsockname()[1]}/hook?token=t0k3n"
    try:
        yield receiver
    finally:
        receiver.answering.set()
        listener.close()
        await asyncio.gather(*receiver.conversations)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening() as running:
        yield running


@pytest.fixture
async def hours_pass(database_dsn: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Makes everything due that waits."""
    owner = await asyncpg.connect(database_dsn)

    async def pass_() -> None:
        await owner.execute("UPDATE delivery SET next_at = clock_timestamp() WHERE state = 'pending'")

    yield pass_
    await owner.close()


class Worker:
    """The worker's two rounds, one step at a time."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.laying, self.sending = engine, Laying(), Sending()

    async def lay(self, rest: Any, webhook: str, wanted: int) -> list[dict[str, Any]]:
        """Lay deliveries until there are so many: a transaction elsewhere may hold the feed back."""
        while len(found := await deliveries(rest, webhook)) < wanted:
            await self.laying.look_after(self.engine)
        return found

    async def send(self) -> None:
        """Send what is due until nothing is, and wait for what became of it."""
        await self.sending.finish()
        while await self.sending.look_after(self.engine):
            await self.sending.finish()


@pytest.fixture
def worker(rest: Any) -> Worker:
    return Worker(rest.engine)


async def hook(rest: Any, url: str, **options: Any) -> dict[str, Any]:
    made = await rest.post("/v1/webhooks", {"url": url, **options})
    assert made.status_code == 201, made.text
    told: dict[str, Any] = made.json()
    return told


async def deliveries(rest: Any, webhook: str, **filters: Any) -> list[dict[str, Any]]:
    answer = await rest.get(f"/v1/webhooks/{webhook}/deliveries", params=filters)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def resolve(rest: Any, *notes: str) -> list[str]:
    """A project whose notes are answered; the tasks, in order."""
    project = await rest.project()
    await rest.add_notes(project, *notes)
    leases = await rest.claim(project, len(notes))
    for lease in leases:
        await rest.submit(lease, {"topic": "sports"})
    return [lease["task"] for lease in leases]


ANSWERED = ["annotation.submitted", "task.resolved"]


async def test_what_happens_is_told_signed_and_without_labels(
    rest: Any, receiver: Receiver, worker: Worker
) -> None:
    made = await hook(rest, receiver.url, kinds=ANSWERED)
    (task,) = await resolve(rest, "Ann won.")
    laid = await worker.lay(rest, made["id"], 2)
    await worker.send()
    assert [one.told["type"] for one in receiver.received] == ANSWERED
    assert [one.id for one in receiver.received] == [one["id"] for one in laid]
    for one in receiver.received:
        assert one.signed_by(made["secret"])
        assert one.headers["content-type"] == "application/json"
        assert one.told["data"]["subject"] == task
        assert one.told.keys() == {"type", "timestamp", "data"}
        assert len(one.body) < 20_000
        assert b"sports" not in one.body
        assert b"Ann" not in one.body
    done = await deliveries(rest, made["id"])
    assert [(one["state"], one["attempts"], one["status"]) for one in done] == [("delivered", 1, 204)] * 2


async def test_one_tasks_deliveries_wait_for_each_other_and_no_others(
    rest: Any, receiver: Receiver, worker: Worker, hours_pass: Any
) -> None:
    receiver.answers = [status("500 Oops")]
    made = await hook(rest, receiver.url, kinds=ANSWERED)
    first, second = await resolve(rest, "Ann won.", "Bob lost.")
    await worker.lay(rest, made["id"], 4)
    await worker.send()
    failed = receiver.received[0].told["data"]["subject"]
    other = second if failed == first else first
    subjects = [one.told["data"]["subject"] for one in receiver.received]
    assert subjects.count(failed) == 1
    assert subjects.count(other) == 2
    await hours_pass()
    await worker.send()
    of_failed = [one for one in receiver.received if one.told["data"]["subject"] == failed]
    assert [one.told["type"] for one in of_failed] == [ANSWERED[0], *ANSWERED]
    assert of_failed[0].id == of_failed[1].id
    assert of_failed[0].body == of_failed[1].body
    assert {one["state"] for one in await deliveries(rest, made["id"])} == {"delivered"}


async def test_a_receiver_that_asks_for_time_is_given_it(
    rest: Any, receiver: Receiver, worker: Worker, database_dsn: str
) -> None:
    receiver.answers = [status("503 Busy", "Retry-After: 7200")]
    made = await hook(rest, receiver.url, kinds=["task.resolved"])
    await resolve(rest, "Ann won.")
    await worker.lay(rest, made["id"], 1)
    await worker.send()
    owner = await asyncpg.connect(database_dsn)
    left = await owner.fetchval("SELECT extract(epoch FROM next_at - clock_timestamp()) FROM delivery")
    await owner.close()
    assert 7000 < left <= 7200


async def test_ten_failures_are_a_dead_letter_that_is_seen_and_replayed(
    rest: Any, receiver: Receiver, worker: Worker, hours_pass: Any, refused: Any
) -> None:
    receiver.answers = [status("500 Oops")] * 10
    made = await hook(rest, receiver.url, kinds=["task.resolved"])
    await resolve(rest, "Ann won.")
    (laid,) = await worker.lay(rest, made["id"], 1)
    for _ in range(12):
        await worker.send()
        await hours_pass()
    (dead,) = await deliveries(rest, made["id"], state="dead")
    assert (dead["id"], dead["attempts"], dead["status"]) == (laid["id"], 10, 500)
    assert dead["error"] == "answered with status 500"
    at = f"/v1/webhooks/{made['id']}/replays"
    refused(await rest.post(at, {"deliveries": ["evt_0"]}), 422, "ref.not_found")
    refused(await rest.post(at, {"deliveries": ["7"]}), 422, "field.invalid")
    assert (await rest.post(at, {"deliveries": [dead["id"]]})).json()["replayed"] == 1
    assert (await rest.post(at, {})).json()["replayed"] == 0
    await worker.send()
    assert len(receiver.received) == 11
    assert {one.id for one in receiver.received} == {laid["id"]}
    assert await deliveries(rest, made["id"], state="dead") == []


@pytest.mark.parametrize("line", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_a06_a_redirect_is_a_failure_and_is_not_followed(
    rest: Any, receiver: Receiver, worker: Worker, line: str
) -> None:
    async with listening() as elsewhere:
        receiver.answers = [status(line, f"Location: {elsewhere.url}")]
        made = await hook(rest, receiver.url, kinds=["task.resolved"])
        await resolve(rest, "Ann won.")
        await worker.lay(rest, made["id"], 1)
        await worker.send()
        assert elsewhere.received == []
    (told,) = await deliveries(rest, made["id"])
    assert (told["state"], told["status"]) == ("pending", int(line[:3]))


@pytest.mark.parametrize(
    "url",
    [
        "http://assay.test/v1/webhooks",
        "https://assay.test/v1/webhooks",
        "https://127.0.0.1:8080/",
        "https://localhost/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.7/",
        "https://2130706433/",
    ],
)
async def test_a08_our_own_and_private_addresses_are_refused(rest: Any, refused: Any, url: str) -> None:
    told = refused(await rest.post("/v1/webhooks", {"url": url}), 422, "url.address_refused")
    assert told["pointer"] == "/url"
    made = await hook(rest, "https://hooks.example.org/")
    refused(await rest.patch(f"/v1/webhooks/{made['id']}", json={"url": url}), 422, "url.address_refused")


async def test_a08_what_became_private_is_refused_when_it_is_delivered(
    rest: Any, worker: Worker, database_dsn: str
) -> None:
    async with listening("127.0.0.1") as canary:
        made = await hook(rest, "https://hooks.example.org/", kinds=["task.resolved"])
        owner = await asyncpg.connect(database_dsn)
        await owner.execute("UPDATE webhook SET url = $1", canary.url)
        await owner.close()
        await resolve(rest, "Ann won.")
        await worker.lay(rest, made["id"], 1)
        await worker.send()
        assert canary.received == []
    (told,) = await deliveries(rest, made["id"])
    assert told["error"].startswith("url.address_refused: ")
    assert "t0k3n" not in told["error"]


async def test_410_ends_a_webhook_until_somebody_makes_it_active(
    rest: Any, receiver: Receiver, worker: Worker, refused: Any
) -> None:
    receiver.answers = [status("410 Gone")]
    made = await hook(rest, receiver.url, kinds=ANSWERED)
    at = f"/v1/webhooks/{made['id']}"
    await resolve(rest, "Ann won.")
    await worker.lay(rest, made["id"], 2)
    await worker.send()
    assert len(receiver.received) == 1
    ended = (await rest.get(at)).json()
    assert (ended["state"], ended["reason"]) == ("disabled", "answered 410 Gone")
    assert [one["state"] for one in await deliveries(rest, made["id"])] == ["dead", "dead"]
    refused(await rest.post(f"{at}/replays", {}), 409, "webhook.disabled")
    await resolve(rest, "Told to nobody.")
    again = await rest.patch(at, json={"state": "active"})
    assert (again.json()["state"], again.json()["reason"]) == ("active", None)
    assert (await rest.post(f"{at}/replays", {})).json()["replayed"] == 2
    await worker.send()
    assert [one["state"] for one in await deliveries(rest, made["id"])] == ["delivered", "delivered"]


async def test_while_a_secret_is_replaced_both_sign(
    rest: Any, receiver: Receiver, worker: Worker, database_dsn: str, refused: Any
) -> None:
    made = await hook(rest, receiver.url, kinds=["task.resolved"])
    at = f"/v1/webhooks/{made['id']}/secret"
    refused(await rest.post(at, {"overlap_seconds": -1}), 422, "field.invalid")
    key = {"headers": {"Idempotency-Key": "once"}}
    rotated = (await rest.post(at, {}, **key)).json()
    assert (await rest.post(at, {}, **key)).json() == rotated
    assert rotated["secret"] != made["secret"]
    assert rotated["secret_version"] == 2
    await resolve(rest, "Ann won.")
    await worker.lay(rest, made["id"], 1)
    await worker.send()
    assert all(receiver.received[0].signed_by(each["secret"]) for each in (made, rotated))
    owner = await asyncpg.connect(database_dsn)
    await owner.execute("UPDATE webhook SET previous_until = clock_timestamp()")
    await owner.close()
    await resolve(rest, "Bob lost.")
    await worker.lay(rest, made["id"], 2)
    await worker.send()
    assert receiver.received[1].signed_by(rotated["secret"])
    assert not receiver.received[1].signed_by(made["secret"])


async def test_the_secret_is_shown_once_and_stored_nowhere(rest: Any, database_dsn: str) -> None:
    made = await hook(rest, "https://hooks.example.org/")
    assert "secret" not in (await rest.get(f"/v1/webhooks/{made['id']}")).json()
    (listed,) = (await rest.get("/v1/webhooks")).json()["items"]
    assert "secret" not in listed
    owner = await asyncpg.connect(database_dsn)
    kept = await owner.fetch("SELECT i::text FROM idempotency i UNION ALL SELECT w::text FROM webhook w")
    await owner.close()
    assert kept
    assert not [row for row in kept if made["secret"].removeprefix("whsec_") in row[0]]


async def test_a_claim_of_a_worker_that_died_is_followed_and_its_late_word_does_not_count(
    rest: Any, receiver: Receiver, worker: Worker, hours_pass: Any
) -> None:
    made = await hook(rest, receiver.url, kinds=["task.resolved"])
    await resolve(rest, "Ann won.")
    await worker.lay(rest, made["id"], 1)
    async with rest.engine.database.transaction(rest.principal.organization) as tx:
        (lost,) = await delivery_store.claim(tx, rest.principal.organization, (), 10, 60)
    await worker.send()
    assert receiver.received == []
    await hours_pass()
    await worker.send()
    receiver.answers = [status("500 Oops")]
    await attempt(rest.engine, lost)
    (told,) = await deliveries(rest, made["id"])
    assert (told["state"], told["attempts"], told["status"]) == ("delivered", 2, 204)


async def test_a_receiver_that_hangs_holds_up_no_other(rest: Any, receiver: Receiver, worker: Worker) -> None:
    async with listening() as hanging:
        hanging.answering.clear()
        stuck = await hook(rest, hanging.url, kinds=["task.resolved"])
        well = await hook(rest, receiver.url, kinds=["task.resolved"])
        for note in ("Ann won.", "Bob lost."):
            await resolve(rest, note)
            count = len(receiver.received) + 1
            await worker.lay(rest, stuck["id"], count)
            await worker.lay(rest, well["id"], count)
            while len(receiver.received) < count:
                await worker.sending.look_after(rest.engine)
        assert len(hanging.received) == 1
        hanging.answering.set()
        await worker.send()
    assert {one["state"] for one in await deliveries(rest, stuck["id"])} == {"delivered"}


async def test_a_webhook_is_told_of_its_project_and_kinds_alone(
    rest: Any, worker: Worker, refused: Any
) -> None:
    refused(
        await rest.post("/v1/webhooks", {"url": "https://h.example.org", "kinds": ["x"]}),
        422,
        "field.invalid",
    )
    refused(
        await rest.post("/v1/webhooks", {"url": "https://h.example.org", "kinds": []}), 422, "field.invalid"
    )
    project = await rest.project()
    narrow = await hook(rest, "https://hooks.example.org/", project=project, kinds=["import.published"])
    wide = await hook(rest, "https://hooks.example.org/")
    await rest.add_notes(await rest.project(), "Ann won.")
    await rest.add_notes(project, "Bob lost.")
    assert len(await worker.lay(rest, wide["id"], 2)) == 2
    (told,) = await worker.lay(rest, narrow["id"], 1)
    assert (told["project"], told["kind"]) == (project, "import.published")
    assert (await rest.delete(f"/v1/webhooks/{narrow['id']}")).status_code == 204
    refused(await rest.get(f"/v1/webhooks/{narrow['id']}"), 404, "not_found")


async def test_webhooks_and_deliveries_are_listed_by_pages(rest: Any, worker: Worker) -> None:
    made = [(await hook(rest, "https://hooks.example.org/"))["id"] for _ in range(3)]
    assert await ids_by_pages(rest, "/v1/webhooks") == made
    await resolve(rest, "Ann won.")
    laid = [one["id"] for one in await worker.lay(rest, made[0], 3)]
    assert await ids_by_pages(rest, f"/v1/webhooks/{made[0]}/deliveries", state="pending") == laid


async def ids_by_pages(rest: Any, path: str, **filters: Any) -> list[str]:
    """The ids of a list, read two at a time."""
    found, cursor = [], None
    while True:
        params = {**filters, "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await rest.get(path, params=params)).json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
