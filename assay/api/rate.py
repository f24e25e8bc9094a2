"""How often one key may ask for what is not work: a bucket for each labeler, in each process.

Submits, heartbeats and claims are not counted: leases bound them. The headers are those of the IETF's draft
(draft-ietf-httpapi-ratelimit-headers-10): ``RateLimit-Policy`` says what is allowed, ``RateLimit`` what is
left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from assay.errors import TooMany
from assay.service.engine import Remembered

WINDOW_SECS = 60
MAX_REMEMBERED = 50_000


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What is left to somebody after a request."""

    quota: int
    left: int
    full_in_secs: int

    def headers(self) -> dict[str, str]:
        """As the draft writes them."""
        return {
            "RateLimit-Policy": f'"rate.limited";q={self.quota};w={WINDOW_SECS}',
            "RateLimit": f'"rate.limited";r={self.left};t={self.full_in_secs}',
        }


class RateLimit:
    """Buckets of ``quota`` requests that fill again within a minute. Soft state: losing one gives more."""

    def __init__(self, quota: int, monotonic: Callable[[], float]) -> None:
        self._quota = quota
        self._monotonic = monotonic
        self._buckets: Remembered[UUID, tuple[float, float]] = Remembered(MAX_REMEMBERED)

    def take(self, labeler: UUID) -> Allowance:
        """Count one request. Raises ``TooMany`` (``rate.limited``) when none is left."""
        now, speed = self._monotonic(), self._quota / WINDOW_SECS
        level, at = self._buckets.get(labeler) or (float(self._quota), now)
        level = min(float(self._quota), level + (now - at) * speed)
        if level < 1.0:
            wait = max(1, math.ceil((1.0 - level) / speed))
            raise TooMany(
                "rate.limited",
                f"at most {self._quota} requests a minute",
                limit=self._quota,
                retry_after_secs=wait,
            )
        self._buckets.put(labeler, (level - 1.0, now))
        full = math.ceil((self._quota - level + 1.0) / speed)
        return Allowance(quota=self._quota, left=int(level - 1.0), full_in_secs=full)
