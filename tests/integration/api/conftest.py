"""The whole REST application over a real database, called without a socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from assay.api.rest.app import create_app
from assay.domain.labeler import LabelerKind, Principal, Role
from assay.service.engine import Engine
from assay.service.secrets import secret_sha256
from assay.store import session as session_store
from assay.store.session import Founding

TOPIC = {
    "fields": {"note": "text"},
    "questions": [
        {
            "name": "topic",
            "kind": "choice",
            "field": "note",
            "classes": ["sports", "news", "other"],
            "required": True,
        }
    ],
}
"""The smallest useful ontology: one choice about one text."""

BOXES = {
    "fields": {"image": "image"},
    "questions": [{"name": "objects", "kind": "box", "field": "image", "classes": ["raccoon", "cat"]}],
}
"""Boxes of two classes on one image."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """One key's way into the application: ``await ann.get("/v1/projects")`` answers an ``httpx.Response``."""

    TOPIC: ClassVar[Mapping[str, Any]] = TOPIC
    BOXES: ClassVar[Mapping[str, Any]] = BOXES

    app: FastAPI
    engine: Engine
    principal: Principal
    api_key: str
    http: httpx.AsyncClient

    @property
    def id(self) -> str:
        """The labeler's id."""
        return str(self.principal.labeler)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, **self._signed(options))

    async def put(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.put(path, **self._signed(options))

    async def patch(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.patch(path, **self._signed(options))

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.delete(path, **self._signed(options))

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """POST with ``body`` as JSON, or none at all."""
        if body is not None:
            options["json"] = body
        return await self.http.post(path, **self._signed(options))

    async def post_lines(
        self, path: str, lines: Iterable[Mapping[str, Any]], **options: Any
    ) -> httpx.Response:
        """POST objects as NDJSON."""
        options["content"] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        options["headers"] = {"Content-Type": "application/x-ndjson", **options.get("headers", {})}
        return await self.http.post(path, **self._signed(options))

    async def labeler(
        self, name: str, *, role: Role = Role.LABELER, kind: LabelerKind = LabelerKind.PERSON
    ) -> Caller:
        """A new labeler of the same organisation."""
        made = await made_by(await self.post("/v1/labelers", {"name": name, "role": role, "kind": kind}))
        principal = Principal(
            organization=self.principal.organization,
            labeler=UUID(made["labeler"]),
            name=name,
            kind=kind,
            role=role,
        )
        return Caller(
            app=self.app, engine=self.engine, principal=principal, api_key=made["api_key"], http=self.http
        )

    async def project(self, ontology: Mapping[str, Any] = TOPIC, **options: Any) -> str:
        """The id of a new project."""
        body = {"name": "A project", "ontology": ontology, **options}
        made = await made_by(await self.post("/v1/projects", body))
        return str(made["id"])

    async def add_items(self, project: str, items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Import items; the report."""
        report = await self.post_lines(f"/v1/projects/{project}/items", items)
        assert report.status_code == 200, report.text
        told: dict[str, Any] = report.json()
        return told

    async def add_notes(self, project: str, *notes: str) -> dict[str, Any]:
        """Import one text for each note, as ``n-0``, ``n-1``…"""
        return await self.add_items(
            project,
            ({"external_id": f"n-{n}", "fields": {"note": note}} for n, note in enumerate(notes)),
        )

    async def upload(self, data: bytes, **announced: Any) -> httpx.Response:
        """Upload bytes in parts; the answer to completing."""
        begun = await made_by(await self.post("/v1/uploads", {"size_bytes": len(data), **announced}))
        path = f"/v1/uploads/{begun['upload']}"
        for n in range(begun["parts"]):
            part = data[n * begun["part_size"] : (n + 1) * begun["part_size"]]
            kept = await self.put(f"{path}/parts/{n + 1}", content=part)
            assert kept.status_code == 200, kept.text
        return await self.post(f"{path}/complete")

    async def claim(self, project: str, count: int = 1) -> list[dict[str, Any]]:
        """Leases granted now."""
        granted = await self.post(f"/v1/projects/{project}/leases", {"count": count})
        assert granted.status_code == 200, granted.text
        leases: list[dict[str, Any]] = granted.json()["leases"]
        return leases

    async def submit(self, lease: Mapping[str, Any], label: Mapping[str, Any]) -> httpx.Response:
        """Answer a lease."""
        return await self.post(
            f"/v1/leases/{lease['lease']}/submit", {"fence": lease["fence"], "label": label}
        )

    async def resolutions(self, project: str, **filters: Any) -> list[dict[str, Any]]:
        """All current best answers."""
        answer = await self.get(
            f"/v1/projects/{project}/resolutions",
            params=filters,
            headers={"Accept": "application/x-ndjson"},
        )
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def _signed(self, options: dict[str, Any]) -> dict[str, Any]:
        options["headers"] = {"Authorization": f"Bearer {self.api_key}", **options.get("headers", {})}
        return options


async def made_by(response: httpx.Response) -> dict[str, Any]:
    """What a creation made."""
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


@pytest.fixture
async def rest(engine: Engine, founded: tuple[Principal, str]) -> AsyncIterator[Caller]:
    """The admin of the first organisation, calling the application."""
    app = create_app(engine)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://assay.test", timeout=None
    ) as http:
        principal, api_key = founded
        yield Caller(app=app, engine=engine, principal=principal, api_key=api_key, http=http)


@pytest.fixture
async def stranger(rest: Caller) -> Caller:
    """The admin of another organisation on the same server."""
    organization, labeler, key = rest.engine.ids.many(3)
    secret = rest.engine.secrets.api_key(key)
    async with rest.engine.database.system() as tx:
        await session_store.insert_founder(
            tx,
            Founding(organization=organization, labeler=labeler, key=key),
            "Second",
            secret_sha256(secret.rpartition("_")[2]),
        )
    principal = Principal(
        organization=organization, labeler=labeler, name="admin", kind=LabelerKind.PERSON, role=Role.ADMIN
    )
    return Caller(app=rest.app, engine=rest.engine, principal=principal, api_key=secret, http=rest.http)


@pytest.fixture
def refused() -> Callable[[httpx.Response, int, str], dict[str, Any]]:
    """Asserts that a response is this refusal, and gives its problem document."""
    return assert_refused


def assert_refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert problem["request_id"]
    return problem
