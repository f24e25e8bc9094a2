"""What is fuzzed: a real ``assay up`` with one of everything in it, and the ids of that."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chaos.world import World, world

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"], "required": True},
        {"name": "who", "kind": "span", "field": "note", "classes": ["PER", "LOC"]},
    ],
}
BYTES = b"What a file holds."


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where it is, an admin's key, and for each name in a path something that is there."""

    url: str
    grpc: str
    api_key: str
    known: Mapping[str, str]


@dataclass
class Findings:
    """How often each status was answered, and a sentence for each answer that should not be."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, status: str, wrong: Iterable[str]) -> None:
        """One answer."""
        self.statuses[status] += 1
        self.wrong += wrong


@contextmanager
def target() -> Iterator[Target]:
    """Start it, fill it, and take it away."""
    with world() as running:
        kept = json.loads((running.home / "data" / "credentials.json").read_text())
        yield Target(url=kept["url"], grpc=kept["grpc"], api_key=running.api_key, known=fill(running))


def fill(running: World) -> dict[str, str]:
    """One of each noun. Of leases the second is live."""
    headers = {"Authorization": f"Bearer {running.api_key}"}
    with httpx.Client(base_url=running.url, headers=headers, timeout=30) as http:

        def made(path: str, body: Any) -> Any:
            answer = http.post(path, json=body)
            assert answer.status_code < 300, answer.text
            return answer.json()

        project = made("/v1/projects", {"name": "News", "ontology": ONTOLOGY})["id"]
        notes = [{"external_id": f"n-{n}", "fields": {"note": f"Ann ran {n} km."}} for n in range(200)]
        made(f"/v1/projects/{project}/items", notes)
        leases = made(f"/v1/projects/{project}/leases", {"count": 3})["leases"]
        first = leases[0]
        # Spans are merged by a job: the snapshot below needs the task resolved, not only submitted.
        decided = {"fence": first["fence"], "label": {"topic": "sports", "who": []}, "wait": 60}
        assert made(f"/v1/leases/{first['lease']}/submit", decided)["task_state"] == "resolved"
        upload = made("/v1/uploads", {"size_bytes": len(BYTES), "name": "a.txt"})["upload"]
        http.put(f"/v1/uploads/{upload}/parts/1", content=BYTES).raise_for_status()
        asset = made(f"/v1/uploads/{upload}/complete", {})["asset"]
        return {
            "project": project,
            "lease": leases[1]["lease"],
            "task": first["task"],
            "labeler": made("/v1/labelers", {"name": "ann"})["labeler"],
            "snapshot": made(f"/v1/projects/{project}/snapshots", {"name": "June"})["id"],
            "webhook": made("/v1/webhooks", {"url": "https://hooks.example.org/assay"})["id"],
            "job": made(f"/v1/projects/{project}/imports", {"asset": asset, "format": "jsonl"})["job"],
            "upload": made("/v1/uploads", {"size_bytes": 7})["upload"],
            "sha256": asset,
        }
