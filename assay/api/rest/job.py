"""Routes of background jobs."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assay.api.rest.call import Caller
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.project import read_uuid
from assay.api.rest.schema import body, reads
from assay.domain.job import Job, NewImport, StartedJob
from assay.domain.page import FIRST, Page
from assay.service import file_import
from assay.service import job as use_case

router = APIRouter(tags=["jobs"])


@router.post(
    "/v1/projects/{project}/imports",
    status_code=202,
    response_model=StartedJob,
    openapi_extra=reads(NewImport, {"asset": "0" * 64, "format": "coco", "on_error": "skip"}),
)
async def import_file(
    call: Caller, project: UUID, new: Annotated[NewImport, Depends(body(NewImport))]
) -> Response:
    """Import a file or an archive in the background. The job's result says what became of each record."""
    await file_import.check_import(call.engine, call.principal, project, new)
    return await call.write(
        lambda tx: file_import.begin_import(call.engine, tx, call.principal, project, new), status=202
    )


@router.get("/v1/jobs/{job}", response_model=Job)
async def get_job(call: Caller, job: UUID) -> Response:
    """How far a job came, and what came of it."""
    return await call.read(lambda tx: use_case.job_view(tx, call.principal, job))


@router.get("/v1/projects/{project}/jobs", response_model=Page[Job])
async def list_jobs(call: Caller, project: UUID, page: Paged) -> Response:
    """Jobs of a project, oldest first. For managers."""
    allow_filters(call.request, frozenset())

    async def read(tx: Any) -> dict[str, Any]:
        found = await use_case.job_page(tx, call.principal, project, read_uuid(page.after(FIRST)), page.fetch)
        return page.answer(found, lambda one: str(one.id))

    return await call.read(read)
