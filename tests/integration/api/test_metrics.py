"""``/metrics``: counts by route template for the machine itself; dashboard and alerts know them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import yaml

from assay.api.grpc.interceptor import metering
from assay.api.grpc.server import GrpcServer
from assay.api.metrics import GAUGES, Metrics

DEPLOY = Path(__file__).parents[3] / "deploy"
NOT_HERE = {f"assay_{name}" for name in GAUGES if name.startswith(("archive", "backup", "verified"))}
"""The tests' database is neither archived nor backed up: ``tests/acceptance/test_backup.py`` looks."""


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


async def test_queues_say_how_far_they_lie_behind(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one", "two")
    assert (await rest.post(f"/v1/projects/{project}/leases", {"count": 2})).status_code == 200
    shown = gauges((await rest.get("/metrics")).text)
    assert shown["assay_database_up"] == 1
    assert shown["assay_leases_live"] == 2
    assert shown["assay_leases_overdue_seconds"] == 0
    assert shown["assay_audit_unsealed"] > 0
    assert shown["assay_audit_unsealed_seconds"] > 0
    assert set(shown) == {"assay_database_up", *(f"assay_{name}" for name in GAUGES)} - NOT_HERE


async def test_a_database_that_is_away_is_shown_and_no_error(rest: Any) -> None:
    counts = Metrics()
    await rest.engine.database.close()
    shown = gauges((await counts.shown(rest.engine)).decode())
    assert shown == {"assay_database_up": 0.0}


async def test_calls_by_grpc_are_counted_by_method(rest: Any) -> None:
    counts = Metrics()
    server = GrpcServer(rest.engine, rest.app.state.authenticator, "127.0.0.1:0", metering(counts))
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        signed = (("authorization", f"Bearer {rest.api_key}"),)
        await channel.unary_unary("/assay.v1.ProjectService/ListProjects")(b"", metadata=signed)
        for method, metadata in (("ListProjects", ()), ("Nothing", signed)):
            with pytest.raises(grpc.aio.AioRpcError):
                await channel.unary_unary(f"/assay.v1.ProjectService/{method}")(b"", metadata=metadata)
        stream = channel.unary_stream("/assay.v1.ResolutionService/StreamResolutions")
        async for _ in stream(b"\n\x24" + (await rest.project()).encode(), metadata=signed):
            pass
    await server.stop(1.0)
    found = {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for family in counts.registry.collect()
        for sample in family.samples
        if sample.name == "assay_requests_total"
    }
    assert found == {
        ("/assay.v1.ProjectService/ListProjects", "OK"): 1,
        ("/assay.v1.ProjectService/ListProjects", "UNAUTHENTICATED"): 1,
        ("/assay.v1.ResolutionService/StreamResolutions", "OK"): 1,
    }


async def test_dashboard_and_alerts_name_what_there_is(rest: Any) -> None:
    await rest.get("/v1/me")
    there = {line.split("{")[0].split(" ")[0] for line in (await rest.get("/metrics")).text.splitlines()}
    named = set(expressions_of_alerts()) | set(expressions_of_panels())
    metrics = {name for expression in named for name in re.findall(r"\bassay_\w+", expression)}
    assert len(metrics) > 15
    assert metrics - there == NOT_HERE & metrics


async def test_routes_that_are_watched_exist(rest: Any) -> None:
    paths = (await rest.get("/openapi.json")).json()["paths"]
    routes = {
        route
        for expression in (*expressions_of_alerts(), *expressions_of_panels())
        for named in re.findall(r'route=~?"([^"]+)"', expression)
        for route in named.split("|")
    }
    rest_routes = {route for route in routes if route.startswith("/v1/")}
    assert len(rest_routes) >= 2
    assert rest_routes - set(paths) == set()


def test_every_metric_is_on_its_page() -> None:
    page = (DEPLOY.parent / "docs" / "reference" / "metrics.md").read_text()
    assert [name for name, told in GAUGES.items() if f"| `assay_{name}` | gauge | {told} |" not in page] == []


def gauges(text: str) -> dict[str, float]:
    """Every sample without labels."""
    found = re.findall(r"^(assay_\w+) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def expressions_of_alerts() -> Iterator[str]:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert {"alert", "expr", "labels", "annotations"} <= set(rule), rule
            assert rule["annotations"]["summary"].endswith(".")
            yield rule["expr"]


def expressions_of_panels() -> Iterator[str]:
    dashboard = json.loads((DEPLOY / "grafana" / "assay.json").read_text())
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"]
