"""``/metrics``: counts by route template, for the machine itself and nobody else."""

from __future__ import annotations

from typing import Any

import httpx


async def test_requests_are_counted_by_template_never_by_id(rest: Any, refused: Any) -> None:
    project = await rest.project()
    await rest.get(f"/v1/projects/{project}")
    await rest.get(f"/v1/projects/{project}")
    shown = (await rest.get("/metrics")).text
    assert 'assay_requests_total{method="GET",route="/v1/projects/{project}",status="200"} 2.0' in shown
    assert "assay_request_seconds_bucket" in shown
    assert project not in shown
    assert rest.api_key not in shown


async def test_others_do_not_learn_that_there_are_metrics(rest: Any, refused: Any) -> None:
    far = httpx.ASGITransport(rest.app, client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=far, base_url="http://assay.test") as http:
        refused(await http.get("/metrics"), 404, "route.not_found")
    forwarded = await rest.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    refused(forwarded, 404, "route.not_found")
