"""Somebody who asks for another organisation's things by their right names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.chaos.client import Asker


class Trespasser:
    """One trespass after the other; what is let through stands in the history."""

    def __init__(self, asker: Asker, project: str, held: Callable[[], list[dict[str, Any]]]) -> None:
        """``project`` and the leases ``held`` now are another organisation's."""
        self._asker, self._held = asker, held
        self._project = f"/v1/projects/{project}"

    def step(self) -> None:
        """Look at, or touch, one thing."""
        leases = self._held()
        if leases and self._asker.chance.random() < 0.5:
            self._touch(self._asker.chance.choice(leases))
        elif self._asker.chance.random() < 0.3:
            self._do(f"{self._project}/leases", {"count": 3})
        elif self._asker.chance.random() < 0.3:
            item = {"external_id": f"{self._asker.name}-was-here", "fields": {"note": "Mine."}}
            self._do(f"{self._project}/items", [item])
        else:
            seen = ("", "/items", "/resolutions", "/quality", "/leases", "/snapshots", "/members")
            self._asker.peek(self._project + self._asker.chance.choice(seen))

    def _touch(self, lease: dict[str, Any]) -> None:
        path = f"/v1/leases/{lease['lease']}"
        label = {"topic": "news", "why": f"{self._asker.name} was here {self._asker.sentinel}"}
        touch = self._asker.chance.choice(["submit", "release", "heartbeat", "task"])
        if touch == "task":
            self._asker.peek(f"{self._project}/tasks/{lease['task']}")
        else:
            bodies = {
                "submit": {"fence": lease["fence"], "label": label},
                "release": {"reason": "returned"},
                "heartbeat": {},
            }
            self._do(f"{path}/{touch}", bodies[touch])

    def _do(self, path: str, body: Any) -> None:
        self._asker.ask("trespass", path, body, body)
