"""Connections to PostgreSQL: two roles that own nothing, and transactions that see one organisation.

``Database.transaction`` is for a request or job of one organisation; ``Database.system`` finds out who asks
and what is due, across organisations. Hot-path functions set the organisation themselves and need neither:
``Database.call``.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from assay.crash_point import crash_point
from assay.errors import Unavailable
from assay.store.queries import named_queries
from assay.store.turns import Turns

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    PlainConnection = asyncpg.Connection[asyncpg.Record]
    Connection = PlainConnection | PoolConnectionProxy[asyncpg.Record]
else:
    Connection = PlainConnection = asyncpg.Connection

MAX_DEADLOCKS = 3
_UNREACHABLE = (
    asyncpg.DeadlockDetectedError,
    asyncpg.CannotConnectNowError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    asyncpg.CrashShutdownError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was lost between an answer and its release
    asyncpg.TooManyConnectionsError,
    ConnectionError,
    FileNotFoundError,
    asyncio.TimeoutError,
    ssl.SSLError,
)


class OneTripConnection(PlainConnection):
    """A connection that goes back to its pool without another round trip."""

    def get_reset_query(self) -> str:
        """Nothing is left to undo: settings and advisory locks of ours end with their transaction, and
        nobody listens or declares a cursor here. The pool still rolls back what is open."""
        return ""


class Database:
    """Pools of connections as ``assay_app`` and ``assay_system``."""

    def __init__(self, app: asyncpg.Pool, system: asyncpg.Pool, turns: Turns) -> None:
        self._app = app
        self._system = system
        self.turns = turns

    @classmethod
    async def connect(
        cls, app_dsn: str, system_dsn: str, *, size: int = 10, system_size: int = 3
    ) -> Database:
        """Open both pools. ``size`` is the number of connections that serve requests at once.

        None is made yet: a process that starts while the database is away answers that it is, and goes on
        as soon as it is back.
        """
        settings = {"application_name": "assay", "timezone": "UTC", "jit": "off"}
        app = await asyncpg.create_pool(
            app_dsn,
            min_size=0,
            max_size=size,
            server_settings=settings,
            max_inactive_connection_lifetime=300,
            connection_class=OneTripConnection,
        )
        system = await asyncpg.create_pool(
            system_dsn,
            min_size=0,
            max_size=system_size,
            server_settings=settings,
            max_inactive_connection_lifetime=300,
            connection_class=OneTripConnection,
        )
        return cls(app, system, Turns(size))

    async def close(self) -> None:
        """Wait for what runs, then close every connection."""
        await asyncio.gather(self._app.close(), self._system.close())

    @asynccontextmanager
    async def transaction(self, organization: UUID) -> AsyncIterator[Connection]:
        """One transaction that sees one organisation; committed when the block ends without an error."""
        try:
            async with (
                self.turns.taken(organization),
                self._app.acquire() as connection,
                connection.transaction(),
            ):
                await connection.execute(named_queries("organization")["enter"], str(organization))
                yield connection
                crash_point("transaction.before_commit")
            crash_point("transaction.after_commit")
        except _UNREACHABLE as error:
            raise database_unavailable() from error

    @asynccontextmanager
    async def system(self) -> AsyncIterator[Connection]:
        """One transaction across organisations, over the few tables that role may read."""
        try:
            async with self._system.acquire() as connection, connection.transaction():
                yield connection
        except _UNREACHABLE as error:
            raise database_unavailable() from error

    async def call(self, query: str, organization: UUID, *arguments: Any) -> Any:
        """One statement, one round trip, its own transaction: for functions that set the organisation.

        One that the database ended to break a circle of waits did nothing, and is run again.
        """
        crash_point("function.before_call")
        try:
            async with self.turns.taken(organization), self._app.acquire() as connection:
                answer = await _call(connection, query, organization, *arguments)
        except _UNREACHABLE as error:
            raise database_unavailable() from error
        crash_point("function.after_commit")
        return answer

    async def ping(self) -> None:
        """Raise ``Unavailable`` unless the database answers."""
        try:
            async with self._app.acquire() as connection:
                await connection.fetchval(named_queries("organization")["ping"])
        except _UNREACHABLE as error:
            raise database_unavailable() from error


async def _call(connection: Connection, query: str, *arguments: Any) -> Any:
    for _ in range(MAX_DEADLOCKS):
        with suppress(asyncpg.DeadlockDetectedError):
            return await connection.fetchval(query, *arguments)
    return await connection.fetchval(query, *arguments)


def database_unavailable() -> Unavailable:
    """The refusal while the database cannot answer; nothing was acknowledged."""
    return Unavailable(
        "database.unavailable", "the database does not answer at the moment", retry_after_secs=1
    )
