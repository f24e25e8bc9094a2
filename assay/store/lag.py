"""How far what is done behind requests lies behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assay.store import durability
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("lag")


async def lags(tx: Connection) -> dict[str, float | None]:
    """By name; ``None`` where there is nothing to say (system role)."""
    (row,) = await tx.fetch(_SQL["lags"])
    found: dict[str, float | None] = {name: float(value) for name, value in row.items()}
    now, _, is_archived = await durability.settings(tx)
    archive = await durability.archive(tx) if is_archived else None
    facts = await durability.facts(tx)
    return {
        **found,
        "archive_lag_bytes": None if archive is None else archive.lag_bytes,
        "archive_failing": None if archive is None else float(archive.is_failing),
        "backup_age_seconds": _age(now, facts.get("last_backup"), "ended_at"),
        "verified_restore_age_seconds": _age(now, facts.get("last_verified_restore"), "at"),
    }


def _age(now: datetime, fact: dict[str, Any] | None, key: str) -> float | None:
    return None if fact is None else (now - datetime.fromisoformat(fact[key])).total_seconds()
