"""Labelers, their keys and the sessions of people, in the database."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from assay.domain.labeler import Labeler, LabelerKind, Principal, Role
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("labeler")
_KEY = named_queries("api_key")


def labeler_from_row(row: asyncpg.Record) -> Labeler:
    """A row of ``sql/labeler.sql`` as a value."""
    return Labeler(
        id=row["id"],
        labeler=row["id"],
        name=row["name"],
        kind=LabelerKind(row["kind"]),
        role=Role(row["role"]),
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
    )


def principal_from_row(row: asyncpg.Record, *, by_session: bool = False, by_link: bool = False) -> Principal:
    """Who a key or a session belongs to."""
    return Principal(
        organization=row["organization"],
        labeler=row["labeler"],
        name=row["name"],
        kind=LabelerKind(row["kind"]),
        role=Role(row["role"]),
        by_session=by_session,
        by_link=by_link,
    )


async def insert(
    tx: Connection,
    organization: UUID,
    labeler: UUID,
    *,
    name: str,
    kind: LabelerKind,
    role: Role,
) -> Labeler | None:
    """Write a labeler; ``None`` when the name is taken."""
    row = await tx.fetchrow(_SQL["insert"], organization, labeler, name, kind.value, role.value)
    return labeler_from_row(row) if row else None


async def set_person(tx: Connection, organization: UUID, labeler: UUID, person: UUID) -> None:
    """Say which human a labeler is."""
    await tx.execute(_SQL["set_person"], organization, labeler, person)


async def find(tx: Connection, organization: UUID, labeler: UUID) -> Labeler | None:
    """One labeler by id."""
    row = await tx.fetchrow(_SQL["find"], organization, labeler)
    return labeler_from_row(row) if row else None


async def find_by_name(tx: Connection, organization: UUID, name: str) -> Labeler | None:
    """One labeler by name."""
    row = await tx.fetchrow(_SQL["find_by_name"], organization, name)
    return labeler_from_row(row) if row else None


async def page(tx: Connection, organization: UUID, after: UUID, limit: int) -> list[Labeler]:
    """Up to ``limit`` labelers after an id."""
    return [labeler_from_row(row) for row in await tx.fetch(_SQL["page"], organization, after, limit)]


async def disable(tx: Connection, organization: UUID, labeler: UUID) -> Labeler | None:
    """Take a labeler's access away, keys, sessions and links included."""
    row = await tx.fetchrow(_SQL["disable"], organization, labeler)
    await tx.execute(_KEY["revoke_of"], organization, labeler)
    await tx.execute(named_queries("session")["delete_of"], organization, labeler)
    await tx.execute(named_queries("session")["delete_links_of"], organization, labeler)
    return labeler_from_row(row) if row else None


async def restore(tx: Connection, organization: UUID, labeler: UUID) -> None:
    """Give a labeler's access back; keys, sessions and links stay ended."""
    await tx.execute(_SQL["restore"], organization, labeler)


async def update(tx: Connection, organization: UUID, changed: Labeler) -> None:
    """Write a labeler's name and role."""
    await tx.execute(_SQL["update"], organization, changed.id, changed.name, changed.role.value)


async def end_sessions(tx: Connection, organization: UUID, labeler: UUID) -> None:
    """Sign a labeler out everywhere."""
    await tx.execute(named_queries("session")["delete_of"], organization, labeler)


async def insert_key(
    tx: Connection, organization: UUID, key: UUID, labeler: UUID, secret_sha256: bytes
) -> None:
    """Write a key by the hash of its secret."""
    await tx.execute(_KEY["insert"], organization, key, labeler, secret_sha256)


async def find_key(tx: Connection, key: UUID) -> tuple[bytes, Principal] | None:
    """The hash of a key's secret and whose it is (system role)."""
    row = await tx.fetchrow(_KEY["find"], key)
    return (row["secret_sha256"], principal_from_row(row)) if row else None


async def members(
    tx: Connection, organization: UUID, project: UUID, after: UUID, limit: int
) -> list[Labeler]:
    """Up to ``limit`` members of a project after an id."""
    rows = await tx.fetch(named_queries("project")["members"], organization, project, after, limit)
    return [labeler_from_row(row) for row in rows]
