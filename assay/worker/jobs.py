"""The jobs a person asked for, as tasks of the job library.

``assay_defer_job`` puts a row into the library's queue ``assay`` with the kind as the task's name; what
each kind does is one function below. A worker that dies leaves its rows to :func:`take_up_stalled`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from uuid import UUID

from procrastinate import App, JobContext, RetryStrategy

from assay.errors import Unavailable
from assay.service.engine import Engine
from assay.service.file_import import run_import
from assay.service.job import Runner, run_job
from assay.service.probing import run_probe

QUEUE = "assay"
MAX_ATTEMPTS = 6
RUNNERS: Mapping[str, Runner] = {"import": run_import, "probe": run_probe}
"""What each kind of job does."""


def add_tasks(app: App, engine: Engine) -> None:
    """Make every kind of job known to the job library."""
    retry = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=3, retry_exceptions=(Unavailable,))
    for kind, runner in RUNNERS.items():
        app.task(name=kind, queue=QUEUE, retry=retry, pass_context=True)(_task(engine, runner))


def _task(engine: Engine, runner: Runner) -> Callable[[JobContext, str, str], Coroutine[Any, Any, None]]:
    async def run(context: JobContext, organization: str, job: str) -> None:
        last = context.job is not None and context.job.attempts >= MAX_ATTEMPTS
        await run_job(engine, UUID(organization), UUID(job), runner, last=last)

    return run


async def take_up_stalled(app: App) -> int:
    """Queue again the jobs of workers that died; how many there were. Every runner may be started over."""
    stalled = list(await app.job_manager.get_stalled_jobs(queue=QUEUE))
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)
