"""Reviews: a second look at a task, under a lease or as a manager's override."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assay.client.lease import LeasedItem
from assay.client.request import Plan, ask, path, post
from assay.client.resolution import Resolution
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class ReviewData:
    """A right to review one task: its resolution, and its annotations as ``{annotation, label}``."""

    lease: str
    fence: int
    task: str
    item: LeasedItem
    ontology_version: int
    expires_at: datetime
    resolution: Resolution
    annotations: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """What a review made: the resolution's new version."""

    review: str
    task: str
    version: int


def claim_reviews(project: str, count: int, task: str | None) -> Plan[list[ReviewData]]:
    """Up to ``count`` tasks to review, the least sure first, or the one that is named."""
    wanted = {"count": count, "stage": "review"} | ({} if task is None else {"task": task})
    answer = yield from ask(post(path("projects", project, "leases"), wanted))
    return [read_value(ReviewData, each) for each in answer.json()["leases"]]


def review(
    lease: ReviewData, verdict: str, label: Mapping[str, Any] | None, reason: str, annotation: str | None
) -> Plan[Reviewed]:
    """Submit a verdict on the resolution as it was shown, or on one annotation."""
    if annotation is None:
        target: dict[str, Any] = {"resolution_version": lease.resolution.version}
    else:
        target = {"annotation": annotation}
    body = {"fence": lease.fence, "target": target} | verdict_body(verdict, label, reason)
    return read_value(Reviewed, (yield from ask(post(path("leases", lease.lease, "submit"), body))).json())


def override(
    task: str, version: int, verdict: str, label: Mapping[str, Any] | None, reason: str
) -> Plan[Reviewed]:
    """A manager's review without a lease."""
    body = {"target": {"resolution_version": version}} | verdict_body(verdict, label, reason)
    return read_value(Reviewed, (yield from ask(post(path("tasks", task, "reviews"), body))).json())


def verdict_body(verdict: str, label: Mapping[str, Any] | None, reason: str) -> dict[str, Any]:
    """The part that every review has."""
    fixed = {} if label is None else {"label": dict(label)}
    return {"verdict": verdict, "reason": reason} | fixed


class Review:
    """A task to look at again. Name an ``annotation`` to judge that one instead of the resolution."""

    def __init__(self, session: Session, data: ReviewData) -> None:
        self._session = session
        self.data = data
        self.item = data.item
        self.resolution = data.resolution

    def accept(self, reason: str = "", *, annotation: str | None = None) -> Reviewed:
        """It is right."""
        return self._session.run(review(self.data, "accept", None, reason, annotation))

    def fix(self, label: Mapping[str, Any], reason: str = "", *, annotation: str | None = None) -> Reviewed:
        """It is wrong, and this is right. Raises ``Conflict`` (``review.stale``) when it changed."""
        return self._session.run(review(self.data, "fix", label, reason, annotation))

    def reject(self, reason: str, *, annotation: str | None = None) -> Reviewed:
        """It is wrong; ask for one more label."""
        return self._session.run(review(self.data, "reject", None, reason, annotation))


class AsyncReview:
    """A task to look at again, on an event loop."""

    def __init__(self, session: AsyncSession, data: ReviewData) -> None:
        self._session = session
        self.data = data
        self.item = data.item
        self.resolution = data.resolution

    async def accept(self, reason: str = "", *, annotation: str | None = None) -> Reviewed:
        """It is right."""
        return await self._session.run(review(self.data, "accept", None, reason, annotation))

    async def fix(
        self, label: Mapping[str, Any], reason: str = "", *, annotation: str | None = None
    ) -> Reviewed:
        """It is wrong, and this is right."""
        return await self._session.run(review(self.data, "fix", label, reason, annotation))

    async def reject(self, reason: str, *, annotation: str | None = None) -> Reviewed:
        """It is wrong; ask for one more label."""
        return await self._session.run(review(self.data, "reject", None, reason, annotation))


def reviews(session: Session, project: str, count: int, task: str | None) -> Iterator[Review]:
    """Up to ``count`` reviews."""
    for data in session.run(claim_reviews(project, count, task)):
        yield Review(session, data)


async def async_reviews(
    session: AsyncSession, project: str, count: int, task: str | None
) -> AsyncIterator[AsyncReview]:
    """The same on an event loop."""
    for data in await session.run(claim_reviews(project, count, task)):
        yield AsyncReview(session, data)
