"""Jobs: what the server does in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.client.item import Progress
from assay.client.lease import Pauses
from assay.client.problem import error_from_problem
from assay.client.request import Plan, ask, get, path
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value
from assay.errors import AssayError

ENDED = frozenset({"done", "failed"})


@dataclass(frozen=True, kw_only=True)
class JobData:
    """Where a job stands: queued, running, done or failed; ``done`` of ``total`` steps.

    ``result`` is there when it is done, ``error`` (a problem document) when it failed.
    """

    id: str
    kind: str
    state: str
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    done: int = 0
    total: int | None = None


def find(job: str) -> Plan[JobData]:
    """One job."""
    return read_value(JobData, (yield from ask(get(path("jobs", job)))).json())


def failure(data: JobData) -> AssayError | None:
    """Why a job failed, if it did."""
    if data.state != "failed":
        return None
    problem = dict(data.error or {})
    return error_from_problem({"code": "job.failed", "detail": "the job failed"} | problem, 422)


class Job:
    """Background work that was started."""

    def __init__(self, session: Session, job: str) -> None:
        self._session = session
        self.id = job

    def status(self) -> JobData:
        """Where it stands now."""
        return self._session.run(find(self.id))

    def wait(self, *, progress: Progress = lambda stage, done, total: None) -> Mapping[str, Any]:
        """Wait for its end; its result. Raises why it failed."""
        pauses = Pauses()
        while (data := self.status()).state not in ENDED:
            progress(data.state, data.done, data.total)
            self._session.pause(pauses.after(()))
        return _result(data)


class AsyncJob:
    """Background work that was started, on an event loop."""

    def __init__(self, session: AsyncSession, job: str) -> None:
        self._session = session
        self.id = job

    async def status(self) -> JobData:
        """Where it stands now."""
        return await self._session.run(find(self.id))

    async def wait(self, *, progress: Progress = lambda stage, done, total: None) -> Mapping[str, Any]:
        """Wait for its end; its result. Raises why it failed."""
        pauses = Pauses()
        while (data := await self.status()).state not in ENDED:
            progress(data.state, data.done, data.total)
            await self._session.pause(pauses.after(()))
        return _result(data)


def _result(data: JobData) -> Mapping[str, Any]:
    error = failure(data)
    if error is not None:
        raise error
    return data.result or {}
