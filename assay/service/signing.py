"""What Assay says to people outside, signed with a key that is derived from the installation's secret.

Ed25519 (RFC 8032) over canonical JSON: who has the public key needs nothing else of us to check it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assay.domain.canonical import canonical_json
from assay.domain.certificate import PublicKey, Signature
from assay.service.secrets import Secrets

ALGORITHM = "Ed25519"
KEY_ID_CHARS = 16


def sign(secrets: Secrets, document: Mapping[str, Any]) -> Signature:
    """The signature of a document, in JSON's terms. Equal documents have equal signatures."""
    private = _private(secrets)
    value = base64.b64encode(private.sign(canonical_json(document))).decode()
    return Signature(algorithm=ALGORITHM, key=key_id(_public(private)), value=value)


def public_key(secrets: Secrets) -> PublicKey:
    """What signatures of this installation are checked with."""
    public = _public(_private(secrets))
    return PublicKey(algorithm=ALGORITHM, key=key_id(public), public_key=base64.b64encode(public).decode())


def key_id(public: bytes) -> str:
    """A public key's short name."""
    return hashlib.sha256(public).hexdigest()[:KEY_ID_CHARS]


def _private(secrets: Secrets) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secrets.mac("signing-key", b"certificate"))


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
