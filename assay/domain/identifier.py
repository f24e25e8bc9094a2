"""Ids: UUIDv7, made by us, because PostgreSQL before 18 cannot."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID


class Identifiers:
    """Makes UUIDv7 values (RFC 9562) that sort by when they were made.

    ``now_ms`` and ``random_bytes`` are the clock and the source of randomness: parameters, like everywhere.
    """

    def __init__(self, now_ms: Callable[[], int], random_bytes: Callable[[int], bytes]) -> None:
        self._now_ms = now_ms
        self._random_bytes = random_bytes

    def new(self) -> UUID:
        """One id."""
        return self.many(1)[0]

    def many(self, count: int) -> list[UUID]:
        """``count`` ids of one moment, in ascending order."""
        stamp = self._now_ms() << 80
        noise = self._random_bytes(10 * count)
        tails = sorted(int.from_bytes(noise[10 * i : 10 * i + 10]) for i in range(count))
        return [UUID(int=stamp | _versioned(tail)) for tail in tails]


def _versioned(tail: int) -> int:
    """80 random bits with the version (7) and the variant (0b10) in their places, order kept."""
    return (0x7 << 76) | ((tail >> 68) << 64) | (0b10 << 62) | (tail & ((1 << 62) - 1))
