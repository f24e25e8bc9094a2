"""What the logical clients saw: every attempt of every operation, and how it ended, as they know it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["ok", "fail", "info"]
"""It happened; it did not; nobody can say, for want of an answer or of one that knows."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One request of a logical process. After ``info`` a process is never heard of again: its successor
    settles the operation by sending it again under the same key."""

    process: str
    labeler: str
    function: str
    path: str
    key: str
    value: Any
    """What was asked for, as the function needs it."""
    outcome: Outcome
    status: int
    """0 where there was no answer."""
    answer: Any
    began: float
    ended: float
    """Seconds of the harness's own clock, which is nobody else's."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One request that a webhook's receiver heard, whatever it answered."""

    id: str
    """The ``webhook-id``."""
    subject: str
    body: bytes


@dataclass(kw_only=True)
class History:
    """All attempts in the order in which they ended; also as JSON lines in ``file``, for who looks later."""

    file: Path
    attempts: list[Attempt] = field(default_factory=list)
    counts: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    """Answers that held what is another organisation's."""
    told: list[Told] = field(default_factory=list)
    """What a webhook's receiver heard, in that order."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, attempt: Attempt) -> None:
        """Keep one attempt."""
        line = json.dumps(asdict(attempt), ensure_ascii=False)
        with self._lock:
            self.attempts.append(attempt)
            self.counts[attempt.function, attempt.outcome] += 1
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(line + "\n")

    def hear(self, told: Told) -> None:
        """Keep what a receiver heard."""
        with self._lock:
            self.told.append(told)

    def of(self, function: str, *outcomes: Outcome) -> Iterator[Attempt]:
        """The attempts of one function, with one of these outcomes where any are named."""
        for attempt in self.attempts:
            if attempt.function == function and (not outcomes or attempt.outcome in outcomes):
                yield attempt

    def count(self, function: str, outcome: Outcome) -> int:
        """How often a function ended so."""
        return self.counts[function, outcome]

    def so_far(self) -> History:
        """What was seen until now, which grows no more."""
        with self._lock:
            return replace(self, attempts=list(self.attempts), leaks=list(self.leaks), told=list(self.told))
