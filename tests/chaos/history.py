"""What the logical clients saw: every attempt of every operation, and how it ended, as they know it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
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


@dataclass(kw_only=True)
class History:
    """All attempts in the order in which they ended; also as JSON lines in ``file``, for who looks later."""

    file: Path
    attempts: list[Attempt] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, attempt: Attempt) -> None:
        """Keep one attempt."""
        line = json.dumps(asdict(attempt), ensure_ascii=False)
        with self._lock:
            self.attempts.append(attempt)
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(line + "\n")

    def of(self, function: str, *outcomes: Outcome) -> Iterator[Attempt]:
        """The attempts of one function, with one of these outcomes where any are named."""
        for attempt in self.attempts:
            if attempt.function == function and (not outcomes or attempt.outcome in outcomes):
                yield attempt

    def count(self, function: str, outcome: Outcome) -> int:
        """How often a function ended so."""
        return sum(1 for _ in self.of(function, outcome))
