"""Claims and submits take a short way past the framework, and are answered as on the long one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.routing import APIRoute

JSON = {"content-type": "application/json"}
NOWHERE = "01980000-0000-7000-8000-000000000000"


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The routes that the framework walked to."""
    found: list[str] = []
    handle = APIRoute.handle

    async def told(self: APIRoute, *rest: Any) -> None:
        found.append(self.path)
        await handle(self, *rest)

    monkeypatch.setattr(APIRoute, "handle", told)
    return found


def told(response: httpx.Response) -> tuple[int, Any, dict[str, str]]:
    """An answer without what differs between any two requests."""
    headers = {name: value for name, value in response.headers.items() if name != "x-request-id"}
    body = {key: value for key, value in response.json().items() if key != "request_id"}
    return response.status_code, body, headers


async def both_ways(who: Any, walked: list[str], path: str, of: str, **sent: Any) -> tuple[int, str]:
    """The status and code of a request that is answered alike when its path's id is written otherwise."""
    walked.clear()
    short = await who.post(path.format(of), **sent)
    assert walked == []
    long = await who.post(path.format(UUID(of).hex), **sent)
    assert len(walked) == 1
    assert told(short) == told(long)
    return short.status_code, short.json().get("code", "")


@pytest.mark.parametrize("path", ["/v1/projects/{}/leases", "/v1/leases/{}/submit"])
@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ({"content": b"{", "headers": JSON}, (400, "json.malformed")),
        ({"content": b'{"count": NaN}', "headers": JSON}, (400, "json.number")),
        ({"content": b"{}", "headers": {"content-type": "text/plain"}}, (415, "body.type")),
        ({"content": b"{}", "headers": JSON | {"content-encoding": "br"}}, (415, "body.encoding")),
        ({"content": b'{"much": 1}', "headers": JSON}, (422, "")),
        (
            {"content": b'{"count": 1}', "headers": JSON | {"idempotency-key": "k" * 256}},
            (400, "idempotency.key"),
        ),
        ({"content": b'{"count": 1}', "headers": JSON | {"Authorization": "Basic x"}}, (401, "auth.missing")),
    ],
)
async def test_what_is_refused_is_refused_alike(
    rest: Any, walked: list[str], path: str, sent: dict[str, Any], refusal: tuple[int, str]
) -> None:
    status, code = await both_ways(rest, walked, path, NOWHERE, **sent)
    assert (status, code if refusal[1] else "") == refusal


async def test_work_is_answered_alike(rest: Any, walked: list[str]) -> None:
    project = await rest.project()
    claim, submit = "/v1/projects/{}/leases", "/v1/leases/{}/submit"
    assert await both_ways(rest, walked, claim, project, json={}) == (200, "")
    await rest.add_notes(project, "one")
    (held,) = await rest.claim(project)
    label = {"fence": held["fence"], "label": {"topic": "sports"}}
    assert await both_ways(rest, walked, submit, held["lease"], json=label | {"fence": 0}) == (
        409,
        "lease.fence",
    )
    assert await both_ways(rest, walked, submit, held["lease"], json=label) == (200, "")
    assert await both_ways(
        rest, walked, submit, held["lease"], json=label | {"label": {"topic": "news"}}
    ) == (
        409,
        "submit.conflict",
    )
    assert await both_ways(rest, walked, submit, NOWHERE, json=label) == (404, "not_found")
