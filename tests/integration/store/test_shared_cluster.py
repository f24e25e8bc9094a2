"""The fixtures that other tests stand on."""

from __future__ import annotations

from uuid import uuid4

import asyncpg

from assay.store.database import Database


async def test_each_test_has_a_migrated_database_of_its_own(database_dsn: str) -> None:
    connection = await asyncpg.connect(database_dsn)
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    assert tables > 0


async def test_the_server_connects_with_its_own_roles(database: Database) -> None:
    async with database.transaction(uuid4()) as tx:
        assert await tx.fetchval("SELECT current_user") == "assay_app"
