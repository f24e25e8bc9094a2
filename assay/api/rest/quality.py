"""The route of a project's quality."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from assay.api.rest.call import Caller, answer
from assay.domain.quality import ProjectQuality
from assay.service.quality import project_quality

router = APIRouter(tags=["quality"])


@router.get("/v1/projects/{project}/quality", response_model=ProjectQuality)
async def get_quality(call: Caller, project: UUID) -> Response:
    """How right the labels are, who gave them, and what is still to come. For reviewers and above."""
    return answer(await project_quality(call.engine, call.principal, project))
