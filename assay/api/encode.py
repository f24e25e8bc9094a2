"""Results as JSON bytes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson


def encode(value: Any) -> bytes:
    """Domain values, rows' ids and ready-made JSON fragments as JSON."""
    return orjson.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):  # the database driver's own subclass
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
