"""Comments in the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg

from assay.domain.comment import Comment, NewComment, ReceivedComment
from assay.domain.labeler import Principal
from assay.domain.lease import LeasedItem
from assay.store.database import Connection
from assay.store.queries import named_queries, stored_json

_SQL = named_queries("comment")


async def insert(
    tx: Connection, principal: Principal, comment: UUID, *, project: UUID, task: UUID, new: NewComment
) -> None:
    """Write a comment."""
    await tx.execute(
        _SQL["insert"],
        principal.organization,
        comment,
        project,
        task,
        new.annotation,
        principal.labeler,
        new.question,
        new.object,
        new.field,
        new.x,
        new.y,
        new.text,
    )


async def withdraw(tx: Connection, principal: Principal, comment: UUID) -> asyncpg.Record | None:
    """Take back what the principal said: ``project``, ``task``, ``annotation``, and whether it was
    ``already``; nothing where the principal did not say it."""
    row: asyncpg.Record | None = await tx.fetchrow(
        _SQL["withdraw"], principal.organization, comment, principal.labeler
    )
    return row


async def page(
    tx: Connection, organization: UUID, project: UUID, after: UUID, task: UUID | None, limit: int
) -> list[Comment]:
    """Up to ``limit`` comments after an id, oldest first; of one task, where one is named."""
    rows = await tx.fetch(_SQL["page"], organization, project, after, task, limit)
    return [
        Comment(
            **_shared(row),
            annotation=row["annotation"],
            author=row["author"],
            author_name=row["author_name"],
        )
        for row in rows
    ]


async def received_page(
    tx: Connection, principal: Principal, project: UUID, after: UUID, task: UUID | None, limit: int
) -> list[ReceivedComment]:
    """The same of comments on what a labeler answered."""
    rows = await tx.fetch(
        _SQL["received_page"], principal.organization, project, after, principal.labeler, task, limit
    )
    return [
        ReceivedComment(
            **_shared(row),
            annotation=row["answered"],
            item=LeasedItem(
                id=row["item"],
                external_id=row["external_id"],
                fields=stored_json(row["fields"]),
                metadata=stored_json(row["metadata"]),
            ),
            ontology_version=row["ontology_version"],
            label=stored_json(row["label"]),
        )
        for row in rows
    ]


def _shared(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "comment": row["id"],
        "project": row["project"],
        "task": row["task"],
        "external_id": row["external_id"],
        "question": row["question"],
        "object": row["object"],
        "field": row["field"],
        "x": row["x"],
        "y": row["y"],
        "text": row["text"],
        "created_at": row["created_at"],
    }
