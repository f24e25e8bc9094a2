"""``assay upgrade --check``: what the version that is installed here would do to a database that runs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import asyncpg

from assay.config import Settings
from assay.errors import AssayError, Invalid, StorageFull
from assay.runtime.backup import connect_as_superuser
from assay.runtime.preflight import LEAST_FREE_BYTES, Check
from assay.runtime.psql import command as psql_command
from assay.store import durability, migrations
from assay.store import upgrade as upgrade_store
from assay.store.installation import sentences
from assay.store.migration_lint import lock_faults, locked_tables
from assay.store.upgrade import Server

LEAST_POSTGRESQL = 150_000
LONG_TRANSACTION_SECS = 2.0
"""A migration waits so long for a lock, gives way, and tries again."""


async def check(settings: Settings) -> list[Check]:
    """Look at everything that could make an upgrade fail or hold people up; change nothing."""
    connection = await _connect(settings)
    try:
        server = await upgrade_store.server(connection)
        applied = await migrations.applied(connection) if server.is_made else {}
        facts = await durability.facts(connection) if server.is_made else {}
    finally:
        await connection.close()
    checks = [_versions(server, applied), *_pending(applied), _traffic(server)]
    if settings.database_url is None:
        checks += [_room(settings, server), _backup(facts.get("last_backup"))]
    return checks


async def _connect(settings: Settings) -> Any:
    if settings.database_url is None:
        return await connect_as_superuser(psql_command(settings, {})[1])
    with sentences():
        return await asyncpg.connect(settings.database_url)


def _versions(server: Server, applied: Mapping[str, str]) -> Check:
    numbered = sorted(name for name in applied if name[:1].isdigit())
    newest = numbered[-1].removesuffix(".sql") if numbered else "nothing"
    found = f"Assay {version('assay')} on PostgreSQL {server.version}; the schema is at {newest}"
    refusal: AssayError | None = None
    if server.version_num < LEAST_POSTGRESQL:
        refusal = Invalid("config.invalid", f"PostgreSQL is {server.version}; Assay needs 15 or newer.")
    else:
        try:
            migrations.refuse_foreign(applied)
        except Invalid as error:
            refusal = error
    return Check(name="versions", found=found, refusal=refusal)


def _pending(applied: Mapping[str, str]) -> list[Check]:
    """One line for each migration, with the tables it locks for an instant; one for all functions."""
    waiting, earlier, checks = migrations.pending(applied), "", []
    numbered = {each.name for each in waiting}
    for migration in migrations.migrations():
        if migration.name in numbered:
            faults = lock_faults(earlier, migration)
            locks = ", ".join(locked_tables(earlier, migration)) or "nothing that is in use"
            refusal = Invalid("config.invalid", f"{migration.name}: {faults[0]}.") if faults else None
            found = f"{migration.name} locks {locks}"
            checks.append(Check(name="migration", found=found, refusal=refusal))
        earlier += migration.sql
    functions = sum(1 for each in waiting if each.name.startswith("functions/"))
    if functions:
        checks.append(Check(name="functions", found=f"{functions} are replaced"))
    return checks or [Check(name="migration", found="nothing to apply")]


def _traffic(server: Server) -> Check:
    secs = server.oldest_transaction_secs
    refusal = None
    if secs > LONG_TRANSACTION_SECS:
        refusal = Invalid(
            "config.invalid",
            f"A transaction is open for {secs:.0f} s; a migration cannot get its locks before that ends.",
        )
    return Check(name="traffic", found=f"the oldest transaction is open for {secs:.1f} s", refusal=refusal)


def _room(settings: Settings, server: Server) -> Check:
    free = shutil.disk_usage(settings.data).free
    refusal = None
    if free < LEAST_FREE_BYTES:
        refusal = StorageFull("storage.full", f"{settings.data} has {free >> 20} MB left; free some first.")
    size = f"the database has {server.size_bytes >> 20} MB"
    return Check(name="disk", found=f"{free >> 30} GB free; {size}", refusal=refusal)


def _backup(fact: Mapping[str, str] | None) -> Check:
    if fact is None:
        refusal = Invalid("config.invalid", "There is no backup: run assay backup --verify first.")
        return Check(name="backup", found="none", refusal=refusal)
    return Check(name="backup", found=f"{fact['backup']} ended at {fact['ended_at']}")
