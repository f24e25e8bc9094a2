"""Traces: one through request, call and job; no payload and no key in any of them, nor in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import asyncpg
import grpc
import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assay.api.grpc.server import GrpcServer
from assay.runtime.log import JsonLines, Sentences
from assay.service.job import run_job
from assay.tracing import sent_along, span, trace_id
from assay.worker.jobs import RUNNERS

CANARY = "canary-7d20"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = "0af7651916cd43dd8448eb211c80319c"
SPANS = InMemorySpanExporter()


@pytest.fixture(scope="module", autouse=True)
def provider() -> None:
    """The process has one for good: what other tests do is passed over by clearing before each of ours."""
    made = TracerProvider()
    made.add_span_processor(SimpleSpanProcessor(SPANS))
    trace.set_tracer_provider(made)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    SPANS.clear()
    yield SPANS
    SPANS.clear()


@pytest.fixture(params=[Sentences(), JsonLines()], ids=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Everything that is logged, as an operator gets it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def attributes(one: ReadableSpan) -> dict[str, Any]:
    return dict(one.attributes or {})


async def test_a_request_is_a_child_of_whoever_sent_it(rest: Any, spans: InMemorySpanExporter) -> None:
    project = await rest.project()
    spans.clear()
    await rest.get(f"/v1/projects/{project}", headers={"traceparent": PARENT})
    (one,) = spans.get_finished_spans()
    assert one.name == "GET /v1/projects/{project}"
    assert one.context is not None
    assert f"{one.context.trace_id:032x}" == TRACE
    told = {"http.route": "/v1/projects/{project}", "http.response.status_code": 200}
    assert attributes(one) == told
    await rest.get("/no/such/route")
    assert spans.get_finished_spans()[1].name == "none"


async def test_a_call_by_grpc_is_too(rest: Any, spans: InMemorySpanExporter) -> None:
    server = GrpcServer(rest.engine, rest.app.state.authenticator, "127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        metadata = (("authorization", f"Bearer {rest.api_key}"), ("traceparent", PARENT))
        await channel.unary_unary("/assay.v1.ProjectService/ListProjects")(b"", metadata=metadata)
        with pytest.raises(grpc.aio.AioRpcError):
            await channel.unary_unary("/assay.v1.ProjectService/ListProjects")(b"")
    await server.stop(1.0)
    first, second = spans.get_finished_spans()
    assert first.name == second.name == "assay.v1.ProjectService/ListProjects"
    assert first.context is not None
    assert f"{first.context.trace_id:032x}" == TRACE
    assert attributes(first)["rpc.grpc.status_code"] == 0
    assert attributes(second)["rpc.grpc.status_code"] == grpc.StatusCode.UNAUTHENTICATED.value[0]


async def test_a_job_belongs_to_the_request_that_asked_for_it(rest: Any, spans: InMemorySpanExporter) -> None:
    project = await rest.project()
    body = {"asset": "0" * 64, "format": "jsonl", "on_error": "abort"}
    answer = await rest.post(f"/v1/projects/{project}/imports", body, headers={"traceparent": PARENT})
    assert answer.status_code in (201, 202, 404, 422), answer.text
    if answer.status_code in (404, 422):
        raw = json.dumps({"external_id": "a", "fields": {"note": "x"}}).encode()
        begun = (await rest.post("/v1/uploads", {"size_bytes": len(raw), "name": "a.jsonl"})).json()["upload"]
        await rest.put(f"/v1/uploads/{begun}/parts/1", content=raw)
        asset = (await rest.post(f"/v1/uploads/{begun}/complete")).json()["asset"]
        body["asset"] = asset
        answer = await rest.post(f"/v1/projects/{project}/imports", body, headers={"traceparent": PARENT})
    job = answer.json()["job"]
    spans.clear()
    await run_job(rest.engine, rest.principal.organization, job, RUNNERS["import"], last=True)
    (one,) = [each for each in spans.get_finished_spans() if each.name == "job import"]
    assert one.context is not None
    assert f"{one.context.trace_id:032x}" == TRACE
    assert "traceparent" not in (await rest.get(f"/v1/jobs/{job}")).text


def test_what_is_sent_along_continues_the_span(spans: InMemorySpanExporter) -> None:
    assert sent_along() == {}
    assert trace_id() is None
    with span("outer"):
        sent, inside = sent_along(), trace_id()
    assert inside is not None
    assert sent["traceparent"].split("-")[1] == inside


def test_an_error_is_marked_by_its_class_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match=CANARY), span("failing"):
        raise ValueError(CANARY)
    (one,) = spans.get_finished_spans()
    assert attributes(one) == {"error.type": "ValueError"}
    assert not one.events
    assert CANARY not in one.to_json()


async def test_neither_log_nor_trace_holds_what_was_sent(
    rest: Any, database_dsn: str, spans: InMemorySpanExporter, log: io.StringIO
) -> None:
    project = await rest.project()
    await rest.add_notes(project, CANARY)
    (lease,) = await rest.claim(project)
    owner = await asyncpg.connect(database_dsn)
    # A row that PostgreSQL refuses, with the row in its words.
    await owner.execute("ALTER TABLE draft_operation ADD CONSTRAINT none_at_all CHECK (false) NOT VALID")
    await owner.close()
    operations = [
        {
            "id": "01890000-0000-7000-8000-000000000001",
            "forward": [{"question": "topic", "value": CANARY}],
            "inverse": [],
        }
    ]
    path = f"/v1/leases/{lease['lease']}/operations"
    as_served = httpx.ASGITransport(rest.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=as_served, base_url="http://assay.test") as http:
        body = {"base": 0, "operations": operations}
        signed = {"Authorization": f"Bearer {rest.api_key}"}
        answer = await http.post(path, json=body, headers=signed)
    assert answer.status_code == 500, answer.text
    written = log.getvalue()
    assert "CheckViolationError" in written
    kept = written + "".join(one.to_json() for one in spans.get_finished_spans())
    for secret in (CANARY, rest.api_key, rest.api_key.rpartition("_")[2]):
        assert secret not in kept
