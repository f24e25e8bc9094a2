"""An organisation at work: a project, labelers, who brings items, who is told, and who trespasses."""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from assay.service.secrets import Secrets, secret_sha256
from assay.store import session as session_store
from assay.store.session import Founding
from tests.chaos.client import Annotator, Asker, Requester
from tests.chaos.history import History
from tests.chaos.trespasser import Trespasser
from tests.chaos.world import World

ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"], "required": True},
        {"name": "why", "kind": "text", "field": "note", "required": True},
    ],
}
OVERLAP, LEASE_SECS = 3, 10
TOLD_KINDS = ["annotation.submitted", "task.resolved"]


@dataclass(kw_only=True)
class Scene:
    """What all organisations of a run share."""

    world: World
    seed: int
    history: History
    done: threading.Event = field(default_factory=threading.Event)


class Organization:
    """One of those that share a server, and what each of its people does."""

    def __init__(self, scene: Scene, name: str, api_key: str, labelers: int) -> None:
        self._scene, self._name, self._api_key = scene, name, api_key
        self.sentinel = f"sentinel-of-{name}-{scene.seed}"
        self._askers: list[Asker] = []
        with self.admin() as admin:
            quality = {"min_labels": OVERLAP, "max_labels": OVERLAP}
            project = {"name": name, "ontology": ONTOLOGY, "quality": quality, "lease_seconds": LEASE_SECS}
            self.project = made_id(admin.post("/v1/projects", json=project))
            made = [admin.post("/v1/labelers", json={"name": f"l{n}"}).json() for n in range(labelers)]
        self.annotators = [
            Annotator(self._asker(f"{name}-l{n}", one["labeler"], one["api_key"]), self.project)
            for n, one in enumerate(made)
        ]
        self.requester = Requester(self._asker(f"{name}-n", "", api_key), self.project)

    def admin(self) -> httpx.Client:
        """A connection of the admin's."""
        headers = {"Authorization": f"Bearer {self._api_key}"}
        return httpx.Client(base_url=self._scene.world.url, headers=headers, timeout=10)

    def tell(self, url: str) -> None:
        """Have everything told to this address."""
        with self.admin() as admin:
            made_id(admin.post("/v1/webhooks", json={"url": url, "kinds": TOLD_KINDS}))

    def beside(self, other: Organization) -> Trespasser:
        """Someone of ours who tries what is the other's; from now on nobody may hear its sentinel."""
        trespasser = self._asker(f"{self._name}-t", "", self._api_key)
        for asker in self._askers:
            asker.foreign = other.sentinel
        return Trespasser(
            trespasser, other.project, lambda: [lease for one in other.annotators for lease in list(one.held)]
        )

    def states(self) -> set[str]:
        """The states of its tasks; none where nobody answers."""
        with self.admin() as admin:
            try:
                told = admin.get(f"/v1/projects/{self.project}/quality")
            except httpx.TransportError:
                return set()
            return set(told.json().get("states", {})) if told.status_code == 200 else set()

    def close(self) -> None:
        """All hang up."""
        for asker in self._askers:
            asker.close()

    def _asker(self, name: str, labeler: str, api_key: str) -> Asker:
        asker = Asker(
            name=name,
            labeler=labeler,
            api_key=api_key,
            url=self._scene.world.url,
            history=self._scene.history,
            chance=random.Random(f"{self._scene.seed}-{name}"),
            done=self._scene.done,
            sentinel=self.sentinel,
        )
        self._askers.append(asker)
        return asker


def made_id(answer: httpx.Response) -> str:
    """The id of what was made."""
    answer.raise_for_status()
    made: Any = answer.json()
    return str(made["id"])


def found(world: World, name: str) -> str:
    """Found another organisation on the server, past its API, which founds none; the admin's API key."""
    master = (world.home / "data" / "secrets" / "master").read_text().strip()
    founding = Founding(organization=uuid4(), labeler=uuid4(), key=uuid4())
    secret = Secrets(master.encode()).api_key(founding.key)

    async def write() -> None:
        connection = await asyncpg.connect(world.dsn)
        digest = secret_sha256(secret.rpartition("_")[2])
        await session_store.insert_founder(connection, founding, name, digest)
        await connection.close()

    asyncio.run(write())
    return secret
