"""Routes of the installation itself."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from assay.api.rest.call import Caller, answer
from assay.domain.durability import Durability
from assay.domain.health import Health
from assay.service.durability import durability
from assay.service.health import health

router = APIRouter(tags=["system"])


@router.get("/v1/system/durability", response_model=Durability)
async def get_durability(call: Caller) -> Response:
    """What an acknowledged label survives here, what that rests on, and what is wrong with it. For admins."""
    return answer(await durability(call.engine, call.principal))


@router.get("/v1/system/health", response_model=Health)
async def get_health(call: Caller) -> Response:
    """How far queues, webhooks, seals and events lie behind, as `/metrics` has it. For admins."""
    return answer(await health(call.engine, call.principal))
