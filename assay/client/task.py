"""One task with everything known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assay.client.lease import LeasedItem
from assay.client.request import Plan, ask, get, path
from assay.client.resolution import Resolution
from assay.client.review import Reviewed, override
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task: its item, resolution, annotations (``{annotation, labeler, label, counted}``) and reviews."""

    id: str
    state: str
    gold: bool
    item: LeasedItem
    resolution: Resolution
    annotations: tuple[Mapping[str, Any], ...]
    reviews: tuple[Mapping[str, Any], ...]


def find(project: str, task: str, wait: int = 0) -> Plan[Task]:
    """One task, with ``wait`` once it is decided or so many seconds are over."""
    asked = get(path("projects", project, "tasks", task), wait=wait or None)
    return read_value(Task, (yield from ask(replace(asked, slow=wait > 0))).json())


class Tasks:
    """``project.tasks``"""

    def __init__(self, session: Session, project: str) -> None:
        self._session = session
        self._project = project

    def get(self, task: str, *, wait: int = 0) -> Task:
        """One task; with ``wait`` (seconds, at most 60) once it is decided. For reviewers and above."""
        return self._session.run(find(self._project, task, wait))

    def review(
        self,
        task: Task,
        verdict: str,
        *,
        label: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> Reviewed:
        """Accept, fix or reject a task's resolution without a lease. For managers and above."""
        return self._session.run(override(task.id, task.resolution.version, verdict, label, reason))


class AsyncTasks:
    """``project.tasks`` on an event loop."""

    def __init__(self, session: AsyncSession, project: str) -> None:
        self._session = session
        self._project = project

    async def get(self, task: str, *, wait: int = 0) -> Task:
        """As :meth:`Tasks.get`."""
        return await self._session.run(find(self._project, task, wait))

    async def review(
        self,
        task: Task,
        verdict: str,
        *,
        label: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> Reviewed:
        """Accept, fix or reject a task's resolution without a lease. For managers and above."""
        return await self._session.run(override(task.id, task.resolution.version, verdict, label, reason))
