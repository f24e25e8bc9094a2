"""Deliveries that are due are found by their indexes, also in a table that nobody has analysed yet."""

from __future__ import annotations

import json
from typing import Any

import asyncpg

from assay.domain.webhook import NewWebhook
from assay.store import webhook as webhook_store
from assay.store.queries import named_queries

PENDING, SUBJECTS, AT_ONCE = 1_000, 250, 10
MOST_PAGES = 5_000
"""About ten times what it takes; the plan that found this test read a million."""


async def test_a_claim_from_a_long_backlog_reads_few_pages(
    engine: Any, founded: Any, database_dsn: str
) -> None:
    principal, _ = founded
    organization, webhook = principal.organization, engine.ids.new()
    owner = await asyncpg.connect(database_dsn)
    async with engine.database.transaction(organization) as tx:
        await webhook_store.insert(tx, organization, webhook, NewWebhook(url="http://127.0.0.2/"))
    await owner.execute("ALTER TABLE delivery SET (autovacuum_enabled = off)")
    await owner.execute(
        """
        INSERT INTO delivery (organization, webhook, seq, kind, subject, body, at)
        SELECT $1, $2, n, 'task.resolved', md5((n % $4)::text)::uuid, '{}', now()
        FROM generate_series(1, $3::bigint) n
        """,
        organization,
        webhook,
        PENDING,
        SUBJECTS,
    )
    claim = named_queries("delivery")["claim"]
    async with engine.database.transaction(organization) as tx:
        [told] = json.loads(
            await tx.fetchval(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {claim}", organization, [], AT_ONCE, 90.0
            )
        )
        claimed = await tx.fetch("SELECT seq FROM delivery WHERE attempts = 1 ORDER BY seq")
    await owner.close()
    assert [row["seq"] for row in claimed] == list(range(1, AT_ONCE + 1))
    assert told["Plan"]["Shared Hit Blocks"] + told["Plan"]["Shared Read Blocks"] < MOST_PAGES
