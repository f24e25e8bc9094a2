"""What distributing the tables by organisation rests on, and the list of what stands in its way."""

from __future__ import annotations

import asyncpg

WIDENED_FIRST = {"feed", "audit"}
"""Tenants' tables that are keyed by a number of the whole server; see docs/why/scale.md."""
OF_THE_COORDINATOR = {"organization", "person", "installation", "schema_migration", "login_attempt"}
"""Of nobody, or of whoever is not known yet."""
FOUND_BY_SECRET = {"session", "login_link", "api_key"}
"""Looked up before it is known whose they are."""
KEYS = """
SELECT c.relname AS name, bool_and(EXISTS (
    SELECT FROM pg_attribute a
    WHERE a.attrelid = c.oid
      AND a.attname = 'organization'
      AND a.attnum = ANY (i.indkey))) AS is_whole
FROM pg_class c
JOIN pg_index i ON i.indrelid = c.oid AND i.indisunique
WHERE c.relkind = 'r'
  AND c.relnamespace = 'public'::regnamespace
GROUP BY c.relname
"""


async def test_every_unique_key_of_a_tenant_holds_the_organisation(database_dsn: str) -> None:
    owner = await asyncpg.connect(database_dsn)
    rows = await owner.fetch(KEYS)
    await owner.close()
    without = {row["name"] for row in rows if not row["is_whole"]}
    assert len(rows) > 30
    assert without == WIDENED_FIRST | OF_THE_COORDINATOR & {row["name"] for row in rows} | FOUND_BY_SECRET
