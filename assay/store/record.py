"""What happened and what was answered: audit, feed and idempotent replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from assay.domain.event import EventKind
from assay.domain.labeler import Principal
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("record")


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """The answer an earlier request got: ``digest`` of that request, status and JSON body."""

    digest: bytes
    status: int
    body: str


async def audit(
    tx: Connection, principal: Principal, action: str, subject: UUID | None, **detail: Any
) -> None:
    """Record what a principal did, in the transaction that does it."""
    await tx.execute(
        _SQL["audit"],
        principal.organization,
        principal.labeler,
        action,
        subject,
        orjson.dumps(detail).decode(),
    )


async def refusal(tx: Connection, organization: UUID, labeler: UUID, code: str, where: str) -> None:
    """Record a refusal, once for each labeler, code and minute."""
    await tx.execute(_SQL["refusal"], organization, labeler, code, where)


async def feed(
    tx: Connection, organization: UUID, kind: EventKind, project: UUID, subject: UUID, **body: Any
) -> None:
    """Tell followers what changed."""
    await tx.execute(_SQL["feed"], organization, kind, project, subject, orjson.dumps(body).decode())


async def stored_answer(tx: Connection, principal: Principal, key: str) -> StoredAnswer | None:
    """What an earlier request with this key was answered."""
    row = await tx.fetchrow(_SQL["stored_answer"], principal.organization, principal.labeler, key)
    return StoredAnswer(digest=row["digest"], status=row["status"], body=row["body"]) if row else None


async def lock_key(tx: Connection, principal: Principal, key: str) -> bool:
    """Make requests with one key go one at a time; false while another runs."""
    locked: bool = await tx.fetchval(_SQL["lock_key"], f"{principal.labeler}/{key}")
    return locked


async def store_answer(tx: Connection, principal: Principal, key: str, answer: StoredAnswer) -> None:
    """Keep an answer with its effect."""
    await tx.execute(
        _SQL["store_answer"],
        principal.organization,
        principal.labeler,
        key,
        answer.digest,
        answer.status,
        answer.body,
    )
