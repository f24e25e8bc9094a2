"""JSON to the contract's messages and back."""

from __future__ import annotations

from typing import Any

import pytest

from assay.client.grpc_message import parameters, read, write
from assay.errors import AssayError
from assay.wire.v1 import event_pb2, item_pb2, lease_pb2, project_pb2, webhook_pb2

PROJECT = {
    "name": "News",
    "ontology": {"fields": {"note": "text"}, "questions": []},
    "access": "members",
    "quality": {"min_labels": 2, "gold_rate": 0.1},
}


def test_a_request_is_its_json() -> None:
    message = write(project_pb2.CreateProjectRequest(), PROJECT)
    assert message.access == project_pb2.ACCESS_MEMBERS
    assert not message.HasField("lease_seconds")
    told = read(message)
    assert {key: told[key] for key in ("name", "ontology", "access")} == {
        key: PROJECT[key] for key in ("name", "ontology", "access")
    }
    assert told["quality"]["gold_rate"] == 0.1
    assert told["quality"]["target_accuracy"] is None


def test_a_list_may_be_left_out_empty_or_null() -> None:
    for kinds, every in ((["task.resolved"], False), ([], False), (None, True)):
        message = write(webhook_pb2.ChangeWebhookRequest(), {"kinds": kinds})
        assert (list(message.kinds.values), message.kinds.every) == (kinds or [], every)
    assert not write(webhook_pb2.ChangeWebhookRequest(), {}).HasField("kinds")


def test_lists_of_documents_and_messages() -> None:
    operation = {"id": "1", "forward": [{"question": "q", "value": None}], "inverse": []}
    message = write(lease_pb2.EditDraftRequest(), {"base": 0, "operations": [operation]})
    assert read(message.operations[0]) == operation


def test_no_document_has_no_bytes() -> None:
    assert read(event_pb2.Event())["body"] is None


WRONG: list[tuple[Any, dict[str, Any], str, str]] = [
    (project_pb2.CreateProjectRequest, {"nam": "x"}, "field.unknown", "/nam"),
    (project_pb2.CreateProjectRequest, {"name": 3}, "field.invalid", "/name"),
    (project_pb2.CreateProjectRequest, {"name": "\ud800"}, "json.surrogate", "/name"),
    (project_pb2.CreateProjectRequest, {"access": "all"}, "field.invalid", "/access"),
    (project_pb2.CreateProjectRequest, {"quality": 7}, "field.invalid", "/quality"),
    (
        project_pb2.CreateProjectRequest,
        {"quality": {"min_labels": "3"}},
        "field.invalid",
        "/quality/min_labels",
    ),
    (project_pb2.CreateProjectRequest, {"lease_seconds": True}, "field.invalid", "/lease_seconds"),
    (project_pb2.CreateProjectRequest, {"lease_seconds": 2**70}, "field.invalid", "/lease_seconds"),
    (lease_pb2.EditDraftRequest, {"operations": {}}, "field.invalid", "/operations"),
    (lease_pb2.EditDraftRequest, {"operations": [7]}, "field.invalid", "/operations/0"),
    (webhook_pb2.CreateWebhookRequest, {"kinds": [7]}, "field.invalid", "/kinds/values/0"),
]


@pytest.mark.parametrize(("message", "fields", "code", "pointer"), WRONG)
def test_what_no_field_can_hold_is_refused(
    message: Any, fields: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(AssayError) as refused:
        write(message(), fields)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_parameters_are_the_fields_that_they_are() -> None:
    fields = item_pb2.ListItemsRequest.DESCRIPTOR.fields_by_name
    given = [("gold", "true"), ("limit", "7"), ("external_id", "7"), ("x", "y")]
    assert parameters(fields, given) == {"gold": True, "limit": 7, "external_id": "7", "x": "y"}
    kinds = event_pb2.StreamEventsRequest.DESCRIPTOR.fields_by_name
    assert parameters(kinds, [("kind", "a"), ("kind", "b")]) == {"kind": ["a", "b"]}
    for wrong in (("gold", "yes"), ("limit", "many")):
        with pytest.raises(AssayError, match=wrong[0]):
            parameters(fields, [wrong])
