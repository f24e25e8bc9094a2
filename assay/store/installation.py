"""The database of an installation: made in the embedded cluster, brought to this version, and checked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from assay.errors import Invalid, Unavailable
from assay.store.migrations import APP_ROLE, migrate, role_dsn
from assay.store.queries import named_queries

DATABASE, OWNER_ROLE = "assay", "assay_owner"
LOCK_TRIES, LOCK_PAUSE_SECS = 30, 1.0
CONNECT_TIMEOUT_SECS = 10
_SQL = named_queries("installation")


async def ensure_database(superuser_dsn: str, owner_password: str) -> None:
    """Make the embedded database and its owner, or give the owner this password."""
    connection = await asyncpg.connect(superuser_dsn)
    try:
        await connection.execute(await connection.fetchval(_SQL["owner_statement"], owner_password))
        if not await connection.fetchval(_SQL["has_database"]):
            await connection.execute(_SQL["create_database"])
    finally:
        await connection.close()


async def bring_up_to_date(owner_dsn: str, role_password: str) -> list[str]:
    """Migrate, giving way to traffic until the locks are free; returns what was applied.

    Raises Unavailable ``database.unavailable`` or Invalid ``config.invalid`` when the database cannot be
    reached, and what :func:`assay.store.migrations.migrate` raises.
    """
    with sentences():
        for _ in range(LOCK_TRIES):
            try:
                return await migrate(owner_dsn, role_password=role_password)
            except asyncpg.LockNotAvailableError:
                await asyncio.sleep(LOCK_PAUSE_SECS)
    raise Unavailable("database.unavailable", "A migration did not get its locks; try again later.")


async def refuse_trust(owner_dsn: str, wrong_password: str) -> None:
    """Raise Invalid ``config.invalid`` when the server lets a role in with any password (A34)."""
    dsn = role_dsn(owner_dsn, APP_ROLE, wrong_password)
    try:
        connection = await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT_SECS)
    except (asyncpg.PostgresError, OSError):
        return
    await connection.close()
    raise Invalid(
        "config.invalid",
        f"ASSAY_DATABASE_URL names a server that lets {APP_ROLE} in with any password; "
        "write scram-sha-256 instead of trust in its pg_hba.conf.",
    )


async def check_roles(app_dsn: str) -> None:
    """Raise Invalid ``config.invalid`` or Unavailable unless the server's role can connect."""
    with sentences():
        connection = await asyncpg.connect(app_dsn, timeout=CONNECT_TIMEOUT_SECS)
        await connection.close()


@contextmanager
def sentences() -> Iterator[None]:
    """What a driver says about a URL, as a sentence that names the setting and not the password."""
    try:
        yield
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError):
        raise Invalid(
            "config.invalid",
            "ASSAY_DATABASE_URL: the server refuses this user, password or database; "
            "run assay migrate first, with the same ASSAY_SECRET.",
        ) from None
    except (OSError, TimeoutError, ssl.SSLError, asyncpg.CannotConnectNowError) as error:
        raise Unavailable(
            "database.unavailable", f"The database of ASSAY_DATABASE_URL cannot be reached ({error})."
        ) from None
