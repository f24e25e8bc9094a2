"""Whether and when to send a request again.

Every request of the SDK may be repeated: a GET changes nothing, and everything else bears an
``Idempotency-Key`` and is settled by it, or by a natural key. So an unknown outcome (a timeout, a reset
connection) is settled by the same request again: its answer is the first one's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from assay.client.problem import error_of
from assay.client.request import Answer
from assay.errors import AssayError, Unavailable

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
RETRIED_CODES = frozenset({"idempotency.in_flight"})
OWN_DOING = frozenset({"lease.quota"})
"""Refusals that say “wait” but end only when the caller does something."""


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often to try, and how long to wait in between.

    The n-th wait is drawn from 0 to ``first_wait_secs`` × 2ⁿ, at most ``longest_wait_secs`` (full jitter),
    and never shorter than ``Retry-After``. A server that asks for more than ``longest_wait_secs`` is
    believed: the error comes at once.
    """

    tries: int = 6
    first_wait_secs: float = 0.2
    longest_wait_secs: float = 30.0


@dataclass(frozen=True, kw_only=True)
class NoAnswer:
    """The outcome is not known: the connection failed before an answer was whole."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Wait, then send again."""

    seconds: float


SEND = None
Attempts = Generator[Wait | None, Answer | NoAnswer | None, Answer]
"""Yields ``None`` for “send now” and is sent the outcome; yields ``Wait`` and is sent nothing."""


def attempts(policy: RetryPolicy, uniform: Callable[[], float], address: str) -> Attempts:
    """The course of one request until it is settled.

    ``uniform`` draws from [0, 1). Raises the error of a refusal, or ``Unavailable`` (``client.unreachable``)
    when nobody answered to the end.
    """
    for number in range(policy.tries):
        outcome = yield SEND
        if isinstance(outcome, Answer) and outcome.status < 400:
            return outcome
        error = error_of(outcome) if isinstance(outcome, Answer) else unreachable(outcome, address)
        wait = pause_secs(policy, number, uniform(), error.retry_after_secs or 0)
        last = number == policy.tries - 1
        if last or wait > policy.longest_wait_secs or not may_retry(outcome, error):
            raise error
        yield Wait(seconds=wait)
    raise ValueError("a retry policy needs at least one try")


def pause_secs(policy: RetryPolicy, number: int, draw: float, asked_secs: float) -> float:
    """How long to wait after try ``number``, counted from 0; ``draw`` is from [0, 1)."""
    backoff = min(policy.longest_wait_secs, policy.first_wait_secs * 2.0 ** (number + 1)) * draw
    return max(backoff, asked_secs)


def may_retry(outcome: Answer | NoAnswer | None, error: AssayError) -> bool:
    """Whether the same request may have a better end."""
    if not isinstance(outcome, Answer):
        return True
    if error.code in OWN_DOING:
        return False
    return outcome.status in RETRIED_STATUSES or error.code in RETRIED_CODES


def unreachable(outcome: NoAnswer | None, address: str) -> AssayError:
    """The error for a server that does not answer."""
    reason = outcome.reason if outcome is not None else "no answer"
    return Unavailable("client.unreachable", f"{address} did not answer: {reason}")
