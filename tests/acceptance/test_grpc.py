"""``assay up`` by gRPC: where the credentials say, while REST serves, until it is told to stop."""

from __future__ import annotations

import json
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2

from assay.wire.v1 import event_pb2, labeler_pb2
from tests.acceptance.conftest import PATIENCE_SECS, RunningAssay


def dial(assay: RunningAssay) -> grpc.Channel:
    return grpc.insecure_channel(json.loads((assay.data / "credentials.json").read_text())["grpc"])


def myself(channel: grpc.Channel, api_key: str) -> Any:
    ask = channel.unary_unary(
        "/assay.v1.LabelerService/GetMyself",
        request_serializer=labeler_pb2.GetMyselfRequest.SerializeToString,
        response_deserializer=labeler_pb2.Myself.FromString,
    )
    return ask(
        labeler_pb2.GetMyselfRequest(),
        metadata=[("authorization", f"Bearer {api_key}")],
        timeout=PATIENCE_SECS,
    )


def test_it_answers_where_the_credentials_say(assay: RunningAssay) -> None:
    with dial(assay) as channel, assay.client() as client:
        assert myself(channel, assay.api_key).labeler == client.get("/v1/me").json()["labeler"]


def test_health_says_that_it_serves(assay: RunningAssay) -> None:
    with dial(assay) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        told = check(health_pb2.HealthCheckRequest(), timeout=PATIENCE_SECS)
    assert told.status == health_pb2.HealthCheckResponse.SERVING


def test_a_port_that_is_taken_is_refused(assay: RunningAssay, own_assay: RunningAssay) -> None:
    with dial(assay) as channel:
        myself(channel, assay.api_key)
        port = json.loads((assay.data / "credentials.json").read_text())["grpc"].rpartition(":")[2]
        refused = own_assay.command("up", "--port", "0", "--grpc-port", port)
        said, _ = refused.communicate(timeout=PATIENCE_SECS)
    assert refused.returncode != 0
    assert f"ASSAY_GRPC_PORT {port}" in said
    assert "--grpc-port" in said


def test_processes_share_the_port_and_end_their_calls(own_assay: RunningAssay) -> None:
    own_assay.start("--processes", "2")
    with dial(own_assay) as channel:
        assert myself(channel, own_assay.api_key).role == labeler_pb2.ROLE_ADMIN
        follow = channel.unary_stream(
            "/assay.v1.EventService/StreamEvents",
            request_serializer=event_pb2.StreamEventsRequest.SerializeToString,
            response_deserializer=event_pb2.EventBatch.FromString,
        )
        events = follow(
            event_pb2.StreamEventsRequest(), metadata=[("authorization", f"Bearer {own_assay.api_key}")]
        )
        assert next(events).cursor
        assert own_assay.stop() == 0
        try:
            list(events)  # what was under way came to its end
        except grpc.RpcError as error:
            pytest.fail(f"the stream was cut: {error}")
