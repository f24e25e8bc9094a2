"""Projects: make, read, change, delete, and give them a new ontology."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from assay.domain.labeler import Principal, Role
from assay.domain.project import (
    NewProject,
    OntologyChange,
    OntologyVersion,
    Project,
    ProjectChanges,
    Unset,
    check_lease_seconds,
    check_name,
)
from assay.errors import Conflict
from assay.labels.schema import Schema, read_schema
from assay.service.access import not_found, project_of, require
from assay.service.engine import Engine
from assay.service.ontology_plan import migration_plan
from assay.store import project as project_store
from assay.store import record
from assay.store.database import Connection


async def create_project(engine: Engine, tx: Connection, principal: Principal, new: NewProject) -> Project:
    """Make a project with its default data set. Raises ``Invalid`` at what is wrong with it."""
    require(principal, Role.MANAGER)
    check_name(new.name, "/name")
    check_lease_seconds(new.lease_seconds, "/lease_seconds")
    quality = new.quality.checked("/quality")
    schema = read_schema(new.ontology, "/ontology")
    project, dataset = engine.ids.many(2)
    await project_store.insert(
        tx,
        principal.organization,
        project,
        dataset,
        name=new.name,
        access=new.access,
        quality=quality,
        lease_seconds=new.lease_seconds,
        blind_review=new.blind_review,
        ontology=schema.ontology.to_json(),
        created_by=principal.labeler,
    )
    await record.audit(tx, principal, "project.create", project, name=new.name)
    return await project_of(tx, principal, project)


async def project_page(tx: Connection, principal: Principal, after: UUID, limit: int) -> list[Project]:
    """Up to ``limit`` projects this principal may see, after an id."""
    return list(await project_store.page(tx, principal, after, limit))


async def change_project(
    tx: Connection, principal: Principal, project: UUID, changes: ProjectChanges
) -> Project:
    """Change what is mentioned and leave the rest."""
    require(principal, Role.MANAGER)
    now = await project_of(tx, principal, project)
    if not isinstance(changes.name, Unset):
        now = replace(now, name=check_name(changes.name, "/name"))
    if not isinstance(changes.access, Unset):
        now = replace(now, access=changes.access)
    if not isinstance(changes.quality, Unset):
        now = replace(now, quality=changes.quality.checked("/quality"))
    if not isinstance(changes.lease_seconds, Unset):
        now = replace(now, lease_seconds=check_lease_seconds(changes.lease_seconds, "/lease_seconds"))
    if not isinstance(changes.blind_review, Unset):
        now = replace(now, blind_review=changes.blind_review)
    await project_store.update(
        tx,
        principal.organization,
        project,
        name=now.name,
        access=now.access,
        quality=now.quality,
        lease_seconds=now.lease_seconds,
        blind_review=now.blind_review,
    )
    await record.audit(tx, principal, "project.change", project, name=now.name)
    return now


async def delete_project(tx: Connection, principal: Principal, project: UUID) -> None:
    """Hide a project; its work stays for thirty days."""
    require(principal, Role.ADMIN)
    if not await project_store.delete(tx, principal.organization, project):
        raise not_found("project", project)
    await record.audit(tx, principal, "project.delete", project)


async def get_ontology(
    tx: Connection, principal: Principal, project: UUID, version: int | None
) -> OntologyVersion:
    """The ontology that a lease was given with, or the current one. Raises ``NotFound``."""
    now = await project_of(tx, principal, project)
    if version is None or version == now.ontology_version:
        return OntologyVersion(project=project, ontology_version=now.ontology_version, ontology=now.ontology)
    document = await project_store.ontology(tx, principal.organization, project, version)
    if document is None:
        raise not_found("ontology version", version)
    return OntologyVersion(project=project, ontology_version=version, ontology=document)


async def change_ontology(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, document: Any
) -> OntologyChange:
    """Give a project a new ontology version and say what it means for the labels there are.

    A name keeps its kind for ever. Labels stay under the version they were given for; where the new one no
    longer accepts an answer, the resolution leaves it out, and the plan counts it.
    """
    require(principal, Role.MANAGER)
    version = await project_store.lock(tx, principal.organization, project)
    if version is None:
        raise not_found("project", project)
    change = await _planned(engine, tx, principal, project, version, document)
    await project_store.insert_ontology(
        tx, principal.organization, project, version + 1, change.ontology, change.migration, principal.labeler
    )
    await project_store.set_ontology_version(tx, principal.organization, project, version + 1)
    await record.audit(tx, principal, "ontology.change", project, version=version + 1)
    return change


async def preview_ontology(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, document: Any
) -> OntologyChange:
    """What ``change_ontology`` would answer now. Writes nothing and holds nobody up."""
    require(principal, Role.MANAGER)
    now = await project_of(tx, principal, project)
    return await _planned(engine, tx, principal, project, now.ontology_version, document)


async def _planned(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, version: int, document: Any
) -> OntologyChange:
    new = read_schema(document, "")
    old = await engine.schema(tx, principal.organization, project, version)
    _refuse_reuse(old, new)
    return OntologyChange(
        project=project,
        ontology_version=version + 1,
        ontology=new.ontology.to_json(),
        migration=await migration_plan(tx, principal.organization, project, old, new),
    )


def _refuse_reuse(old: Schema, new: Schema) -> None:
    kinds = {question.name: question.kind for question in old.ontology.questions}
    for index, question in enumerate(new.ontology.questions):
        if kinds.get(question.name, question.kind) != question.kind:
            raise Conflict(
                "ontology.changed",
                f"{question.name!r} was of kind {kinds[question.name]}; a name keeps its kind",
                pointer=f"/questions/{index}/kind",
            )
    for name, field_type in old.ontology.fields.items():
        if new.ontology.fields.get(name, field_type) != field_type:
            raise Conflict(
                "ontology.changed", f"the field {name!r} was of type {field_type}", pointer=f"/fields/{name}"
            )
