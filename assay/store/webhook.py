"""Webhooks in the database."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from assay.domain.webhook import NewWebhook, Webhook
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("webhook")


async def insert(tx: Connection, organization: UUID, webhook: UUID, new: NewWebhook) -> Webhook:
    """Write a webhook. It is told of what happens from now on."""
    (row,) = await tx.fetch(_SQL["insert"], organization, webhook, new.url, new.project, new.kinds)
    return _webhook(row)


async def find(tx: Connection, organization: UUID, webhook: UUID) -> Webhook | None:
    """One webhook."""
    row = await tx.fetchrow(_SQL["find"], organization, webhook)
    return _webhook(row) if row else None


async def page(tx: Connection, organization: UUID, after: UUID, limit: int) -> list[Webhook]:
    """Up to ``limit`` webhooks after an id."""
    return [_webhook(row) for row in await tx.fetch(_SQL["page"], organization, after, limit)]


async def update(tx: Connection, organization: UUID, changed: Webhook) -> Webhook:
    """Write what can be changed of a webhook."""
    (row,) = await tx.fetch(
        _SQL["update"], organization, changed.id, changed.url, changed.kinds, changed.state
    )
    return _webhook(row)


async def rotate(tx: Connection, organization: UUID, webhook: UUID, overlap_secs: float) -> Webhook | None:
    """Go on to the next secret."""
    row = await tx.fetchrow(_SQL["rotate"], organization, webhook, overlap_secs)
    return _webhook(row) if row else None


async def delete(tx: Connection, organization: UUID, webhook: UUID) -> bool:
    """Forget a webhook and its deliveries; false when there is none."""
    return await tx.fetchval(_SQL["delete"], organization, webhook) is not None


async def disable(tx: Connection, organization: UUID, webhook: UUID, reason: str) -> None:
    """End a webhook because its receiver wants no more."""
    await tx.execute(_SQL["disable"], organization, webhook, reason)


async def active(tx: Connection, organizations: Sequence[UUID] | None) -> list[tuple[UUID, UUID]]:
    """(organisation, webhook) of every active one of these organisations, or of all (system role)."""
    rows = await tx.fetch(_SQL["active"], organizations)
    return [(row["organization"], row["id"]) for row in rows]


async def lay(tx: Connection, organization: UUID, webhook: UUID, limit: int) -> int:
    """Lay deliveries of up to ``limit`` events that are settled; how many there were."""
    return int(await tx.fetchval(_SQL["lay"], organization, webhook, limit))


def _webhook(row: asyncpg.Record) -> Webhook:
    return Webhook(
        id=row["id"],
        webhook=row["id"],
        url=row["url"],
        project=row["project"],
        kinds=row["kinds"],
        state=row["state"],
        reason=row["reason"],
        secret_version=row["secret_version"],
        previous_until=row["previous_until"],
        created_at=row["created_at"],
    )
