"""Projects and their ontologies in the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.labeler import Principal
from assay.domain.project import Project, Quality
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("project")


def project_from_row(row: asyncpg.Record) -> Project:
    """A row of ``find`` or ``page`` as a value."""
    return Project(
        id=row["id"],
        project=row["id"],
        name=row["name"],
        access=row["access"],
        quality=Quality(
            target_accuracy=row["target_accuracy"],
            min_labels=row["min_labels"],
            max_labels=row["max_labels"],
            gold_rate=row["gold_rate"],
            second_look_rate=row["second_look_rate"],
        ),
        lease_seconds=row["lease_seconds"],
        blind_review=row["blind_review"],
        ontology_version=row["ontology_version"],
        ontology=orjson.loads(row["ontology"]),
        dataset=row["dataset"],
        created_at=row["created_at"],
    )


async def insert(
    tx: Connection,
    organization: UUID,
    project: UUID,
    dataset: UUID,
    *,
    name: str,
    access: str,
    quality: Quality,
    lease_seconds: int,
    blind_review: bool,
    ontology: Any,
    created_by: UUID,
) -> None:
    """Write a project with its default data set and the first version of its ontology."""
    await tx.execute(_SQL["insert_dataset"], organization, dataset, name)
    await tx.execute(
        _SQL["insert"],
        organization,
        project,
        name,
        access,
        quality.target_accuracy,
        quality.min_labels,
        quality.max_labels,
        quality.gold_rate,
        lease_seconds,
        blind_review,
        dataset,
        created_by,
        quality.second_look_rate,
    )
    await insert_ontology(tx, organization, project, 1, ontology, {}, created_by)


async def insert_ontology(
    tx: Connection,
    organization: UUID,
    project: UUID,
    version: int,
    document: Any,
    migration: Any,
    created_by: UUID,
) -> None:
    """Write one version of an ontology."""
    await tx.execute(
        _SQL["insert_ontology"],
        organization,
        project,
        version,
        orjson.dumps(document).decode(),
        orjson.dumps(migration).decode(),
        created_by,
    )


async def find(tx: Connection, principal: Principal, project: UUID) -> Project | None:
    """A project this principal may see, or ``None``."""
    row = await tx.fetchrow(
        _SQL["find"], principal.organization, project, principal.sees_all_projects, principal.labeler
    )
    return project_from_row(row) if row else None


async def page(tx: Connection, principal: Principal, after: UUID, limit: int) -> list[Project]:
    """Up to ``limit`` projects after an id."""
    rows = await tx.fetch(
        _SQL["page"], principal.organization, after, limit, principal.sees_all_projects, principal.labeler
    )
    return [project_from_row(row) for row in rows]


async def update(
    tx: Connection,
    organization: UUID,
    project: UUID,
    *,
    name: str,
    access: str,
    quality: Quality,
    lease_seconds: int,
    blind_review: bool,
) -> None:
    """Write what may change of a project."""
    await tx.execute(
        _SQL["update"],
        organization,
        project,
        name,
        access,
        quality.target_accuracy,
        quality.min_labels,
        quality.max_labels,
        quality.gold_rate,
        lease_seconds,
        blind_review,
        quality.second_look_rate,
    )


async def lock(tx: Connection, organization: UUID, project: UUID) -> int | None:
    """Hold a project still while it is changed; its ontology version, or ``None`` when there is none."""
    version: int | None = await tx.fetchval(_SQL["lock"], organization, project)
    return version


async def set_ontology_version(tx: Connection, organization: UUID, project: UUID, version: int) -> None:
    """Give new leases this version."""
    await tx.execute(_SQL["set_ontology_version"], organization, project, version)


async def delete(tx: Connection, organization: UUID, project: UUID) -> bool:
    """Hide a project and withdraw what it asks for; whether there was one."""
    found = await tx.fetchval(_SQL["delete"], organization, project)
    await tx.execute(_SQL["withdraw"], organization, project)
    return found is not None


async def ontology(tx: Connection, organization: UUID, project: UUID, version: int) -> Any:
    """The document of one version, or ``None``."""
    document = await tx.fetchval(_SQL["ontology"], organization, project, version)
    return orjson.loads(document) if document is not None else None


async def aims(tx: Connection, organization: UUID, project: UUID) -> asyncpg.Record:
    """``gold_rate``, ``target_accuracy``, ``min_labels``, ``max_labels`` and ``stop_at``."""
    row = await tx.fetchrow(_SQL["aims"], organization, project)
    assert row is not None  # projects are hidden, not deleted
    return row


async def stop_at(
    tx: Connection, organization: UUID, project: UUID, bar: float | None, target: float
) -> None:
    """Set the confidence at which tasks may close; ``None``: at the target. Void when the target changed."""
    await tx.execute(_SQL["stop_at"], organization, project, bar, target)


async def live_leases(tx: Connection, organization: UUID, project: UUID) -> int:
    """How many tasks of a project are held by somebody now."""
    count: int = await tx.fetchval(_SQL["live_leases"], organization, project)
    return count


async def ontology_version(tx: Connection, organization: UUID, project: UUID) -> int:
    """The version that new leases are given."""
    version: int = await tx.fetchval(_SQL["ontology_version"], organization, project)
    return version


async def add_member(tx: Connection, organization: UUID, project: UUID, labeler: UUID) -> None:
    """Let a labeler into a project for members only."""
    await tx.execute(_SQL["add_member"], organization, project, labeler)


async def remove_member(tx: Connection, organization: UUID, project: UUID, labeler: UUID) -> bool:
    """Take a labeler out of a project; whether it was in it."""
    return await tx.fetchval(_SQL["remove_member"], organization, project, labeler) is not None
