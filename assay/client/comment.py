"""Comments: what a reviewer says about a task, an answer to it, an object or a point."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from assay.client.paging import async_pages, pages
from assay.client.request import Plan, Request, ask, path, post
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What was said. A reviewer reads ``author_name``; a labeler their own ``label`` that it is about.

    ``question`` and ``object`` name an object, ``field``, ``x`` and ``y`` a place on a picture.
    """

    id: str
    task: str
    external_id: str
    text: str
    created_at: datetime
    annotation: str | None = None
    question: str | None = None
    object: str | None = None
    field: str | None = None
    x: float | None = None
    y: float | None = None
    author: str | None = None
    author_name: str | None = None
    label: Mapping[str, Any] | None = None


_read = partial(read_value, Comment)


def add(
    task: str,
    text: str,
    annotation: str | None,
    target: tuple[str, str] | None,
    point: tuple[str, tuple[float, float]] | None,
) -> Plan[Comment]:
    """Say something about a task."""
    body: dict[str, Any] = {"text": text}
    if annotation is not None:
        body["annotation"] = annotation
    if target is not None:
        body["question"], body["object"] = target
    if point is not None:
        body["field"], (body["x"], body["y"]) = point
    return _read((yield from ask(post(path("tasks", task, "comments"), body))).json())


def withdraw(comment: str) -> Plan[None]:
    """Take back what was said."""
    yield from ask(Request(method="DELETE", path=path("comments", comment)))


class Comments:
    """``project.comments``"""

    def __init__(self, session: Session, project: str) -> None:
        self._session = session
        self._project = project

    def add(
        self,
        task: str,
        text: str,
        *,
        annotation: str | None = None,
        target: tuple[str, str] | None = None,
        point: tuple[str, tuple[float, float]] | None = None,
    ) -> Comment:
        """Say something about a task or one ``annotation`` of it. For reviewers and above.

        ``target`` is (question, id of an object), ``point`` (field, (x, y)).
        """
        return self._session.run(add(task, text, annotation, target, point))

    def withdraw(self, comment: str) -> None:
        """Take back what you said: it is shown to nobody from then on."""
        self._session.run(withdraw(comment))

    def list(self, *, task: str | None = None) -> Iterator[Comment]:
        """What was said, oldest first; a labeler reads what is about their own answers."""
        return pages(self._session, path("projects", self._project, "comments"), _read, task=task)


class AsyncComments:
    """``project.comments`` on an event loop."""

    def __init__(self, session: AsyncSession, project: str) -> None:
        self._session = session
        self._project = project

    async def add(
        self,
        task: str,
        text: str,
        *,
        annotation: str | None = None,
        target: tuple[str, str] | None = None,
        point: tuple[str, tuple[float, float]] | None = None,
    ) -> Comment:
        """As :meth:`Comments.add`."""
        return await self._session.run(add(task, text, annotation, target, point))

    async def withdraw(self, comment: str) -> None:
        """As :meth:`Comments.withdraw`."""
        await self._session.run(withdraw(comment))

    def list(self, *, task: str | None = None) -> AsyncIterator[Comment]:
        """As :meth:`Comments.list`."""
        return async_pages(self._session, path("projects", self._project, "comments"), _read, task=task)
