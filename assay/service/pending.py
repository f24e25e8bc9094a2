"""A file that is sent as it is written."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Pending(io.RawIOBase):
    """What was written and not yet sent. It cannot seek, so whoever writes goes straight on."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        before = len(self._held)
        self._held += data
        return len(self._held) - before

    def take(self) -> bytes:
        """All of it, once."""
        taken = bytes(self._held)
        self._held.clear()
        return taken
