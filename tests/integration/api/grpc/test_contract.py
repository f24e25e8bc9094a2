"""Both surfaces, side by side: every operation, every field, every answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from google.protobuf.message import Message

from assay.api.grpc.server import SERVICES
from assay.api.grpc.service import Method
from assay.api.rest.openapi import document
from assay.wire.v1 import item_pb2, lease_pb2, project_pb2, resolution_pb2, snapshot_pb2
from tests.integration.api.conftest import TOPIC, Caller
from tests.integration.api.grpc.conftest import Wire, documents, plain

NOT_BY_GRPC = {
    ("get", "/v1/certificate-key"): "whoever checks a certificate has no key of their own to ask with",
    ("get", "/v1/system/durability"): "it is for the operator of the installation",
    ("get", "/v1/system/health"): "it is for the operator of the installation",
    ("post", "/v1/projects/{project}/views"): "a person keeps it for pages of the app",
    ("get", "/v1/projects/{project}/views"): "a person keeps it for pages of the app",
    ("delete", "/v1/views/{view}"): "a person keeps it for pages of the app",
    ("post", "/v1/login"): "it sets a cookie of a browser",
    ("post", "/v1/logout"): "it ends a cookie of a browser",
    ("put", "/v1/me/password"): "it sets a cookie of a browser",
    ("put", "/v1/uploads/{upload}/parts/{number}"): "bytes travel by HTTP",
    ("get", "/v1/assets/{sha256}"): "bytes travel by HTTP, by ranges",
    ("get", "/v1/assets/{sha256}/thumbnail"): "bytes travel by HTTP",
    ("get", "/v1/projects/{project}/items/{item}/media/{field}"): "bytes travel by HTTP, by ranges",
}
OTHER_FORM = {
    "assay.v1.ItemService.AddItems": "a stream of documents instead of lines",
    "assay.v1.AnnotationService.AddAnnotations": "a stream of documents instead of lines",
    "assay.v1.LeaseService.Work": "one stream instead of a request each",
    "assay.v1.LeaseService.SubmitMany": "a stream of batches instead of lines",
    "assay.v1.ProjectService.ChangeOntology": "the body is the document itself",
    "assay.v1.SnapshotService.ExportSnapshot": "chunks instead of a body with headers",
    "assay.v1.CertificateService.GetCertificate": "the signed document as it is",
    "assay.v1.EventService.StreamEvents": "messages instead of server-sent events",
    "assay.v1.ResolutionService.StreamResolutions": "messages instead of lines",
}
METHODS = [method for service in SERVICES for method in service.methods.values()]
COMPARED = [method for method in METHODS if method.full_name not in OTHER_FORM]
PAGING = {"limit", "cursor"}


def operations(api: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {(verb, path): told for path, verbs in api["paths"].items() for verb, told in verbs.items()}


def test_every_route_has_its_method_or_a_reason_and_every_method_its_route(rest: Caller) -> None:
    routes = set(operations(document(rest.app)))
    served = {(method.verb, method.path) for method in METHODS}
    assert served - routes == set()
    assert routes - served == set(NOT_BY_GRPC)


@pytest.mark.parametrize("method", COMPARED, ids=lambda method: method.full_name)
def test_requests_have_the_same_fields(rest: Caller, method: Method) -> None:
    api = document(rest.app)
    told = operations(api)[method.verb, method.path]
    parameters = {one["name"] for one in told.get("parameters", ()) if one["in"] in ("path", "query")}
    fields = {field.name for field in method.request.DESCRIPTOR.fields}
    assert fields == parameters | properties(api, content(told.get("requestBody", {})))


@pytest.mark.parametrize("method", COMPARED, ids=lambda method: method.full_name)
def test_answers_have_the_same_fields(rest: Caller, method: Method) -> None:
    api = document(rest.app)
    told = operations(api)[method.verb, method.path]
    answer = next(said for status, said in told["responses"].items() if status.startswith("2"))
    wanted = properties(api, content(answer))
    fields = {field.name for field in method.response.DESCRIPTOR.fields}
    if method.name == "Claim":  # REST tells two kinds of leases apart by what was asked for
        assert fields == wanted | {"reviews"}
    else:
        assert fields == wanted


def content(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def properties(api: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        return properties(api, api["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    found = set(schema.get("properties", ()))
    for one in schema.get("anyOf", ()):
        found |= properties(api, one)
    return found


async def test_a_loop_by_grpc_reads_the_same_by_rest(rest: Caller, wire: Wire) -> None:
    made = await wire(
        "ProjectService/CreateProject",
        project_pb2.CreateProjectRequest(
            name="News", ontology=documents([TOPIC])[0], access=project_pb2.ACCESS_ORGANIZATION
        ),
    )
    project = made.id
    await same(rest, f"/v1/projects/{project}", made)
    report = await wire(
        "ItemService/AddItems",
        [
            item_pb2.AddItemsRequest(project=project, items=documents([note(0), note(1)])),
            item_pb2.AddItemsRequest(items=documents([note(2)])),
        ],
    )
    assert (report.accepted, report.existing, report.rejected) == (3, 0, 0)

    claimed = await wire("LeaseService/Claim", lease_pb2.ClaimRequest(project=project, count=2))
    assert len(claimed.leases) == 2
    held = await wire("LeaseService/ListLeases", lease_pb2.ListLeasesRequest(project=project))
    await same(rest, f"/v1/projects/{project}/leases", held)
    first, second = claimed.leases
    await wire("LeaseService/Heartbeat", lease_pb2.HeartbeatRequest(lease=first.lease))
    submitted = await wire(
        "LeaseService/Submit",
        lease_pb2.SubmitRequest(lease=first.lease, fence=first.fence, label=b'{"topic":"sports"}'),
    )
    assert submitted.annotation
    assert not submitted.HasField("review")
    settled = await wire(
        "LeaseService/SubmitMany",
        [
            lease_pb2.SubmitManyRequest(
                project=project,
                submissions=[
                    lease_pb2.Submission(lease=second.lease, fence=second.fence, label=b'{"topic":"news"}'),
                    lease_pb2.Submission(lease=second.lease, fence=second.fence, label=b'{"topic":"cats"}'),
                ],
            )
        ],
    )
    good, bad = settled[0].settlements
    assert good.annotation
    assert (bad.problem.code, bad.problem.pointer) == ("label.class", "/label/topic")

    resolutions = await wire(
        "ResolutionService/StreamResolutions", resolution_pb2.StreamResolutionsRequest(project=project)
    )
    assert [plain(one) for one in resolutions] == await rest.resolutions(project)
    task = await wire(
        "ResolutionService/GetTask", resolution_pb2.GetTaskRequest(project=project, task=first.task)
    )
    await same(rest, f"/v1/projects/{project}/tasks/{first.task}", task)
    snapshot = await wire(
        "SnapshotService/CreateSnapshot", snapshot_pb2.CreateSnapshotRequest(project=project, name="June")
    )
    await same(rest, f"/v1/snapshots/{snapshot.id}", snapshot)
    chunks = await wire(
        "SnapshotService/ExportSnapshot", snapshot_pb2.ExportSnapshotRequest(snapshot=snapshot.id)
    )
    exported = await rest.get(f"/v1/snapshots/{snapshot.id}/export")
    assert b"".join(chunk.chunk for chunk in chunks) == exported.content


LISTS = [
    ("ProjectService/ListProjects", "/v1/projects"),
    ("ItemService/ListItems", "/v1/projects/{project}/items"),
    ("ResolutionService/ListResolutions", "/v1/projects/{project}/resolutions"),
    ("LabelerService/ListLabelers", "/v1/labelers"),
    ("LabelerService/ListMembers", "/v1/projects/{project}/members"),
    ("JobService/ListJobs", "/v1/projects/{project}/jobs"),
    ("SnapshotService/ListSnapshots", "/v1/projects/{project}/snapshots"),
    ("QualityService/GetQuality", "/v1/projects/{project}/quality"),
    ("LabelerService/GetMyself", "/v1/me"),
    ("SnapshotService/ListFormats", "/v1/formats"),
]


@pytest.mark.parametrize(("name", "path"), LISTS)
async def test_reads_say_the_same(rest: Caller, wire: Wire, name: str, path: str) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one", "two")
    ann = await rest.labeler("ann")
    await rest.post(f"/v1/projects/{project}/members", {"labeler": ann.id})
    [lease] = await ann.claim(project)
    await ann.submit(lease, {"topic": "sports"})
    method = next(one for one in METHODS if one.full_name.endswith(name.replace("/", ".")))
    request = method.request(**({"project": project} if "project" in method.named else {}))
    await same(rest, path.format(project=project), await wire(name, request))


async def test_pages_go_on_where_they_ended(rest: Caller, wire: Wire) -> None:
    project = await rest.project()
    await rest.add_notes(project, *"abcde")
    request = item_pb2.ListItemsRequest(project=project, limit=2)
    seen = []
    while True:
        page = await wire("ItemService/ListItems", request)
        seen += [item.external_id for item in page.items]
        if not page.HasField("next_cursor"):
            break
        request.cursor = page.next_cursor
    assert seen == ["n-0", "n-1", "n-2", "n-3", "n-4"]
    request.external_id = "n-1"
    refused = await wire.refused("ItemService/ListItems", request)
    assert refused.code == "cursor.invalid"


async def same(rest: Caller, path: str, message: Message) -> None:
    answer = await rest.get(path)
    assert answer.status_code == 200, answer.text
    assert without_null(plain(message)) == without_null(answer.json())


def without_null(value: Any) -> Any:
    """A key that is null in JSON is a field that is not set."""
    if isinstance(value, dict):
        return {key: without_null(one) for key, one in value.items() if one is not None}
    return [without_null(one) for one in value] if isinstance(value, list) else value


def note(number: int) -> dict[str, Any]:
    return {"external_id": f"n-{number}", "fields": {"note": f"note {number}"}}


def test_names_of_paths_are_fields(rest: Caller) -> None:
    for method in METHODS:
        fields = {field.name for field in method.request.DESCRIPTOR.fields}
        assert set(re.findall(r"\{(\w+)\}", method.path)) <= fields
