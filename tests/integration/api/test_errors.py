"""Whatever goes wrong answers a problem document, and tells nothing of our insides."""

from __future__ import annotations

import re
from typing import Any

import httpx

from assay.api.rest.app import create_app

LEAKS = re.compile(r"Traceback|/site-packages|File \"|SELECT |asyncpg|assay_app|postgres")


async def test_what_no_route_serves_is_a_problem_too(rest: Any, refused: Any) -> None:
    for path in ("/v1", "/v1/nothing", "/v1/projects/", "/v1/projects;/x", "/v1/%2e%2e%2fx", "/v1//projects"):
        refused(await rest.get(path), 404, "route.not_found")
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
        refused(await rest.http.request(method, "/v1/projects"), 405, "route.method")
    override = await rest.post("/v1/projects", headers={"X-HTTP-Method-Override": "DELETE"})
    refused(override, 415, "body.type")
    long = await rest.get("/v1/projects", params={f"p{n}": "x" for n in range(3_000)})
    assert refused(long, 400, "limit.exceeded")["limit"] == 16_384


async def test_every_answer_bears_an_id_and_the_safe_headers(rest: Any) -> None:
    for path in ("/livez", "/readyz", "/openapi.json", "/v1/me", "/v1/nothing"):
        answer = await rest.get(path, headers={"X-Request-Id": "mine-1"})
        assert answer.headers["x-request-id"] == "mine-1"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    for forged in ("x" * 65, "a\tb", ""):
        given = (await rest.get("/livez", headers={"X-Request-Id": forged})).headers["x-request-id"]
        assert given != forged
        assert re.fullmatch(r"[0-9a-f]{16}", given)


async def test_an_error_of_ours_tells_an_id_and_no_more(rest: Any, refused: Any) -> None:
    app = create_app(rest.engine)

    @app.get("/v1/broken")
    async def broken() -> None:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://assay.test") as http:
        answer = await http.get("/v1/broken")
    told = refused(answer, 500, "server.error")
    assert not LEAKS.search(answer.text)
    assert set(told) == {"type", "title", "status", "code", "detail", "request_id"}


async def test_a_database_that_is_gone_is_a_503_to_try_again(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.engine.database.close()
    for path in ("/readyz", f"/v1/projects/{project}"):
        answer = await rest.get(path)
        refused(answer, 503, "database.unavailable")
        assert answer.headers["retry-after"] == "1"
        assert not LEAKS.search(answer.text)
    assert (await rest.get("/livez")).json() == {"status": "live"}


async def test_a_server_that_drains_is_live_and_not_ready(rest: Any, refused: Any) -> None:
    rest.app.state.draining = True
    answer = await rest.get("/readyz")
    refused(answer, 503, "server.starting")
    assert answer.headers["retry-after"] == "1"
    assert (await rest.get("/livez")).status_code == 200
    assert (await rest.get("/v1/me")).status_code == 200, "what has begun may end"
