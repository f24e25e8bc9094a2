"""Deliveries to webhooks in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from assay.domain.webhook import Delivery, DeliveryState
from assay.store.database import Connection
from assay.store.queries import named_queries, stored_json

_SQL = named_queries("delivery")


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A delivery to send now. ``attempts`` counts this one and is its fence; ``now`` is the database's clock
    in seconds since 1970."""

    organization: UUID
    webhook: UUID
    seq: int
    kind: str
    project: UUID | None
    subject: UUID
    body: Any
    at: datetime
    attempts: int
    url: str
    secret_versions: tuple[int, ...]
    now: int


async def page(
    tx: Connection, organization: UUID, webhook: UUID, after: int, state: DeliveryState | None, limit: int
) -> list[Delivery]:
    """Up to ``limit`` deliveries of a webhook after a number."""
    rows = await tx.fetch(_SQL["page"], organization, webhook, after, state and state.value, limit)
    return [_delivery(row) for row in rows]


async def there(tx: Connection, organization: UUID, webhook: UUID, numbers: Sequence[int]) -> set[int]:
    """Which of these numbers are deliveries of the webhook."""
    return {row["seq"] for row in await tx.fetch(_SQL["there"], organization, webhook, numbers)}


async def replay(tx: Connection, organization: UUID, webhook: UUID, numbers: Sequence[int] | None) -> int:
    """Try dead deliveries anew; how many."""
    done: str = await tx.execute(_SQL["replay"], organization, webhook, numbers)
    return int(done.rpartition(" ")[2])


async def due(tx: Connection) -> list[UUID]:
    """Organisations with deliveries to try (system role)."""
    return [row["organization"] for row in await tx.fetch(_SQL["due"])]


async def claim(
    tx: Connection, organization: UUID, busy: Collection[UUID], of_each: int, lease_secs: float
) -> list[Claimed]:
    """Take what is due: up to ``of_each`` of every webhook that is not busy, for ``lease_secs``."""
    rows = await tx.fetch(_SQL["claim"], organization, list(busy), of_each, lease_secs)
    return [
        Claimed(
            organization=organization,
            webhook=row["webhook"],
            seq=row["seq"],
            kind=row["kind"],
            project=row["project"],
            subject=row["subject"],
            body=stored_json(row["body"]),
            at=row["at"],
            attempts=row["attempts"],
            url=row["url"],
            secret_versions=(row["secret_version"],)
            + ((row["secret_version"] - 1,) if row["previous_signs"] else ()),
            now=row["now"],
        )
        for row in rows
    ]


async def delivered(tx: Connection, sent: Claimed, status: int) -> None:
    """The receiver has it."""
    await tx.execute(_SQL["delivered"], sent.organization, sent.webhook, sent.seq, sent.attempts, status)


async def failed(
    tx: Connection, sent: Claimed, status: int | None, error: str, again_after_secs: float | None
) -> None:
    """An attempt failed; without another one to come the delivery is dead."""
    await tx.execute(
        _SQL["failed"],
        sent.organization,
        sent.webhook,
        sent.seq,
        sent.attempts,
        status,
        error,
        again_after_secs,
    )


async def bury(tx: Connection, organization: UUID, webhook: UUID) -> None:
    """What is pending is dead: the webhook is disabled."""
    await tx.execute(_SQL["bury"], organization, webhook)


async def forget(tx: Connection) -> None:
    """Delete what ended long ago (system role)."""
    await tx.execute(_SQL["forget"])


def _delivery(row: asyncpg.Record) -> Delivery:
    state = DeliveryState(row["state"])
    return Delivery(
        id=f"evt_{row['seq']}",
        webhook=row["webhook"],
        kind=row["kind"],
        project=row["project"],
        subject=row["subject"],
        at=row["at"],
        state=state,
        attempts=row["attempts"],
        next_at=row["next_at"] if state is DeliveryState.PENDING else None,
        status=row["status"],
        error=row["error"],
        ended_at=row["ended_at"],
    )
