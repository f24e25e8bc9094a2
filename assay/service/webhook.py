"""Webhooks: who is told of events at an address of their own, what was told, and what is told again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from uuid import UUID

from assay.domain.labeler import Principal, Role
from assay.domain.project import Unset
from assay.domain.webhook import (
    MAX_OVERLAP_SECONDS,
    MAX_REPLAYED,
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
from assay.errors import Conflict, Invalid
from assay.service.access import not_found, require
from assay.service.engine import Engine
from assay.service.event import read_kinds
from assay.store import delivery as delivery_store
from assay.store import project as project_store
from assay.store import record
from assay.store import webhook as webhook_store
from assay.store.database import Connection


async def create_webhook(
    engine: Engine, tx: Connection, principal: Principal, new: NewWebhook
) -> WebhookWithSecret:
    """Make a webhook, told of what happens from now on. For managers and above.

    Raises ``Invalid`` (``url.*``) for an address that may not be asked; a name is resolved and checked at
    each delivery.
    """
    require(principal, Role.MANAGER)
    engine.egress.policy.check_url(new.url, "/url")
    _check_kinds(new.kinds)
    if new.project is not None and await project_store.find(tx, principal, new.project) is None:
        raise Invalid("ref.not_found", f"there is no project {new.project}", pointer="/project")
    made = await webhook_store.insert(tx, principal.organization, engine.ids.new(), new)
    await record.audit(tx, principal, "webhook.create", made.id, origin=_origin(engine, made.url))
    return with_secret(engine, made)


async def webhook_of(tx: Connection, principal: Principal, webhook: UUID) -> Webhook:
    """One webhook. For managers and above."""
    require(principal, Role.MANAGER)
    found = await webhook_store.find(tx, principal.organization, webhook)
    if found is None:
        raise not_found("webhook", webhook)
    return found


async def change_webhook(
    engine: Engine, tx: Connection, principal: Principal, webhook: UUID, changes: WebhookChanges
) -> Webhook:
    """Change a webhook. What a disabled one was still to be told is dead; made active it goes on from now."""
    changed = await webhook_of(tx, principal, webhook)
    if not isinstance(changes.url, Unset):
        engine.egress.policy.check_url(changes.url, "/url")
        changed = replace(changed, url=changes.url)
    if not isinstance(changes.kinds, Unset):
        _check_kinds(changes.kinds)
        changed = replace(changed, kinds=changes.kinds)
    if not isinstance(changes.state, Unset):
        changed = replace(changed, state=changes.state)
    changed = await webhook_store.update(tx, principal.organization, changed)
    if changed.state == "disabled":
        await delivery_store.bury(tx, principal.organization, webhook)
    origin = _origin(engine, changed.url)
    await record.audit(tx, principal, "webhook.change", webhook, origin=origin, state=changed.state)
    return changed


async def rotate_secret(
    engine: Engine, tx: Connection, principal: Principal, webhook: UUID, new: NewSecret
) -> WebhookWithSecret:
    """Go on to the next secret. Until the overlap ends, deliveries bear the signatures of both."""
    require(principal, Role.MANAGER)
    if not 0 <= new.overlap_seconds <= MAX_OVERLAP_SECONDS:
        raise Invalid(
            "field.invalid",
            f"must be 0 to {MAX_OVERLAP_SECONDS}",
            pointer="/overlap_seconds",
            limit=MAX_OVERLAP_SECONDS,
        )
    rotated = await webhook_store.rotate(tx, principal.organization, webhook, new.overlap_seconds)
    if rotated is None:
        raise not_found("webhook", webhook)
    await record.audit(tx, principal, "webhook.rotate", webhook, version=rotated.secret_version)
    return with_secret(engine, rotated)


async def delete_webhook(tx: Connection, principal: Principal, webhook: UUID) -> None:
    """Forget a webhook and its deliveries."""
    require(principal, Role.MANAGER)
    if not await webhook_store.delete(tx, principal.organization, webhook):
        raise not_found("webhook", webhook)
    await record.audit(tx, principal, "webhook.delete", webhook)


async def delivery_page(
    tx: Connection, principal: Principal, webhook: UUID, after: int, state: DeliveryState | None, limit: int
) -> list[Delivery]:
    """Up to ``limit`` deliveries of a webhook after a number; the dead ones are its dead letters."""
    await webhook_of(tx, principal, webhook)
    return await delivery_store.page(tx, principal.organization, webhook, after, state, limit)


async def replay(tx: Connection, principal: Principal, webhook: UUID, new: NewReplay) -> Replay:
    """Try dead deliveries anew, under the ids they had. What is pending or delivered is left alone."""
    if (await webhook_of(tx, principal, webhook)).state == "disabled":
        raise Conflict("webhook.disabled", "a disabled webhook is told nothing")
    numbers = None if new.deliveries is None else _read_ids(new.deliveries)
    if numbers is not None:
        there = await delivery_store.there(tx, principal.organization, webhook, numbers)
        for index, number in enumerate(numbers):
            if number not in there:
                pointer = f"/deliveries/{index}"
                raise Invalid("ref.not_found", f"there is no delivery evt_{number}", pointer=pointer)
    replayed = await delivery_store.replay(tx, principal.organization, webhook, numbers)
    await record.audit(tx, principal, "webhook.replay", webhook, deliveries=replayed)
    return Replay(webhook=webhook, replayed=replayed)


def with_secret(engine: Engine, webhook: Webhook) -> WebhookWithSecret:
    """The webhook with its newest secret."""
    shown = {each.name: getattr(webhook, each.name) for each in fields(Webhook)}
    return WebhookWithSecret(
        **shown, secret=engine.secrets.webhook_secret(webhook.id, webhook.secret_version)
    )


def _check_kinds(kinds: Sequence[str] | None) -> None:
    if kinds is not None and read_kinds(kinds, "/kinds") is None:
        raise Invalid("field.invalid", "name a kind, or leave kinds out for all", pointer="/kinds")


def _read_ids(ids: Sequence[str]) -> list[int]:
    """The numbers of ``evt_<number>``."""
    if len(ids) > MAX_REPLAYED:
        raise Invalid(
            "limit.exceeded", f"at most {MAX_REPLAYED} at once", pointer="/deliveries", limit=MAX_REPLAYED
        )
    numbers = []
    for index, each in enumerate(ids):
        prefix, _, digits = each.partition("_")
        if prefix != "evt" or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
            raise Invalid("field.invalid", "a delivery's id is evt_<number>", pointer=f"/deliveries/{index}")
        numbers.append(int(digits))
    return numbers


def _origin(engine: Engine, url: str) -> str:
    """All of an address that may stand in a record: its path and query may hold a secret."""
    return engine.egress.policy.check_url(url, "/url").origin
