from __future__ import annotations

import httpx
import pytest

import assay
from assay.errors import NotFound, TooMany, Unavailable

ME = {"labeler": "1", "name": "ann", "kind": "person", "role": "labeler", "organization": "o"}


def never(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s")


def test_answers_come_in_turn_and_the_last_one_stays() -> None:
    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/me", ME, ME | {"name": "bob"})
    with assay.Client("http://assay.test", "key", transport=fake, sleep=never) as client:
        assert [client.me().name for _ in range(3)] == ["ann", "bob", "bob"]
    assert fake.requests[0].headers["authorization"] == "Bearer key"


async def test_it_serves_the_async_client_too() -> None:
    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/me", ME)
    async with assay.AsyncClient("http://assay.test", "key", transport=fake) as client:
        assert (await client.me()).name == "ann"


def test_errors_come_as_the_server_sends_them() -> None:
    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/me", TooMany("lease.quota", "too many", limit=10, retry_after_secs=1))
    with assay.Client("http://assay.test", "key", transport=fake) as client:
        with pytest.raises(TooMany) as refused:
            client.me()
        assert (refused.value.limit, refused.value.retry_after_secs) == (10, 1)
        with pytest.raises(NotFound, match="no answer is set for GET /v1/labelers/x"):
            client.labelers.get("x")


def test_a_repeat_bears_the_first_ones_key() -> None:
    """An unknown outcome is settled under one Idempotency-Key; another call has another."""
    fake = assay.FakeTransport()
    made = ME | {"id": "1", "created_at": "2026-01-01T00:00:00Z"}
    fake.answer("POST", "/v1/labelers", httpx.ReadTimeout("slow"), httpx.ReadError("reset"), made)
    keys = iter(["first", "second"])
    waits: list[float] = []
    with assay.Client(
        "http://assay.test",
        "key",
        transport=fake,
        sleep=waits.append,
        uniform=lambda: 1.0,
        idempotency_key=lambda: next(keys),
    ) as client:
        client.labelers.create("ann")
        client.labelers.create("bob")
    assert [r.headers["idempotency-key"] for r in fake.requests] == ["first", "first", "first", "second"]
    assert waits == [0.4, 0.8]
    assert [body["name"] for body in fake.bodies("POST", "/v1/labelers")] == ["ann", "ann", "ann", "bob"]


def test_a_get_bears_no_key() -> None:
    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/me", ME)
    with assay.Client("http://assay.test", "key", transport=fake) as client:
        client.me()
    assert "idempotency-key" not in fake.requests[0].headers


async def test_the_async_client_retries_alike() -> None:
    fake = assay.FakeTransport()
    fake.answer("GET", "/v1/me", httpx.ConnectError("refused"))
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with assay.AsyncClient(
        "http://assay.test", "key", transport=fake, sleep=sleep, uniform=lambda: 0.5
    ) as client:
        with pytest.raises(Unavailable) as refused:
            await client.me()
    assert refused.value.code == "client.unreachable"
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2]


def test_redirects_are_not_followed_with_the_key() -> None:
    fake = assay.FakeTransport()
    fake.answer(
        "GET", "/v1/me", lambda request: httpx.Response(302, headers={"Location": "http://evil.test/"})
    )
    with (
        assay.Client("http://assay.test", "key", transport=fake) as client,
        pytest.raises(assay.AssayError, match="JSON"),
    ):
        client.me()
    assert len(fake.requests) == 1
