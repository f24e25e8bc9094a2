"""Methods of projects and their ontologies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assay.api.grpc.call import Call
from assay.api.grpc.message import document, value_of
from assay.api.grpc.service import Service
from assay.domain.page import FIRST
from assay.domain.project import MAX_VERSION, NewProject, ProjectChanges
from assay.errors import Invalid
from assay.service import access
from assay.service import project as use_case
from assay.wire.v1 import project_pb2

SERVICE = Service(project_pb2.DESCRIPTOR.services_by_name["ProjectService"])


@SERVICE.answers
async def create_project(call: Call) -> Any:
    new = call.body(NewProject)
    return await call.write(lambda tx: use_case.create_project(call.engine, tx, call.principal, new))


@SERVICE.answers
async def list_projects(call: Call) -> Any:
    page = call.page()
    found = await call.read(
        lambda tx: use_case.project_page(tx, call.principal, UUID(page.after(FIRST)), page.fetch)
    )
    return page.answer(found, lambda one: str(one.id))


@SERVICE.answers
async def get_project(call: Call) -> Any:
    project = call.id("project")
    return await call.read(lambda tx: access.project_of(tx, call.principal, project))


@SERVICE.answers
async def change_project(call: Call) -> Any:
    project, changes = call.id("project"), call.body(ProjectChanges)
    return await call.write(lambda tx: use_case.change_project(tx, call.principal, project, changes))


@SERVICE.answers
async def delete_project(call: Call) -> Any:
    project = call.id("project")
    return await call.write(lambda tx: use_case.delete_project(tx, call.principal, project))


@SERVICE.answers
async def get_ontology(call: Call) -> Any:
    project, version = call.id("project"), call.value("version")
    if version is not None and not 1 <= version <= MAX_VERSION:
        raise Invalid(
            "field.invalid", f"a version is 1 to {MAX_VERSION}", pointer="/version", limit=MAX_VERSION
        )
    return await call.read(lambda tx: use_case.get_ontology(tx, call.principal, project, version))


@SERVICE.answers
async def change_ontology(call: Call) -> Any:
    project = call.id("project")
    if value_of(call.message, "ontology") is None:
        raise Invalid("field.missing", "ontology is missing", pointer="/ontology")
    ontology = document(call.message.ontology, "/ontology")  # type: ignore[attr-defined]  # of this method's request
    if not isinstance(ontology, dict):
        raise Invalid("field.invalid", "an ontology must be an object", pointer="/ontology")
    if call.value("dry_run"):
        return await call.read(
            lambda tx: use_case.preview_ontology(call.engine, tx, call.principal, project, ontology)
        )
    return await call.write(
        lambda tx: use_case.change_ontology(call.engine, tx, call.principal, project, ontology)
    )
