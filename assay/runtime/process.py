"""A child process from inside: told what to be by pipe, stopped by signal. See ``supervisor``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import uvloop

from assay import tracing
from assay.app import Blueprint, open_engine
from assay.runtime.log import log_to_standard_error
from assay.service.engine import Engine

UP = b"up\n"
ORPHAN_SECS = 2.0


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What a process hears while it works."""

    plan: Blueprint
    ready: asyncio.Event
    """Everything is ready, not only this process."""
    stop: asyncio.Event
    """Finish what is under way and end."""


Work = Callable[[Engine, Orders], Awaitable[None]]


def run_child(work: Work) -> None:
    """Do ``work`` as the child of a supervisor."""
    log_to_standard_error()
    uvloop.run(_follow_orders(work))


def say_up() -> None:
    """Tell our supervisor that we work."""
    os.write(1, UP)


async def _follow_orders(work: Work) -> None:
    stop = stop_signal()
    told = await _standard_input()
    line = await told.readline()
    if not line:
        return
    orders = Orders(plan=Blueprint.from_json(line.decode()), ready=asyncio.Event(), stop=stop)
    log_to_standard_error(orders.plan.log)
    tracing.begin("assay")
    following = asyncio.create_task(_follow(told, orders))
    try:
        async with open_engine(orders.plan) as engine:
            await work(engine, orders)
    finally:
        following.cancel()


def stop_signal() -> asyncio.Event:
    """Set by SIGTERM and by SIGINT, which also tells that our parent died."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    return reader


async def _follow(told: asyncio.StreamReader, orders: Orders) -> None:
    """Hear that everything is ready, and then that our parent is gone."""
    if await told.readline():
        orders.ready.set()
        await told.read()
    orders.stop.set()
    await asyncio.sleep(ORPHAN_SECS)
    os._exit(1)  # whoever starts next needs our port; what was acknowledged is committed
