"""Methods of webhooks and their deliveries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assay.api.grpc.call import Call
from assay.api.grpc.service import Service
from assay.api.idempotency import UseCase
from assay.api.secret import hide_secret, reveal_secret
from assay.domain.labeler import Role
from assay.domain.page import FIRST
from assay.domain.webhook import DeliveryState, NewReplay, NewSecret, NewWebhook, WebhookChanges
from assay.service import webhook as use_case
from assay.service.access import require
from assay.store import webhook as webhook_store
from assay.wire.v1 import webhook_pb2

SERVICE = Service(webhook_pb2.DESCRIPTOR.services_by_name["WebhookService"])


@SERVICE.answers
async def create_webhook(call: Call) -> Any:
    new = call.body(NewWebhook)
    return await _write_secret(call, lambda tx: use_case.create_webhook(call.engine, tx, call.principal, new))


@SERVICE.answers
async def list_webhooks(call: Call) -> Any:
    page = call.page()
    require(call.principal, Role.MANAGER)
    found = await call.read(
        lambda tx: webhook_store.page(tx, call.principal.organization, UUID(page.after(FIRST)), page.fetch)
    )
    return page.answer(found, lambda one: str(one.id))


@SERVICE.answers
async def get_webhook(call: Call) -> Any:
    webhook = call.id("webhook")
    return await call.read(lambda tx: use_case.webhook_of(tx, call.principal, webhook))


@SERVICE.answers
async def change_webhook(call: Call) -> Any:
    webhook, changes = call.id("webhook"), call.body(WebhookChanges)
    return await call.write(
        lambda tx: use_case.change_webhook(call.engine, tx, call.principal, webhook, changes)
    )


@SERVICE.answers
async def delete_webhook(call: Call) -> Any:
    webhook = call.id("webhook")
    return await call.write(lambda tx: use_case.delete_webhook(tx, call.principal, webhook))


@SERVICE.answers
async def rotate_secret(call: Call) -> Any:
    webhook, new = call.id("webhook"), call.body(NewSecret)
    return await _write_secret(
        call, lambda tx: use_case.rotate_secret(call.engine, tx, call.principal, webhook, new)
    )


@SERVICE.answers
async def list_deliveries(call: Call) -> Any:
    webhook, page, state = call.id("webhook"), call.page(), call.value("state")
    wanted = None if state is None else DeliveryState(state)
    found = await call.read(
        lambda tx: use_case.delivery_page(
            tx, call.principal, webhook, int(page.after("0")), wanted, page.fetch
        )
    )
    return page.answer(found, lambda one: one.id.removeprefix("evt_"))


@SERVICE.answers
async def replay(call: Call) -> Any:
    webhook, new = call.id("webhook"), call.body(NewReplay)
    return await call.write(lambda tx: use_case.replay(tx, call.principal, webhook, new))


async def _write_secret(call: Call, make: UseCase) -> Any:
    return await call.write(make, hide=hide_secret, reveal=lambda stored: reveal_secret(call.engine, stored))
