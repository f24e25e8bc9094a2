"""Members: who may work in a project for members only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial

from assay.client.labeler import Labeler
from assay.client.paging import async_pages, pages
from assay.client.request import Plan, Request, ask, path, post
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value

_read = partial(read_value, Labeler)


def add(project: str, labeler: str) -> Plan[None]:
    """Let a labeler in."""
    yield from ask(post(path("projects", project, "members"), {"labeler": labeler}))


def remove(project: str, labeler: str) -> Plan[None]:
    """Take a labeler out."""
    yield from ask(Request(method="DELETE", path=path("projects", project, "members", labeler)))


class Members:
    """``project.members``"""

    def __init__(self, session: Session, project: str) -> None:
        self._session = session
        self._project = project

    def add(self, labeler: str) -> None:
        """Let a labeler in, by id."""
        self._session.run(add(self._project, labeler))

    def list(self) -> Iterator[Labeler]:
        """Who is in."""
        return pages(self._session, path("projects", self._project, "members"), _read)

    def remove(self, labeler: str) -> None:
        """Take a labeler out, by id."""
        self._session.run(remove(self._project, labeler))


class AsyncMembers:
    """``project.members`` on an event loop."""

    def __init__(self, session: AsyncSession, project: str) -> None:
        self._session = session
        self._project = project

    async def add(self, labeler: str) -> None:
        """Let a labeler in, by id."""
        await self._session.run(add(self._project, labeler))

    def list(self) -> AsyncIterator[Labeler]:
        """Who is in."""
        return async_pages(self._session, path("projects", self._project, "members"), _read)

    async def remove(self, labeler: str) -> None:
        """Take a labeler out, by id."""
        await self._session.run(remove(self._project, labeler))
