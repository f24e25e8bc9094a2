"""What is derived from the installation's secret: signatures of cursors, and the secrets of API keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from assay.errors import Malformed

MIN_SECRET_BYTES = 32
WEBHOOK_SECRET_PREFIX = "whsec_"


class Secrets:
    """Keyed hashes, one key for each purpose, all derived from one master secret."""

    def __init__(self, master: bytes) -> None:
        """``master`` holds at least 32 random bytes."""
        if len(master) < MIN_SECRET_BYTES:
            raise ValueError(f"the secret must hold at least {MIN_SECRET_BYTES} bytes")
        self._master = master

    def mac(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA-256 of a message under the key of a purpose."""
        key = hmac.digest(self._master, purpose.encode(), "sha256")
        return hmac.digest(key, message, "sha256")

    def api_key(self, key: UUID) -> str:
        """The API key with this id. It is derived, so that a repeated request can be given it again."""
        return f"assay_{key.hex}_{self.mac('api-key', key.bytes).hex()}"

    def link_token(self, invitation: UUID) -> str:
        """The token of an invitation; derived for the same reason."""
        return base64.urlsafe_b64encode(self.mac("invitation", invitation.bytes)).decode().rstrip("=")

    def webhook_secret(self, webhook: UUID, version: int) -> str:
        """A webhook's secret of this version, as receivers are given it; derived for the same reason."""
        key = self.mac("webhook", webhook.bytes + version.to_bytes(8))
        return WEBHOOK_SECRET_PREFIX + base64.b64encode(key).decode()

    def sign_cursor(self, scope: str, position: str) -> str:
        """An opaque page position that only the list it came from accepts."""
        tag = self.mac("cursor", f"{scope}\0{position}".encode())[:12]
        return base64.urlsafe_b64encode(tag + position.encode()).decode().rstrip("=")

    def read_cursor(self, scope: str, cursor: str) -> str:
        """The position of a cursor. Raises ``Malformed`` (``cursor.invalid``) unless we signed it for this
        list."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            tag, position = raw[:12], raw[12:].decode()
        except ValueError as error:
            raise _invalid_cursor() from error
        if not hmac.compare_digest(tag, self.mac("cursor", f"{scope}\0{position}".encode())[:12]):
            raise _invalid_cursor()
        return position


def split_api_key(token: str) -> tuple[UUID, bytes] | None:
    """A key's id and the SHA-256 of its secret, or ``None`` for anything that is not a key of ours."""
    prefix, _, rest = token.partition("_")
    key_hex, _, secret = rest.partition("_")
    if prefix != "assay" or len(key_hex) != 32 or not secret:
        return None
    try:
        return UUID(hex=key_hex), secret_sha256(secret)
    except ValueError:
        return None


def webhook_key(secret: str) -> bytes:
    """The bytes that sign, of a secret as receivers are given it."""
    return base64.b64decode(secret.removeprefix(WEBHOOK_SECRET_PREFIX), validate=True)


def secret_sha256(secret: str) -> bytes:
    """What is stored of a secret with enough entropy of its own."""
    return hashlib.sha256(secret.encode()).digest()


def _invalid_cursor() -> Malformed:
    return Malformed("cursor.invalid", "the cursor was not made by this list", pointer="/cursor")
