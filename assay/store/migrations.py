"""The schema: numbered SQL files applied once each, forward only, and functions replaced when they change.

Everything runs under one advisory lock, so any number of processes may start at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
from procrastinate import schema as job_schema

from assay.errors import Invalid
from assay.store.database import Connection
from assay.store.queries import named_queries

_LOCK = 0x0A55A7  # any number that is ours
APP_ROLE = "assay_app"
SYSTEM_ROLE = "assay_system"
JOB_SCHEMA = "jobs"
_SQL = named_queries("migration")


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One numbered file."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All numbered files, in the order they apply."""
    return [Migration(name=name, sql=sql) for name, sql in _files("migrations")]


def functions() -> list[Migration]:
    """All function files; applied again whenever one of them changed."""
    return [Migration(name=f"functions/{name}", sql=sql) for name, sql in _files("functions")]


async def migrate(dsn: str, *, role_password: str) -> list[str]:
    """Bring the database behind ``dsn`` (an owner's) up to this version; returns what was applied.

    ``role_password`` becomes the password of the two roles that the server runs as. Raises ``Invalid``
    (``config.invalid``) when a file that was applied has been edited since, or the database is newer than
    we are.
    """
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_SQL["lock"], _LOCK)
        await _ensure_roles(connection, role_password)
        await connection.execute(_SQL["create_record"])
        done_before = await applied(connection)
        refuse_foreign(done_before)
        done = [name async for name in _apply_pending(connection, done_before)]
        await connection.execute(_SQL["unlock"], _LOCK)
        return done
    finally:
        await connection.close()


async def applied(connection: Connection) -> dict[str, str]:
    """The files that were applied, with their hashes (owner)."""
    return {row["name"]: row["sha256"] for row in await connection.fetch(_SQL["applied"])}


def role_dsn(dsn: str, role: str, role_password: str) -> str:
    """The same database as ``dsn``, as one of the server's roles."""
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(role)}:{quote(role_password, safe='')}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))


def pending(done: Mapping[str, str]) -> list[Migration]:
    """What is still to be applied, in order."""
    numbered = [each for each in [*migrations(), _jobs()] if each.name not in done]
    return numbered + [each for each in functions() if done.get(each.name) != each.sha256]


async def _apply_pending(connection: Connection, done: dict[str, str]) -> AsyncIterator[str]:
    for migration in pending(done):
        await _apply(connection, migration)
        yield migration.name


async def _apply(connection: Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(_SQL["guard"])
        await connection.execute(migration.sql)
        await connection.execute(_SQL["record"], migration.name, migration.sha256)


def refuse_foreign(done: Mapping[str, str]) -> None:
    """Raise ``Invalid`` (``config.invalid``) when the database is newer than we are, or a file was edited."""
    known = {migration.name: migration.sha256 for migration in migrations()}
    for name, sha256 in done.items():
        if name.startswith(("functions/", "jobs/")):
            continue
        if name not in known:
            raise Invalid(
                "config.invalid", f"the database has migration {name}, which this version does not know"
            )
        if known[name] != sha256:
            raise Invalid("config.invalid", f"migration {name} was edited after it was applied")


async def _ensure_roles(connection: Connection, password: str) -> None:
    """Create the two roles, or give them the password of this installation."""
    for role in (APP_ROLE, SYSTEM_ROLE):
        await connection.execute(await connection.fetchval(_SQL["role_statement"], role, password))


def _jobs() -> Migration:
    """The job library's own schema, in a schema of its own."""
    library = job_schema.SchemaManager.get_schema()
    # The library writes unqualified names; the search path of this transaction puts them where they belong.
    sql = _SQL["job_schema"].replace("-- the library's schema", library)
    return Migration(name="jobs/schema", sql=sql)


def _files(folder: str) -> list[tuple[str, str]]:
    found = (files("assay.store") / "sql" / folder).iterdir()
    return sorted(
        (path.name, path.read_text(encoding="utf-8")) for path in found if path.name.endswith(".sql")
    )
