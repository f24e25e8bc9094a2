"""Whatever is wrong is refused by the code, the pointer and the status that REST would give."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2

from assay.api.json_value import MAX_BODY_BYTES
from assay.domain.labeler import Role
from assay.wire.v1 import item_pb2, labeler_pb2, lease_pb2, project_pb2, resolution_pb2, snapshot_pb2
from tests.integration.api.conftest import TOPIC, Caller
from tests.integration.api.grpc.conftest import Wire, documents

INVALID = grpc.StatusCode.INVALID_ARGUMENT
ID = "01980000-0000-7000-8000-000000000000"
ONTOLOGY = documents([TOPIC])[0]


def new_project(**fields: Any) -> project_pb2.CreateProjectRequest:
    return project_pb2.CreateProjectRequest(**{"name": "News", "ontology": ONTOLOGY, **fields})


BAD = [
    ("name missing", project_pb2.CreateProjectRequest(ontology=ONTOLOGY), "field.missing", "/name"),
    ("name empty", new_project(name=" "), "field.invalid", "/name"),
    ("NUL", new_project(name="a\0b"), "json.nul", "/name"),
    ("number too large", new_project(lease_seconds=2**62), "field.invalid", "/lease_seconds"),
    ("number is NaN", new_project(quality={"gold_rate": float("nan")}), "json.number", "/quality/gold_rate"),
    ("number too small", new_project(quality={"min_labels": 0}), "field.invalid", "/quality/min_labels"),
    ("enum not named", new_project(access=0), "field.invalid", "/access"),
    ("enum of no value", new_project(access=77), "field.invalid", "/access"),
    ("document is no JSON", new_project(ontology=b"{"), "json.malformed", "/ontology"),
    ("document breaks out", new_project(ontology=b'1},"x":{"y":2'), "json.malformed", "/ontology"),
    ("document has a key twice", new_project(ontology=b'{"a":1,"a":2}'), "json.duplicate_key", "/ontology/a"),
    ("document too deep", new_project(ontology=b"[" * 99 + b"]" * 99), "json.too_deep", "/ontology"),
    ("document of another type", new_project(ontology=b"7"), "field.invalid", "/ontology"),
    ("document is wrong", new_project(ontology=b'{"fields":{}}'), "ontology.invalid", ""),
]


@pytest.mark.parametrize(("request_", "code", "pointer"), [case[1:] for case in BAD], ids=[c[0] for c in BAD])
async def test_a_wrong_value_is_named(wire: Wire, request_: Any, code: str, pointer: str) -> None:
    refused = await wire.refused("ProjectService/CreateProject", request_)
    assert (refused.status, refused.code) == (INVALID, code)
    assert (refused.pointer or "").startswith(pointer)
    assert refused.info.domain == "assay.dev"
    assert refused.info.metadata["request_id"]
    assert refused.info.metadata["remedy"]


SAME = [
    ("/v1/projects", {"name": "", "ontology": TOPIC}, new_project(name="")),
    ("/v1/projects", {"ontology": TOPIC}, project_pb2.CreateProjectRequest(ontology=ONTOLOGY)),
    ("/v1/projects", {"name": "x", "ontology": {}}, new_project(ontology=b"{}")),
    (
        "/v1/projects",
        {"name": "x", "ontology": TOPIC, "quality": {"min_labels": 3, "max_labels": 2}},
        new_project(quality={"min_labels": 3, "max_labels": 2}),
    ),
    ("/v1/labelers", {"name": ""}, labeler_pb2.CreateLabelerRequest(name="")),
    (
        f"/v1/projects/{ID}/snapshots",
        {"min_probability": 0.5},
        snapshot_pb2.CreateSnapshotRequest(project=ID, min_probability=0.5),
    ),
    (f"/v1/projects/{ID}/leases", {"count": 0}, lease_pb2.ClaimRequest(project=ID, count=0)),
    (f"/v1/projects/{ID}/leases", {"count": 1}, lease_pb2.ClaimRequest(project=ID, count=1)),
    (f"/v1/leases/{ID}/submit", {"fence": 1}, lease_pb2.SubmitRequest(lease=ID, fence=1)),
    (
        f"/v1/leases/{ID}/submit",
        {"fence": 1, "label": {}, "verdict": "fix"},
        lease_pb2.SubmitRequest(lease=ID, fence=1, label=b"{}", verdict=resolution_pb2.VERDICT_FIX),
    ),
    (
        f"/v1/tasks/{ID}/reviews",
        {"target": {"annotation": ID, "resolution_version": 1}, "verdict": "accept"},
        resolution_pb2.ReviewTaskRequest(
            task=ID,
            target={"annotation": ID, "resolution_version": 1},
            verdict=resolution_pb2.VERDICT_ACCEPT,
        ),
    ),
]
NAMES = {
    "CreateProjectRequest": "ProjectService/CreateProject",
    "CreateLabelerRequest": "LabelerService/CreateLabeler",
    "CreateSnapshotRequest": "SnapshotService/CreateSnapshot",
    "ClaimRequest": "LeaseService/Claim",
    "SubmitRequest": "LeaseService/Submit",
    "ReviewTaskRequest": "ResolutionService/ReviewTask",
}


@pytest.mark.parametrize(("path", "body", "message"), SAME)
async def test_both_transports_refuse_alike(
    rest: Caller, wire: Wire, path: str, body: dict[str, Any], message: Any
) -> None:
    problem = (await rest.post(path, body)).json()
    refused = await wire.refused(NAMES[message.DESCRIPTOR.name], message)
    assert (refused.code, refused.pointer) == (problem["code"], problem.get("pointer"))
    assert refused.info.metadata.get("limit") == (str(problem["limit"]) if "limit" in problem else None)


async def test_fields_that_the_contract_lacks_are_refused(wire: Wire) -> None:
    known = new_project().SerializeToString()
    refused = await wire.refused("ProjectService/CreateProject", known + b"\x98\x06\x01")
    assert (refused.code, refused.pointer) == ("field.unknown", "/99")
    nested = known + b"\x22\x03\x98\x06\x01"  # field 4, quality, with a field 99
    refused = await wire.refused("ProjectService/CreateProject", nested)
    assert (refused.code, refused.pointer) == ("field.unknown", "/quality/99")


@pytest.mark.parametrize("body", [b"\xff\xff\xff", b"\x0a\x02\xff\xfe", b"\x0a\x7f"])
async def test_bytes_that_are_no_message_are_refused(wire: Wire, body: bytes) -> None:
    refused = await wire.refused("ProjectService/CreateProject", body)
    assert (refused.status, refused.code) == (INVALID, "message.malformed")


async def test_a_message_over_the_limit_is_refused_by_code(wire: Wire) -> None:
    refused = await wire.refused("ProjectService/CreateProject", new_project(name="x" * MAX_BODY_BYTES))
    assert (refused.status, refused.code) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "body.too_large")
    assert refused.info.metadata["limit"] == str(MAX_BODY_BYTES)


async def test_a_message_far_over_the_limit_is_refused_and_others_go_on(wire: Wire) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await wire("ProjectService/CreateProject", new_project(name="x" * (MAX_BODY_BYTES * 2)))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (
        await wire("LabelerService/GetMyself", labeler_pb2.GetMyselfRequest())
    ).role == labeler_pb2.ROLE_ADMIN


async def test_who_does_not_say_who_they_are_is_refused(wire: Wire, rest: Caller) -> None:
    request = labeler_pb2.GetMyselfRequest()
    nobody = Wire(channel=wire.channel, api_key=None)
    refused = await nobody.refused("LabelerService/GetMyself", request)
    assert (refused.status, refused.code) == (grpc.StatusCode.UNAUTHENTICATED, "auth.missing")
    liar = Wire(channel=wire.channel, api_key="assay_nobody")
    assert (await liar.refused("LabelerService/GetMyself", request)).code == "auth.invalid"
    ann = await rest.labeler("ann", role=Role.LABELER)
    refused = await wire.by(ann).refused("LabelerService/ListLabelers", labeler_pb2.ListLabelersRequest())
    assert (refused.status, refused.code) == (grpc.StatusCode.PERMISSION_DENIED, "role.forbidden")


async def test_a_revoked_key_is_refused_at_once(wire: Wire, rest: Caller) -> None:
    ann = await rest.labeler("ann")
    assert (await wire.by(ann)("LabelerService/GetMyself", labeler_pb2.GetMyselfRequest())).name == "ann"
    await wire("LabelerService/DisableLabeler", labeler_pb2.DisableLabelerRequest(labeler=ann.id))
    refused = await wire.by(ann).refused("LabelerService/GetMyself", labeler_pb2.GetMyselfRequest())
    assert refused.code == "auth.invalid"


async def test_what_is_another_organisations_is_not_there(wire: Wire, rest: Caller, stranger: Caller) -> None:
    project = await rest.project()
    refused = await wire.by(stranger).refused(
        "ProjectService/GetProject", project_pb2.GetProjectRequest(project=project)
    )
    assert (refused.status, refused.code) == (grpc.StatusCode.NOT_FOUND, "not_found")
    assert refused.info.metadata["noun"] == "project"


@pytest.mark.parametrize(
    ("given", "code"), [(None, "field.missing"), ("", "field.invalid"), ("7", "field.invalid")]
)
async def test_an_id_that_is_none_is_refused(wire: Wire, given: str | None, code: str) -> None:
    refused = await wire.refused("ProjectService/GetProject", project_pb2.GetProjectRequest(project=given))
    assert (refused.code, refused.pointer) == (code, "/project")


@pytest.mark.parametrize("limit", [0, -1, 1001, 2**62])
async def test_a_limit_out_of_range_is_refused(wire: Wire, limit: int) -> None:
    refused = await wire.refused("ProjectService/ListProjects", project_pb2.ListProjectsRequest(limit=limit))
    assert (refused.code, refused.pointer) == ("field.invalid", "/limit")


async def test_one_bad_document_of_a_stream_stores_nothing_or_is_left_out(wire: Wire, rest: Caller) -> None:
    project = await rest.project()
    good = documents([{"external_id": "a", "fields": {"note": "x"}}])
    first = item_pb2.AddItemsRequest(project=project, items=[*good, b"{"])
    refused = await wire.refused("ItemService/AddItems", [first])
    assert refused.code == "import.aborted"
    assert "json.malformed" in refused.info.metadata["errors"]
    first.on_error = item_pb2.ON_ERROR_SKIP
    report = await wire("ItemService/AddItems", [first])
    assert (report.accepted, report.rejected, report.errors[0].code) == (1, 1, "json.malformed")


async def test_many_bad_documents_are_told_within_the_trailers(wire: Wire, rest: Caller) -> None:
    project = await rest.project()
    refused = await wire.refused(
        "ItemService/AddItems", [item_pb2.AddItemsRequest(project=project, items=[b"{" * 50] * 500)]
    )
    assert refused.code == "import.aborted"
    assert refused.info.metadata["rejected"] == "500"


async def test_a_stream_of_nothing_is_refused(wire: Wire) -> None:
    assert (await wire.refused("ItemService/AddItems", [])).code == "field.missing"


async def test_a_repeat_under_a_key_gets_the_first_answer(wire: Wire) -> None:
    request = labeler_pb2.CreateLabelerRequest(name="ann")
    first = await wire("LabelerService/CreateLabeler", request, key="k-1")
    again = await wire("LabelerService/CreateLabeler", request, key="k-1")
    assert again == first
    assert first.api_key
    refused = await wire.refused(
        "LabelerService/CreateLabeler", labeler_pb2.CreateLabelerRequest(name="bob"), key="k-1"
    )
    assert refused.code == "idempotency.mismatch"
    assert (
        await wire.refused("LabelerService/CreateLabeler", request, key="k" * 256)
    ).code == "idempotency.key"


async def test_a_claim_under_a_key_is_granted_once(wire: Wire, rest: Caller) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one", "two")
    request = lease_pb2.ClaimRequest(project=project)
    first = await wire("LeaseService/Claim", request, key="c-1")
    assert await wire("LeaseService/Claim", request, key="c-1") == first
    assert await wire("LeaseService/Claim", request, key="c-2") != first


async def test_a_call_whose_time_is_over_has_no_effect(wire: Wire) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await wire("ProjectService/CreateProject", new_project(), timeout=0)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert list((await wire("ProjectService/ListProjects", project_pb2.ListProjectsRequest())).items) == []


async def test_a_stream_that_is_cancelled_stores_nothing(wire: Wire, rest: Caller) -> None:
    project = await rest.project()
    sent = asyncio.Event()

    async def endless() -> Any:
        yield item_pb2.AddItemsRequest(
            project=project, items=documents([{"external_id": "a", "fields": {"note": "x"}}])
        )
        sent.set()
        await asyncio.Event().wait()

    adding = wire.channel.stream_unary(
        "/assay.v1.ItemService/AddItems", request_serializer=lambda message: message.SerializeToString()
    )(endless(), metadata=(("authorization", f"Bearer {wire.api_key}"),))
    await sent.wait()
    adding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await adding
    listed = await wire("ItemService/ListItems", item_pb2.ListItemsRequest(project=project))
    assert list(listed.items) == []


async def test_health_needs_no_key_and_reflection_is_off(wire: Wire) -> None:
    check = wire.channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    for service in ("", "assay.v1.LeaseService"):
        told = await check(health_pb2.HealthCheckRequest(service=service))
        assert told.status == health_pb2.HealthCheckResponse.SERVING
    reflect = wire.channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        _ = [one async for one in reflect(iter([b""]))]
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
