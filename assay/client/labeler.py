"""Labelers: whoever answers, with their API keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from assay.client.paging import async_pages, pages
from assay.client.request import Plan, Request, ask, get, path, post, send
from assay.client.session import AsyncSession, Session
from assay.client.value import read_value


@dataclass(frozen=True, kw_only=True)
class Labeler:
    """A labeler. ``api_key`` is there only in the answer that made it."""

    id: str
    name: str
    kind: str
    role: str
    created_at: datetime
    disabled_at: datetime | None = None
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A link that signs a person in once. It is shown this once; a newer one ends it."""

    id: str
    labeler: str
    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Me:
    """Who you are here."""

    labeler: str
    name: str
    kind: str
    role: str
    organization: str


_read = partial(read_value, Labeler)


def create(name: str, kind: str, role: str, email: str | None, password: str | None) -> Plan[Labeler]:
    """Make a labeler."""
    optional = {key: value for key, value in (("email", email), ("password", password)) if value is not None}
    answer = yield from ask(post(path("labelers"), {"name": name, "kind": kind, "role": role} | optional))
    return read_value(Labeler, answer.json())


def find(labeler: str) -> Plan[Labeler]:
    """One labeler."""
    return read_value(Labeler, (yield from ask(get(path("labelers", labeler)))).json())


def disable(labeler: str) -> Plan[Labeler]:
    """Take a labeler's access away."""
    answer = yield from ask(Request(method="DELETE", path=path("labelers", labeler)))
    return read_value(Labeler, answer.json())


def restore(labeler: str) -> Plan[Labeler]:
    """Give a person's access back."""
    answer = yield from ask(send("PATCH", path("labelers", labeler), {"disabled": False}))
    return read_value(Labeler, answer.json())


def invite(labeler: str) -> Plan[Invitation]:
    """Make a link for a person."""
    answer = yield from ask(post(path("labelers", labeler, "invitations"), {}))
    return read_value(Invitation, answer.json())


def me() -> Plan[Me]:
    """Who asks."""
    return read_value(Me, (yield from ask(get(path("me")))).json())


class Labelers:
    """``client.labelers``"""

    def __init__(self, session: Session) -> None:
        self._session = session

    def create(
        self,
        name: str,
        *,
        kind: str = "person",
        role: str = "labeler",
        email: str | None = None,
        password: str | None = None,
    ) -> Labeler:
        """Make a labeler; the answer holds its API key, this once.

        ``kind`` is person, model, function or llm; ``role`` labeler, reviewer, manager or admin.
        """
        return self._session.run(create(name, kind, role, email, password))

    def get(self, labeler: str) -> Labeler:
        """One labeler, by id."""
        return self._session.run(find(labeler))

    def list(self) -> Iterator[Labeler]:
        """All labelers of your organisation, oldest first."""
        return pages(self._session, path("labelers"), _read)

    def disable(self, labeler: str) -> Labeler:
        """Take a labeler's access away; what they did stays."""
        return self._session.run(disable(labeler))

    def restore(self, labeler: str) -> Labeler:
        """Give a person's access back; their API key stays ended. For admins."""
        return self._session.run(restore(labeler))

    def invite(self, labeler: str) -> Invitation:
        """A link that signs a person in once within a week, to choose a password or a new one."""
        return self._session.run(invite(labeler))


class AsyncLabelers:
    """``client.labelers`` on an event loop."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def create(
        self,
        name: str,
        *,
        kind: str = "person",
        role: str = "labeler",
        email: str | None = None,
        password: str | None = None,
    ) -> Labeler:
        """Make a labeler; the answer holds its API key, this once.

        ``kind`` is person, model, function or llm; ``role`` labeler, reviewer, manager or admin.
        """
        return await self._session.run(create(name, kind, role, email, password))

    async def get(self, labeler: str) -> Labeler:
        """One labeler, by id."""
        return await self._session.run(find(labeler))

    def list(self) -> AsyncIterator[Labeler]:
        """All labelers of your organisation, oldest first."""
        return async_pages(self._session, path("labelers"), _read)

    async def disable(self, labeler: str) -> Labeler:
        """Take a labeler's access away; what they did stays."""
        return await self._session.run(disable(labeler))

    async def restore(self, labeler: str) -> Labeler:
        """Give a person's access back; their API key stays ended. For admins."""
        return await self._session.run(restore(labeler))

    async def invite(self, labeler: str) -> Invitation:
        """A link that signs a person in once within a week, to choose a password or a new one."""
        return await self._session.run(invite(labeler))
