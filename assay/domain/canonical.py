"""One way of writing a JSON value as bytes, so that equal values have equal hashes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> bytes:
    """Keys sorted, no spaces, UTF-8; numbers as Python writes them."""
    return _ENCODER.encode(value).encode()


def digest(value: Any) -> bytes:
    """SHA-256 of :func:`canonical_json`."""
    return hashlib.sha256(canonical_json(value)).digest()
