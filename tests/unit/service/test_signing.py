"""Signatures that others check without us."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from assay.client.certificate import verify_certificate
from assay.errors import Invalid
from assay.service.secrets import Secrets
from assay.service.signing import public_key, sign

SECRETS = Secrets(b"the secret of an installation in tests")
DOCUMENT: dict[str, Any] = {"low": 0.97, "one": 1.0, "name": "Zoë", "design": {"b": 1, "a": [1, 2]}}


def signed(document: dict[str, Any], secrets: Secrets = SECRETS) -> dict[str, Any]:
    made = sign(secrets, document)
    return document | {"signature": {"algorithm": made.algorithm, "key": made.key, "value": made.value}}


def test_what_was_signed_is_genuine_in_any_order_of_keys() -> None:
    document = signed(DOCUMENT)
    verify_certificate(document, public_key(SECRETS).public_key)
    verify_certificate(dict(reversed(document.items())), public_key(SECRETS).public_key)
    assert sign(SECRETS, DOCUMENT) == sign(SECRETS, DOCUMENT)


def test_another_installation_has_another_key() -> None:
    other = Secrets(b"the secret of another installation, in tests")
    assert public_key(other) != public_key(SECRETS)
    with pytest.raises(Invalid, match="another key"):
        verify_certificate(signed(DOCUMENT, other), public_key(SECRETS).public_key)


def test_a_key_that_only_bears_the_name_is_found_out() -> None:
    other = Secrets(b"the secret of another installation, in tests")
    forged = signed(DOCUMENT, other)
    forged["signature"]["key"] = public_key(SECRETS).key
    with pytest.raises(Invalid, match="changed"):
        verify_certificate(forged, public_key(SECRETS).public_key)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"signature": None},
        {"signature": {"value": "AA=="}},
        {"signature": {"key": "", "value": "AA=="}},
        signed(DOCUMENT) | {"signature": {"key": public_key(SECRETS).key, "value": "%"}},
    ],
)
def test_what_is_no_certificate_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        verify_certificate(document, public_key(SECRETS).public_key)
    assert refused.value.code == "certificate.invalid"


@pytest.mark.parametrize("key", ["", "%%", base64.b64encode(b"short").decode()])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(Invalid):
        verify_certificate(signed(DOCUMENT), key)
