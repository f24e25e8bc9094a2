"""The worker: the job library on its own schema, and the rounds, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import procrastinate

from assay.service.engine import Engine
from assay.worker.jobs import QUEUE, add_tasks, take_up_stalled
from assay.worker.round import Round, keep_up
from assay.worker.rounds import ROUNDS

JOBS_AT_ONCE = 2
GRACE_SECS = 20.0
HEARTBEAT_SECS, STALLED_SECS, REVIVE_SECS = 5.0, 30.0, 10.0
"""A worker that was not heard of for 30 s is dead, and its jobs start again."""


async def run_worker(
    engine: Engine,
    system_dsn: str,
    *,
    working: Callable[[], None],
    stop: asyncio.Event,
) -> None:
    """Run jobs and rounds until ``stop``; ``working`` is called once they run.

    All of them outlive an absence of the database. What runs at ``stop`` gets a while to end.
    """
    look_after_jobs = partial(run_jobs, system_dsn=system_dsn, stop=stop)
    jobs = Round(name="running jobs", every_secs=0.5, look_after=look_after_jobs)
    async with asyncio.TaskGroup() as group:
        for round_ in (jobs, *ROUNDS):
            group.create_task(keep_up(engine, round_, stop))
        working()


async def run_jobs(engine: Engine, *, system_dsn: str, stop: asyncio.Event) -> bool:
    """Run jobs until ``stop``, or until the database goes away."""
    library = job_library(engine, system_dsn)
    async with library.open_async():
        running = asyncio.create_task(
            library.run_worker_async(
                queues=[QUEUE],
                concurrency=JOBS_AT_ONCE,
                install_signal_handlers=False,
                delete_jobs="always",
                shutdown_graceful_timeout=GRACE_SECS,
                update_heartbeat_interval=HEARTBEAT_SECS,
                stalled_worker_timeout=STALLED_SECS,
            )
        )
        reviving = asyncio.create_task(revive(library))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((running, reviving, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in (running, reviving, stopping):
            task.cancel()  # to the library this means: stop fetching, let what runs end
        ended = await asyncio.gather(running, reviving, stopping, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome
    return False


def job_library(engine: Engine, dsn: str) -> procrastinate.App:
    """The job library on schema ``jobs``, as the role of ``dsn``, with a task for each kind of job."""
    connector = procrastinate.PsycopgConnector(
        conninfo=dsn,
        kwargs={"options": "-c search_path=jobs", "application_name": "assay jobs"},
        min_size=1,
        max_size=4,
    )
    library = procrastinate.App(connector=connector)
    add_tasks(library, engine)
    return library


async def revive(library: procrastinate.App) -> None:
    """Start jobs again whose worker died."""
    while True:
        await take_up_stalled(library)
        await asyncio.sleep(REVIVE_SECS)
