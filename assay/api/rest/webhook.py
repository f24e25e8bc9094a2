"""Routes of webhooks and their deliveries."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assay.api.idempotency import UseCase
from assay.api.rest.call import Call, Caller
from assay.api.rest.paging import Paged, allow_filters
from assay.api.rest.project import read_uuid
from assay.api.rest.schema import body, reads
from assay.api.secret import hide_secret, reveal_secret
from assay.domain.labeler import Role
from assay.domain.page import FIRST, Page
from assay.domain.webhook import (
    Delivery,
    DeliveryState,
    NewReplay,
    NewSecret,
    NewWebhook,
    Replay,
    Webhook,
    WebhookChanges,
    WebhookWithSecret,
)
from assay.service import webhook as use_case
from assay.service.access import require
from assay.store import webhook as webhook_store

router = APIRouter(tags=["webhooks"])
EXAMPLE = {"url": "https://hooks.example.org/assay", "kinds": ["task.resolved"]}


@router.post(
    "/v1/webhooks",
    status_code=201,
    response_model=WebhookWithSecret,
    openapi_extra=reads(NewWebhook, EXAMPLE),
)
async def create_webhook(call: Caller, new: Annotated[NewWebhook, Depends(body(NewWebhook))]) -> Response:
    """Have an address told of what happens from now on. The answer holds its secret, this once.

    For managers and above.
    """
    return await _write_secret(
        call, lambda tx: use_case.create_webhook(call.engine, tx, call.principal, new), status=201
    )


@router.get("/v1/webhooks", response_model=Page[Webhook])
async def list_webhooks(call: Caller, page: Paged) -> Response:
    """The webhooks of your organisation. For managers and above."""
    allow_filters(call.request, frozenset())
    require(call.principal, Role.MANAGER)

    async def read(tx: Any) -> dict[str, Any]:
        after = read_uuid(page.after(FIRST))
        found = await webhook_store.page(tx, call.principal.organization, after, page.fetch)
        return page.answer(found, lambda one: str(one.id))

    return await call.read(read)


@router.get("/v1/webhooks/{webhook}", response_model=Webhook)
async def get_webhook(call: Caller, webhook: UUID) -> Response:
    """One webhook. For managers and above."""
    return await call.read(lambda tx: use_case.webhook_of(tx, call.principal, webhook))


@router.patch(
    "/v1/webhooks/{webhook}", response_model=Webhook, openapi_extra=reads(WebhookChanges, {"state": "active"})
)
async def change_webhook(
    call: Caller, webhook: UUID, changes: Annotated[WebhookChanges, Depends(body(WebhookChanges))]
) -> Response:
    """Change a webhook's address or kinds, disable it, or let it go on from now. For managers and above."""
    return await call.write(
        lambda tx: use_case.change_webhook(call.engine, tx, call.principal, webhook, changes)
    )


@router.delete("/v1/webhooks/{webhook}", status_code=204)
async def delete_webhook(call: Caller, webhook: UUID) -> Response:
    """Forget a webhook and its deliveries. For managers and above."""
    await call.write(lambda tx: use_case.delete_webhook(tx, call.principal, webhook))
    return Response(status_code=204)


@router.post(
    "/v1/webhooks/{webhook}/secret",
    response_model=WebhookWithSecret,
    openapi_extra=reads(NewSecret, {"overlap_seconds": 86400}),
)
async def rotate_secret(
    call: Caller, webhook: UUID, new: Annotated[NewSecret, Depends(body(NewSecret))]
) -> Response:
    """Go on to the next secret, shown this once; both sign until the overlap ends. For managers and above."""
    return await _write_secret(
        call, lambda tx: use_case.rotate_secret(call.engine, tx, call.principal, webhook, new), status=200
    )


@router.get("/v1/webhooks/{webhook}/deliveries", response_model=Page[Delivery])
async def list_deliveries(
    call: Caller, page: Paged, webhook: UUID, state: DeliveryState | None = None
) -> Response:
    """What was told and what could not be, oldest first; `?state=dead` are the dead letters. For managers."""
    allow_filters(call.request, frozenset({"state"}))

    async def read(tx: Any) -> dict[str, Any]:
        after = int(page.after("0"))
        found = await use_case.delivery_page(tx, call.principal, webhook, after, state, page.fetch)
        return page.answer(found, lambda one: one.id.removeprefix("evt_"))

    return await call.read(read)


@router.post(
    "/v1/webhooks/{webhook}/replays",
    response_model=Replay,
    openapi_extra=reads(NewReplay, {"deliveries": None}),
)
async def replay(
    call: Caller, webhook: UUID, new: Annotated[NewReplay, Depends(body(NewReplay))]
) -> Response:
    """Try dead deliveries anew, those named or all, under the ids they had. For managers and above."""
    return await call.write(lambda tx: use_case.replay(tx, call.principal, webhook, new))


async def _write_secret(call: Call, make: UseCase, *, status: int) -> Response:
    return await call.write(
        make, status=status, hide=hide_secret, reveal=lambda stored: reveal_secret(call.engine, stored)
    )
