"""Methods of background jobs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.domain.job import NewImport
from assay.domain.page import FIRST
from assay.service import file_import
from assay.service import job as use_case
from assay.wire.v1 import job_pb2

SERVICE = Service(job_pb2.DESCRIPTOR.services_by_name["JobService"])


@SERVICE.answers
async def import_file(call: Call) -> Any:
    project, new = call.id("project"), call.body(NewImport)
    await file_import.check_import(call.engine, call.principal, project, new)
    return await call.write(
        lambda tx: file_import.begin_import(call.engine, tx, call.principal, project, new)
    )


@SERVICE.answers
async def get_job(call: Call) -> Any:
    job = call.id("job")
    return await call.read(lambda tx: use_case.job_view(tx, call.principal, job))


@SERVICE.answers
async def list_jobs(call: Call) -> Any:
    project, page = call.id("project"), call.page()
    found = await call.read(
        lambda tx: use_case.job_page(tx, call.principal, project, UUID(page.after(FIRST)), page.fetch)
    )
    return page.answer(found, lambda one: str(one.id))
