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


@dataclass(frozen=True, kw_only=True)
class Round:
    """``look_after`` returns whether there may be more to do at once; ``finish`` lets what it began end."""

    name: str
    every_secs: float
    look_after: Callable[[Engine], Awaitable[bool]]
    finish: Callable[[], Awaitable[None]] | None = None


async def keep_up(engine: Engine, round_: Round, stop: asyncio.Event) -> None:
    """Do a round until ``stop``; after an error wait longer and longer, up to half a minute."""
    failures = 0
    while not stop.is_set():
        try:
            again = await round_.look_after(engine)
            failures = 0
        except Exception as error:  # noqa: BLE001 - whatever it was, the other rounds and the next time go on
            again, failures = False, failures + 1
            _tell(round_, error, failures)
        pause = min(round_.every_secs * 2**failures, max(LONGEST_PAUSE_SECS, round_.every_secs))
        await rest(stop, 0.0 if again else pause)
    if round_.finish is not None:
        await round_.finish()


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
