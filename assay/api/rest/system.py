"""Routes of the installation itself."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from assay.api.rest.call import Caller, answer
from assay.domain.durability import Durability
from assay.service.durability import durability

router = APIRouter(tags=["system"])


@router.get("/v1/system/durability", response_model=Durability)
async def get_durability(call: Caller) -> Response:
    """What an acknowledged label survives here, what that rests on, and what is wrong with it. For admins."""
    return answer(await durability(call.engine, call.principal))
