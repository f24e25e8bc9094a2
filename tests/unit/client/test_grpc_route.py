"""Which rpc is which request, and lines as messages."""

from __future__ import annotations

import httpx
import pytest

from assay.client.grpc_route import BATCH_BYTES, ROUTES, Batches, find_route

AT = "grpc://127.0.0.1:8081/v1"


def request(method: str, path: str, accept: str = "application/json") -> httpx.Request:
    return httpx.Request(method, f"{AT}/{path}", headers={"Accept": accept})


FOUND = [
    ("GET", "me", "application/json", "LabelerService/GetMyself"),
    ("POST", "projects/p/leases", "application/json", "LeaseService/Claim"),
    ("GET", "projects/p/resolutions", "application/json", "ResolutionService/ListResolutions"),
    (
        "GET",
        "projects/p/resolutions?state=open",
        "application/x-ndjson",
        "ResolutionService/StreamResolutions",
    ),
    ("GET", "events", "application/json", "EventService/ListEvents"),
    ("GET", "events?since=now", "text/event-stream", "EventService/StreamEvents"),
    ("POST", "projects/p/items", "application/json", "ItemService/AddItems"),
    ("GET", "snapshots/s/export", "*/*", "SnapshotService/ExportSnapshot"),
    ("DELETE", "projects/p/members/l", "application/json", "LabelerService/RemoveMember"),
]


@pytest.mark.parametrize(("method", "path", "accept", "name"), FOUND)
def test_a_request_is_found_in_the_contract(method: str, path: str, accept: str, name: str) -> None:
    route = find_route(request(method, path, accept))
    assert route is not None
    assert route.name == f"/assay.v1.{name}"


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "uploads/u/parts/1"), ("GET", "assets/a"), ("GET", "x")]
)
def test_bytes_have_no_rpc(method: str, path: str) -> None:
    assert find_route(request(method, path)) is None


def test_every_noun_of_the_contract_is_found() -> None:
    names = {route.name.split(".")[2].partition("/")[0] for route in ROUTES}
    assert {"ProjectService", "LeaseService", "WebhookService", "CertificateService"} <= names
    assert len({route.name for route in ROUTES}) == len(ROUTES)


def test_names_of_the_path_are_read_back() -> None:
    asked = request("GET", "projects/a%2Fb/items?limit=3&gold=false")
    route = find_route(asked)
    assert route is not None
    message = route.first(asked)
    assert (message.project, message.limit, message.gold) == ("a/b", 3, False)


def test_lines_go_in_messages_of_a_bounded_size() -> None:
    asked = request("POST", "projects/p/items?on_error=skip")
    route = find_route(asked)
    assert route is not None
    batches = Batches(route, asked)
    line = b'{"external_id": "%s"}' % (b"x" * (BATCH_BYTES // 3))
    sent = [*batches.feed((line + b"\n") * 7 + b'{"last'), *batches.feed(b'": 1}'), *batches.rest()]
    messages = [route.request.FromString(one) for one in sent]
    assert [len(one.items) for one in messages] == [2, 2, 2, 2]
    assert [one.HasField("project") for one in messages] == [True, False, False, False]
    assert messages[-1].items[-1] == b'{"last": 1}'


def test_an_import_of_nothing_is_one_message() -> None:
    asked = request("POST", "projects/p/items")
    route = find_route(asked)
    assert route is not None
    (sent,) = Batches(route, asked).rest()
    assert list(route.request.FromString(sent).items) == []
