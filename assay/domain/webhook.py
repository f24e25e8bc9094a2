"""Webhooks: an address that is told of events, and each telling of one (Standard Webhooks)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal
from uuid import UUID

from assay.domain.project import UNSET, Unset

MAX_OVERLAP_SECONDS = 7 * 24 * 3600
MAX_REPLAYED = 1000

WebhookState = Literal["active", "disabled"]


@dataclass(frozen=True, kw_only=True)
class NewWebhook:
    """Asks for a webhook: of one project or all, of some kinds of events or all."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    url: str
    project: UUID | None = None
    kinds: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class WebhookChanges:
    """Changes some of a webhook; a key that is left out stays as it is."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "strict": True,
        "arbitrary_types_allowed": True,
    }

    url: str | Unset = UNSET
    kinds: list[str] | Unset | None = UNSET
    state: WebhookState | Unset = UNSET


@dataclass(frozen=True, kw_only=True)
class NewSecret:
    """Asks for the next secret. The one before signs too for ``overlap_seconds``, 0 to 7 days."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    overlap_seconds: int = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """An address that is told of events. ``reason`` says why it is disabled."""

    id: UUID
    webhook: UUID
    url: str
    project: UUID | None
    kinds: list[str] | None
    state: WebhookState
    reason: str | None
    secret_version: int
    previous_until: datetime | None
    """Until when the secret before this one signs too."""
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class WebhookWithSecret(Webhook):
    """A webhook with its newest secret, which is shown this once."""

    secret: str


class DeliveryState(StrEnum):
    """pending → delivered | dead; a replay makes a dead one pending again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One event for one webhook. ``status`` and ``error`` are of the last attempt."""

    id: str
    """``evt_`` and the event's number: the ``webhook-id`` of every attempt."""
    webhook: UUID
    kind: str
    project: UUID | None
    subject: UUID
    at: datetime
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    """When it is tried next, while it is pending."""
    status: int | None
    error: str | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class NewReplay:
    """Asks to try dead deliveries anew: those named, at most 1,000, or all."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    deliveries: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Replay:
    """How many deliveries are tried anew."""

    webhook: UUID
    replayed: int
