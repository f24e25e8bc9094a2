"""Routes of projects and their ontologies."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from assay.api.rest.call import Caller
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.schema import body, reads
from assay.domain.page import FIRST, Page
from assay.domain.project import (
    MAX_VERSION,
    NewProject,
    OntologyChange,
    OntologyVersion,
    Project,
    ProjectChanges,
)
from assay.errors import Invalid
from assay.service import access
from assay.service import project as use_case

router = APIRouter(tags=["projects"])
EXAMPLE = {
    "name": "News topics",
    "ontology": {
        "fields": {"note": "text"},
        "questions": [
            {
                "name": "topic",
                "kind": "choice",
                "field": "note",
                "classes": ["sports", "news"],
                "required": True,
            }
        ],
    },
    "quality": {"target_accuracy": 0.95, "min_labels": 2, "max_labels": 5},
}


@router.post(
    "/v1/projects", status_code=201, response_model=Project, openapi_extra=reads(NewProject, EXAMPLE)
)
async def create_project(call: Caller, new: Annotated[NewProject, Depends(body(NewProject))]) -> Response:
    """Make a project with its default data set."""
    return await call.write(
        lambda tx: use_case.create_project(call.engine, tx, call.principal, new), status=201
    )


@router.get("/v1/projects", response_model=Page[Project])
async def list_projects(call: Caller, page: Paged) -> Response:
    """The projects you may see, oldest first."""
    allow_filters(call.request, frozenset())

    async def read(tx: Any) -> dict[str, Any]:
        found = await use_case.project_page(tx, call.principal, read_uuid(page.after(FIRST)), page.fetch)
        return page.answer(found, lambda one: str(one.id))

    return await call.read(read)


@router.get("/v1/projects/{project}", response_model=Project)
async def get_project(call: Caller, project: UUID) -> Response:
    """One project with its current ontology."""
    return await call.read(lambda tx: access.project_of(tx, call.principal, project))


@router.patch(
    "/v1/projects/{project}", response_model=Project, openapi_extra=reads(ProjectChanges, {"name": "News"})
)
async def change_project(
    call: Caller, project: UUID, changes: Annotated[ProjectChanges, Depends(body(ProjectChanges))]
) -> Response:
    """Change what is mentioned and leave the rest."""
    return await call.write(lambda tx: use_case.change_project(tx, call.principal, project, changes))


@router.delete("/v1/projects/{project}", status_code=204)
async def delete_project(call: Caller, project: UUID) -> Response:
    """Hide a project; its work is kept for thirty days."""
    return await call.write(lambda tx: use_case.delete_project(tx, call.principal, project))


@router.get("/v1/projects/{project}/ontology", response_model=OntologyVersion)
async def get_ontology(
    call: Caller,
    project: UUID,
    version: Annotated[str | None, Query(description="1 and up; without it, the current one")] = None,
) -> Response:
    """One version of the ontology: a lease names the version that its label is checked against."""
    _only(call, "version")
    number = None if version is None else _read_version(version)
    return await call.read(lambda tx: use_case.get_ontology(tx, call.principal, project, number))


@router.put(
    "/v1/projects/{project}/ontology",
    response_model=OntologyChange,
    openapi_extra=reads(dict[str, Any], EXAMPLE["ontology"]),
)
async def change_ontology(
    call: Caller,
    project: UUID,
    document: Annotated[dict[str, Any], Depends(body(dict[str, Any]))],
    dry_run: Annotated[bool, Query(description="true: only say what it would mean")] = False,
) -> Response:
    """Give the project a new ontology version, and see what it means for the labels there are."""
    _only(call, "dry_run")
    if dry_run:
        return await call.read(
            lambda tx: use_case.preview_ontology(call.engine, tx, call.principal, project, document)
        )
    return await call.write(
        lambda tx: use_case.change_ontology(call.engine, tx, call.principal, project, document)
    )


def _only(call: Caller, known: str) -> None:
    """Refuse a parameter that would be passed over: a dry run misspelt is no dry run."""
    for name in call.request.query_params:
        if name != known:
            raise Invalid(
                "filter.field_refused", f"{name[:80]!r} is no parameter of this", pointer=f"/{name[:80]}"
            )


def _read_version(version: str) -> int:
    if not version.isascii() or not version.isdigit() or not 1 <= int(version[:10]) <= MAX_VERSION:
        raise Invalid(
            "field.invalid", f"a version is 1 to {MAX_VERSION}", pointer="/version", limit=MAX_VERSION
        )
    return int(version)


def read_uuid(position: str) -> UUID:
    """A cursor's position in a list ordered by id."""
    return UUID(position)
