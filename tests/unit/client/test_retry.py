from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from assay.client.request import Answer
from assay.client.retry import NoAnswer, RetryPolicy, Wait, attempts, pause_secs
from assay.errors import AssayError, Conflict, TooMany, Unavailable

OK = Answer(status=200, headers={}, body=b"{}")
POLICY = RetryPolicy(tries=4, first_wait_secs=1, longest_wait_secs=30)


def refusal(status: int, code: str, **headers: str) -> Answer:
    return Answer(
        status=status,
        headers={"content-type": "application/problem+json"} | headers,
        body=json.dumps({"code": code, "detail": "no", "status": status}).encode(),
    )


def follow(
    outcomes: Sequence[Answer | NoAnswer], draw: float = 0.5
) -> tuple[Answer | AssayError, list[float]]:
    """What a request ends with, and the waits on its way."""
    course = attempts(POLICY, lambda: draw, "http://assay.test")
    waits: list[float] = []
    remaining = list(outcomes)
    ordered = next(course)
    while True:
        try:
            if isinstance(ordered, Wait):
                waits.append(ordered.seconds)
                ordered = course.send(None)
            else:
                ordered = course.send(remaining.pop(0))
        except StopIteration as done:
            assert not remaining
            return done.value, waits
        except AssayError as error:
            assert not remaining
            return error, waits


def test_an_answer_ends_it() -> None:
    assert follow([OK]) == (OK, [])


def test_unknown_outcomes_are_settled_by_asking_again() -> None:
    assert follow([NoAnswer(reason="reset"), NoAnswer(reason="timeout"), OK]) == (OK, [1.0, 2.0])


def test_retry_after_is_obeyed() -> None:
    busy = refusal(503, "server.busy", **{"retry-after": "7"})
    assert follow([busy, OK]) == (OK, [7.0])


def test_a_server_that_asks_for_too_long_is_believed() -> None:
    error, waits = follow([refusal(429, "auth.throttled", **{"retry-after": "900"})])
    assert isinstance(error, TooMany)
    assert (error.retry_after_secs, waits) == (900, [])


def test_one_own_doing_is_not_waited_for() -> None:
    error, waits = follow([refusal(429, "lease.quota", **{"retry-after": "1"})])
    assert isinstance(error, TooMany)
    assert (error.code, waits) == ("lease.quota", [])


def test_a_first_request_still_in_flight_is_waited_for() -> None:
    assert follow([refusal(409, "idempotency.in_flight", **{"retry-after": "1"}), OK]) == (OK, [1.0])


def test_a_refusal_is_final() -> None:
    error, waits = follow([refusal(409, "submit.conflict")])
    assert isinstance(error, Conflict)
    assert waits == []


def test_a_proxy_is_not_assay_and_may_recover() -> None:
    gateway = Answer(status=502, headers={"content-type": "text/html"}, body=b"<html>")
    assert follow([gateway, OK]) == (OK, [1.0])


def test_tries_run_out() -> None:
    error, waits = follow([NoAnswer(reason="refused")] * 4)
    assert isinstance(error, Unavailable)
    assert (error.code, error.detail) == ("client.unreachable", "http://assay.test did not answer: refused")
    assert waits == [1.0, 2.0, 4.0]


def test_pauses_double_up_to_the_longest_and_are_jittered() -> None:
    assert [pause_secs(POLICY, n, 1.0, 0) for n in range(6)] == [2, 4, 8, 16, 30, 30]
    assert pause_secs(POLICY, 3, 0.0, 0) == 0
    assert pause_secs(POLICY, 0, 0.25, 3) == 3


def test_a_policy_without_tries_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one try"):
        next(attempts(RetryPolicy(tries=0), lambda: 0.0, ""))
