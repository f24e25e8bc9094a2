"""Webhooks by gRPC: the same webhooks that REST has, and lists that may be left out, empty or null."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from assay.domain.labeler import Role
from assay.wire.v1 import webhook_pb2 as wh
from tests.integration.api.conftest import Caller
from tests.integration.api.grpc.conftest import Wire, plain

URL = "https://hooks.example.org/assay"
KINDS = wh.EventKinds(values=["task.resolved"])


def without_null(told: Message) -> dict[str, Any]:
    return {key: value for key, value in plain(told).items() if value is not None}


async def shown(rest: Caller, webhook: str) -> dict[str, Any]:
    told = (await rest.get(f"/v1/webhooks/{webhook}")).json()
    return {key: value for key, value in told.items() if value is not None}


async def test_a_webhooks_life_by_grpc_reads_the_same_by_rest(wire: Wire, rest: Caller) -> None:
    made = await wire("WebhookService/CreateWebhook", wh.CreateWebhookRequest(url=URL, kinds=KINDS), key="w")
    assert made.secret.startswith("whsec_")
    again = await wire("WebhookService/CreateWebhook", wh.CreateWebhookRequest(url=URL, kinds=KINDS), key="w")
    assert again == made, "a repeat has the secret too"
    one = await wire("WebhookService/GetWebhook", wh.GetWebhookRequest(webhook=made.id))
    assert without_null(one) == await shown(rest, made.id)
    listed = await wire("WebhookService/ListWebhooks", wh.ListWebhooksRequest())
    assert list(listed.items) == [one]

    changed = await wire(
        "WebhookService/ChangeWebhook",
        wh.ChangeWebhookRequest(webhook=made.id, kinds=wh.EventKinds(every=True)),
    )
    assert not changed.HasField("kinds")
    assert (await shown(rest, made.id)).get("kinds") is None
    disabled = await wire(
        "WebhookService/ChangeWebhook",
        wh.ChangeWebhookRequest(webhook=made.id, state=wh.WEBHOOK_STATE_DISABLED),
    )
    assert (disabled.state, disabled.url) == (wh.WEBHOOK_STATE_DISABLED, URL)
    rotated = await wire(
        "WebhookService/RotateSecret", wh.RotateSecretRequest(webhook=made.id, overlap_seconds=0)
    )
    assert rotated.secret_version == 2
    assert rotated.secret != made.secret
    dead = await wire(
        "WebhookService/ListDeliveries",
        wh.ListDeliveriesRequest(webhook=made.id, state=wh.DELIVERY_STATE_DEAD),
    )
    assert list(dead.items) == []
    refused = await wire.refused("WebhookService/Replay", wh.ReplayRequest(webhook=made.id))
    assert refused.code == "webhook.disabled"
    await wire("WebhookService/DeleteWebhook", wh.DeleteWebhookRequest(webhook=made.id))
    refused = await wire.refused("WebhookService/GetWebhook", wh.GetWebhookRequest(webhook=made.id))
    assert (refused.status, refused.code) == (grpc.StatusCode.NOT_FOUND, "not_found")


async def test_dead_letters_are_named_or_all_are_meant(wire: Wire) -> None:
    made = await wire("WebhookService/CreateWebhook", wh.CreateWebhookRequest(url=URL))
    for deliveries in (wh.DeliveryIds(), wh.DeliveryIds(every=True), None):
        told = await wire("WebhookService/Replay", wh.ReplayRequest(webhook=made.id, deliveries=deliveries))
        assert told.replayed == 0
    refused = await wire.refused(
        "WebhookService/Replay",
        wh.ReplayRequest(webhook=made.id, deliveries=wh.DeliveryIds(values=["evt_1"])),
    )
    assert (refused.code, refused.pointer) == ("ref.not_found", "/deliveries/0")


BAD = [
    (wh.CreateWebhookRequest(), "field.missing", "/url"),
    (wh.CreateWebhookRequest(url="http://10.0.0.1/"), "url.address_refused", "/url"),
    (wh.CreateWebhookRequest(url=URL, kinds=wh.EventKinds()), "field.invalid", "/kinds"),
    (wh.CreateWebhookRequest(url=URL, kinds=wh.EventKinds(values=["x"])), "field.invalid", "/kinds"),
    (
        wh.CreateWebhookRequest(url=URL, kinds=wh.EventKinds(values=["task.resolved"], every=True)),
        "field.invalid",
        "/kinds",
    ),
]


@pytest.mark.parametrize(("request_", "code", "pointer"), BAD)
async def test_a_wrong_webhook_is_refused(wire: Wire, request_: Any, code: str, pointer: str) -> None:
    refused = await wire.refused("WebhookService/CreateWebhook", request_)
    assert (refused.code, refused.pointer) == (code, pointer)


async def test_labelers_have_no_webhooks(wire: Wire, rest: Caller) -> None:
    ann = await rest.labeler("ann", role=Role.LABELER)
    refused = await wire.by(ann).refused("WebhookService/ListWebhooks", wh.ListWebhooksRequest())
    assert refused.code == "role.forbidden"


async def test_a_field_said_twice_is_refused(wire: Wire) -> None:
    """The last would win unseen: `values` and `every` of a list, or two projects."""
    once = wh.GetWebhookRequest(webhook="a").SerializeToString()
    refused = await wire.refused("WebhookService/GetWebhook", once + once)
    assert refused.code == "message.malformed"
