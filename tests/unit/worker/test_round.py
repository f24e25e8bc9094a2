"""A round goes on after an error, says so once, and ends when told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assay.errors import Unavailable
from assay.worker.round import Round, keep_up, pause_secs, rest

NO_ENGINE: Any = None


def failing(errors: list[Exception], stop: asyncio.Event) -> Round:
    """A round that raises each of these once, then ends itself."""

    async def look_after(_: Any) -> bool:
        if errors:
            raise errors.pop(0)
        stop.set()
        return False

    return Round(name="testing", every_secs=0.0, look_after=look_after)


async def test_it_goes_on_after_errors(caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()
    await keep_up(NO_ENGINE, failing([ValueError("one"), KeyError("two")], stop), stop)
    assert [record.getMessage() for record in caplog.records] == [
        "testing failed: ValueError",
        "testing failed: KeyError",
    ]


async def test_an_absent_database_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()
    away = [Unavailable("database.unavailable", "it is away") for _ in range(3)]
    await keep_up(NO_ENGINE, failing([*away], stop), stop)
    assert [record.getMessage() for record in caplog.records] == ["testing waits: it is away"]


@pytest.mark.parametrize(
    ("error", "pauses"),
    [
        (Unavailable("database.unavailable", "it is away"), [1.0, 2.0, 2.0, 2.0]),
        (ValueError("one"), [1.0, 2.0, 30.0, 30.0]),
    ],
)
def test_an_absent_database_is_looked_for_more_often_than_what_fails(
    error: Exception, pauses: list[float]
) -> None:
    assert [pause_secs(0.5, error, failures) for failures in (1, 2, 6, 60)] == pauses


def test_what_is_rarely_looked_after_is_not_looked_after_more_often_because_it_failed() -> None:
    assert pause_secs(600.0, Unavailable("database.unavailable", "it is away"), 3) == 600.0


async def test_there_is_no_rest_while_there_is_more_to_do() -> None:
    stop, left = asyncio.Event(), [True, True, False]

    async def look_after(_: Any) -> bool:
        if len(left) == 1:
            stop.set()
        return left.pop(0)

    await keep_up(NO_ENGINE, Round(name="testing", every_secs=3600.0, look_after=look_after), stop)
    assert left == []


async def test_a_rest_ends_with_the_work() -> None:
    stop = asyncio.Event()
    resting = asyncio.create_task(rest(stop, 3600.0))
    stop.set()
    await resting
