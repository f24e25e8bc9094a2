"""The route of formats."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from assay.api.rest.call import Caller, answer
from assay.domain.file_format import FileFormats
from assay.service.file_format import file_formats

router = APIRouter(tags=["formats"])


@router.get("/v1/formats", response_model=FileFormats)
async def list_formats(call: Caller) -> Response:
    """Every import and export format, with the kinds of question it holds and what it loses."""
    return answer(file_formats())
