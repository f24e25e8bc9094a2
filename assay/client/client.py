"""The two clients: where everything begins."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from types import TracebackType

import httpx

from assay.client.asset import Assets, AsyncAssets
from assay.client.certificate import certificate_key
from assay.client.connection import find_connection
from assay.client.event import Event, Wanted, async_events, events
from assay.client.file_format import FileFormat, formats
from assay.client.job import AsyncJob, Job
from assay.client.labeler import AsyncLabelers, Labelers, Me, me
from assay.client.project import AsyncProjects, Projects
from assay.client.retry import RetryPolicy
from assay.client.session import AsyncSession, Session, Settings
from assay.client.snapshot import AsyncSnapshot, Snapshot
from assay.client.snapshot import find as find_snapshot
from assay.client.transport import Named, async_transport, sync_transport
from assay.client.webhook import AsyncWebhooks, Webhooks

TIMEOUT_SECS = 30.0
PARALLEL = 8
"""How many requests go at the same time where there are many to send."""


def new_key() -> str:
    """An ``Idempotency-Key``: 128 random bits."""
    return secrets.token_hex(16)


class Client:
    """Assay, as one labeler of one organisation sees it. Safe to share between threads.

    ``url`` and ``api_key`` come from the arguments, from ``credentials`` (the file that ``assay up`` writes,
    or its data folder) or from ``ASSAY_URL`` and ``ASSAY_API_KEY``, whichever is there first. Requests are
    repeated as ``retry`` says, under one ``Idempotency-Key`` each, so that nothing happens twice.
    ``transport`` is ``"rest"`` or ``"grpc"``: with an address such as ``grpc://127.0.0.1:8081`` it is gRPC by
    itself, else its address is that of ``credentials``. It may also be one for tests: :class:`FakeTransport`.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        credentials: str | os.PathLike[str] | None = None,
        retry: RetryPolicy | None = None,
        timeout_secs: float = TIMEOUT_SECS,
        parallel: int = PARALLEL,
        transport: httpx.BaseTransport | Named | None = None,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[], float] = random.random,
        idempotency_key: Callable[[], str] = new_key,
    ) -> None:
        settings = Settings(
            connection=find_connection(url, api_key, credentials),
            retry=retry or RetryPolicy(),
            timeout_secs=timeout_secs,
            parallel=parallel,
            uniform=uniform,
            new_key=idempotency_key,
        )
        carrier = sync_transport(transport, settings.connection)
        self._session = Session(settings, transport=carrier, sleep=sleep)
        self.url = settings.connection.url
        self.assets = Assets(self._session)
        self.labelers = Labelers(self._session)
        self.projects = Projects(self._session)
        self.webhooks = Webhooks(self._session)

    def formats(self) -> list[FileFormat]:
        """Every import and export format, with the kinds of question it holds and what an export loses."""
        return self._session.run(formats())

    def me(self) -> Me:
        """Who you are here."""
        return self._session.run(me())

    def job(self, job: str) -> Job:
        """A job by its id."""
        return Job(self._session, job)

    def certificate_key(self) -> str:
        """The public key that certificates of this server are checked with, in Base64."""
        return self._session.run(certificate_key())

    def snapshot(self, snapshot: str) -> Snapshot:
        """A snapshot by its id."""
        return Snapshot(self._session, self._session.run(find_snapshot(snapshot)))

    def events(
        self,
        *,
        kinds: Sequence[str] = (),
        cursor: str | None = None,
        since: str = "start",
        follow: bool = True,
    ) -> Iterator[Event]:
        """What happened in every project you see, and then what happens, for as long as you read.

        It begins behind ``cursor`` (of an event), else at the ``since`` ``"start"`` or ``"now"``. A lost
        connection is made again and goes on where it ended; ``follow=False`` ends with what there is.
        """
        wanted = Wanted(kinds=kinds, cursor=cursor, since=since)
        return events(self._session, wanted, follow=follow)

    def close(self) -> None:
        """Close connections."""
        self._session.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client(url={self.url!r})"


class AsyncClient:
    """The same on an event loop: what asks the server is awaited, what lists is an ``async for``."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        credentials: str | os.PathLike[str] | None = None,
        retry: RetryPolicy | None = None,
        timeout_secs: float = TIMEOUT_SECS,
        parallel: int = PARALLEL,
        transport: httpx.AsyncBaseTransport | Named | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[], float] = random.random,
        idempotency_key: Callable[[], str] = new_key,
    ) -> None:
        settings = Settings(
            connection=find_connection(url, api_key, credentials),
            retry=retry or RetryPolicy(),
            timeout_secs=timeout_secs,
            parallel=parallel,
            uniform=uniform,
            new_key=idempotency_key,
        )
        carrier = async_transport(transport, settings.connection)
        self._session = AsyncSession(settings, transport=carrier, sleep=sleep)
        self.url = settings.connection.url
        self.assets = AsyncAssets(self._session)
        self.labelers = AsyncLabelers(self._session)
        self.projects = AsyncProjects(self._session)
        self.webhooks = AsyncWebhooks(self._session)

    async def formats(self) -> list[FileFormat]:
        """Every import and export format, with the kinds of question it holds and what an export loses."""
        return await self._session.run(formats())

    async def me(self) -> Me:
        """Who you are here."""
        return await self._session.run(me())

    def job(self, job: str) -> AsyncJob:
        """A job by its id."""
        return AsyncJob(self._session, job)

    async def certificate_key(self) -> str:
        """As :meth:`Client.certificate_key`."""
        return await self._session.run(certificate_key())

    async def snapshot(self, snapshot: str) -> AsyncSnapshot:
        """A snapshot by its id."""
        return AsyncSnapshot(self._session, await self._session.run(find_snapshot(snapshot)))

    def events(
        self,
        *,
        kinds: Sequence[str] = (),
        cursor: str | None = None,
        since: str = "start",
        follow: bool = True,
    ) -> AsyncIterator[Event]:
        """As :meth:`Client.events`."""
        wanted = Wanted(kinds=kinds, cursor=cursor, since=since)
        return async_events(self._session, wanted, follow=follow)

    async def close(self) -> None:
        """Close connections."""
        await self._session.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncClient(url={self.url!r})"
