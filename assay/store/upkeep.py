"""Rows that served their time (system role)."""

from __future__ import annotations

from assay.store import delivery, session
from assay.store.database import Connection
from assay.store.queries import named_queries


async def forget(tx: Connection) -> None:
    """Delete ended sessions, old links and sign-in attempts, deliveries that ended long ago, and answers that
    nobody asks for again."""
    await session.delete_expired(tx)
    await delivery.forget(tx)
    await tx.execute(named_queries("upkeep")["forget_links"])
    await tx.execute(named_queries("upkeep")["forget_attempts"])
    await tx.execute(named_queries("record")["forget_answers"])
