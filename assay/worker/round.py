"""A round: something that is looked after again and again, survives its errors, and says so once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from assay.errors import Unavailable
from assay.service.engine import Engine

_log = logging.getLogger("assay.worker")

LONGEST_PAUSE_SECS = 30.0
LONGEST_ABSENCE_PAUSE_SECS = 2.0
"""A database that is away is looked for so often: leases end and webhooks are told soon after it is back."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """``look_after`` returns whether there may be more to do at once; ``finish`` lets what it began end."""

    name: str
    every_secs: float
    look_after: Callable[[Engine], Awaitable[bool]]
    finish: Callable[[], Awaitable[None]] | None = None


async def keep_up(engine: Engine, round_: Round, stop: asyncio.Event) -> None:
    """Do a round until ``stop``; after an error wait longer and longer (:func:`pause_secs`)."""
    failures = 0
    while not stop.is_set():
        try:
            again = await round_.look_after(engine)
            failures, pause = 0, round_.every_secs
        except Exception as error:  # noqa: BLE001 - whatever it was, the other rounds and the next time go on
            again, failures = False, failures + 1
            pause = pause_secs(round_.every_secs, error, failures)
            _tell(round_, error, failures)
        await rest(stop, 0.0 if again else pause)
    if round_.finish is not None:
        await round_.finish()


def pause_secs(every_secs: float, error: Exception, failures: int) -> float:
    """How long to wait after so many failures: twice as long each time, up to half a minute; where only the
    database was away, up to two seconds."""
    longest = LONGEST_ABSENCE_PAUSE_SECS if isinstance(error, Unavailable) else LONGEST_PAUSE_SECS
    return min(every_secs * 2.0**failures, max(longest, every_secs))


async def rest(stop: asyncio.Event, secs: float) -> None:
    """Wait, but not beyond ``stop``."""
    try:
        async with asyncio.timeout(secs):
            await stop.wait()
    except TimeoutError:
        return


def _tell(round_: Round, error: Exception, failures: int) -> None:
    """A database that is away is one sentence; what nobody expected comes with its trace, the first time."""
    if isinstance(error, Unavailable):
        if failures == 1:
            _log.warning("%s waits: %s", round_.name, error)
    else:
        what = type(error).__name__  # its words may quote a row
        _log.error("%s failed: %s", round_.name, what, exc_info=error if failures == 1 else None)
