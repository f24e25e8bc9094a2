"""What an answer holds once and no stored copy of it may: API keys, the secrets of
webhooks and the addresses of invitations.

What is stored is the id they are derived from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from assay.domain.labeler import Invitation, LabelerWithKey
from assay.domain.webhook import WebhookWithSecret
from assay.service.engine import Engine
from assay.service.sign_in import invitation_url


def hide_key(made: LabelerWithKey) -> LabelerWithKey:
    """A new labeler with the key's id instead of the key."""
    return replace(made, api_key=made.api_key.split("_")[1])


def reveal_key(engine: Engine, stored: dict[str, Any]) -> dict[str, Any]:
    """The same with its key."""
    return stored | {"api_key": engine.secrets.api_key(UUID(hex=stored["api_key"]))}


def hide_url(made: Invitation) -> Invitation:
    """An invitation without its address."""
    return replace(made, url="")


def reveal_url(engine: Engine, stored: dict[str, Any]) -> dict[str, Any]:
    """The same with its address."""
    return stored | {"url": invitation_url(engine, UUID(stored["id"]))}


def hide_secret(made: WebhookWithSecret) -> WebhookWithSecret:
    """A webhook without its secret, which is derived from its id and the secret's version."""
    return replace(made, secret="")


def reveal_secret(engine: Engine, stored: dict[str, Any]) -> dict[str, Any]:
    """The same with the secret of that version."""
    secret = engine.secrets.webhook_secret(UUID(stored["id"]), stored["secret_version"])
    return stored | {"secret": secret}
