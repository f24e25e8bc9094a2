"""``assay up``: everything on one machine, as one tree of processes below this one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from assay.config import Settings
from assay.runtime.installation import Installation
from assay.runtime.log import log_to_standard_error
from assay.runtime.preflight import check_machine
from assay.runtime.process import stop_signal


async def up(settings: Settings, report: Callable[[str], None], *, demo: bool = False) -> None:
    """Run until SIGTERM or SIGINT; a second one waits for nothing.

    Raises AssayError when the start is refused.
    """
    for check in check_machine(settings):
        if check.refusal is not None:
            raise check.refusal
    os.umask(0o077)
    log_to_standard_error(settings.log)
    stop = stop_signal()
    installation = Installation(settings, report)
    starting = asyncio.create_task(installation.start())
    try:
        if await until(starting, stop):
            report(f"Assay is ready at {installation.address}")
            report(f"An admin key for scripts is in {settings.data / 'credentials.json'}")
            report(starting.result())
            if demo:
                await installation.load_demo()
            await stop.wait()
        report("stopping")
    finally:
        await end(installation, stop)


async def until(starting: asyncio.Task[str], stop: asyncio.Event) -> bool:
    """Whether the start came to its end before ``stop``; raises what it raised."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if starting.done():
        starting.result()
        return True
    starting.cancel()
    await asyncio.wait((starting,))
    return False


async def end(installation: Installation, stop: asyncio.Event) -> None:
    """End in order, or at once when asked a second time."""
    stop.clear()
    closing = asyncio.create_task(installation.close())
    asked_again = asyncio.create_task(stop.wait())
    await asyncio.wait((closing, asked_again), return_when=asyncio.FIRST_COMPLETED)
    asked_again.cancel()
    if not closing.done():
        await installation.close(at_once=True)
    await closing
