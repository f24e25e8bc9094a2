"""Finds out who asks, believing what it found of a key for a few seconds."""

from __future__ import annotations

import hashlib

from assay.domain.labeler import Principal
from assay.service import identity
from assay.service.engine import Engine, Remembered

PRINCIPAL_SECONDS = 5.0
"""How long a key that was found valid is believed before it is looked up again."""
MAX_BELIEVED = 10_000


class Authenticator:
    """One for each process, shared by its transports."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._believed: Remembered[bytes, tuple[float, Principal]] = Remembered(MAX_BELIEVED)

    async def by_key(self, key: str) -> Principal:
        """Who holds an API key. Raises ``Unauthenticated`` (``auth.invalid``)."""
        fingerprint = hashlib.sha256(key.encode()).digest()
        now = self._engine.monotonic()
        believed = self._believed.get(fingerprint)
        if believed is not None and now - believed[0] < PRINCIPAL_SECONDS:
            return believed[1]
        principal = await identity.who_has_key(self._engine, key)
        self._believed.put(fingerprint, (now, principal))
        return principal

    def forget(self) -> None:
        """Believe nobody: after a key was revoked."""
        self._believed = Remembered(MAX_BELIEVED)
