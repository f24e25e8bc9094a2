"""Certificates: how right a snapshot is, and whether a certificate is what this server signed."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assay.client.request import Plan, Request, ask, get, path, post, query
from assay.client.value import read_value
from assay.domain.canonical import canonical_json
from assay.errors import Invalid, Unsupported


@dataclass(frozen=True, kw_only=True)
class Audit:
    """How a snapshot is audited: ``audits`` of its ``items`` are looked at, or fewer once ``target`` is
    certain."""

    snapshot: str
    project: str
    items: int
    audits: int
    target: float | None
    confidence: float
    least_similarity: float
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class CertificateData:
    """What a certificate says. ``low`` holds with ``confidence``; it is ``None`` before the first audit, and
    ``predicted_accuracy`` is a guess and no bound."""

    state: str
    statement: str
    snapshot: str
    sha256: str
    slice: str | None
    items: int
    audited: int
    wrong: int
    waiting: int
    auditors: int
    accuracy: float | None
    low: float | None
    high: float | None
    confidence: float
    low_without_model: float | None
    predicted_accuracy: float
    as_of: datetime


class Certificate:
    """A signed statement of how right a snapshot is. ``document`` is the statement itself, to be kept."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.data = read_value(CertificateData, document)

    def verify(self, public_key: str) -> None:
        """As :func:`verify_certificate`."""
        verify_certificate(self.document, public_key)

    def __repr__(self) -> str:
        return f"Certificate({self.data.statement!r})"


def certificate(snapshot: str, part: str | None) -> Plan[Certificate]:
    """A snapshot's certificate, or a slice's."""
    answer = yield from ask(get(path("snapshots", snapshot, "certificate"), slice=part))
    return Certificate(answer.json())


def audit(snapshot: str, options: Mapping[str, Any]) -> Plan[Audit]:
    """Have a snapshot audited."""
    given = {key: value for key, value in options.items() if value is not None}
    request = post(path("snapshots", snapshot, "certificate"), given, slow=True)
    return read_value(Audit, (yield from ask(request)).json())


def certificate_key() -> Plan[str]:
    """The public key of this server's certificates, in Base64."""
    return str((yield from ask(get(path("certificate-key")))).json()["public_key"])


def page_request(snapshot: str, part: str | None) -> Request:
    """What asks for a certificate as a page."""
    return Request(
        method="GET",
        path=path("snapshots", snapshot, "certificate"),
        params=query({"format": "html", "slice": part}),
        headers={"Accept": "text/html"},
    )


def verify_certificate(document: Mapping[str, Any], public_key: str) -> None:
    """Check a certificate offline: that this key signed every word of it.

    ``public_key`` is what ``GET /v1/certificate-key`` answers, in Base64, got once by a way you trust. Raises
    ``Invalid`` (``certificate.invalid``), ``Unsupported`` (``extra.missing``) without the extra ``certify``.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise Unsupported(
            "extra.missing", "checking a certificate needs the extra: pip install 'assay[certify]'"
        ) from None
    try:
        signature = document["signature"]
        raw, value = base64.b64decode(public_key, validate=True), base64.b64decode(signature["value"])
        key = Ed25519PublicKey.from_public_bytes(raw)
        signed_by = str(signature["key"])
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise Invalid("certificate.invalid", "this is no certificate, or no public key") from None
    if signed_by != hashlib.sha256(raw).hexdigest()[: len(signed_by)] or not signed_by:
        raise Invalid("certificate.invalid", f"it was signed with another key, {signed_by}")
    signed = {name: held for name, held in document.items() if name != "signature"}
    try:
        key.verify(value, canonical_json(signed))
    except InvalidSignature:
        raise Invalid(
            "certificate.invalid", "it was changed after it was signed, or is signed wrongly"
        ) from None
