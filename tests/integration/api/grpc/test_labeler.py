"""Taking access away and giving it back by gRPC."""

from __future__ import annotations

from assay.domain.labeler import LabelerKind
from assay.wire.v1 import labeler_pb2
from tests.integration.api.conftest import Caller
from tests.integration.api.grpc.conftest import Wire


async def test_a_person_is_let_back_in_and_a_program_is_not(rest: Caller, wire: Wire) -> None:
    ann, model = await rest.labeler("ann"), await rest.labeler("model", kind=LabelerKind.MODEL)
    for labeler in (ann.id, model.id):
        request = labeler_pb2.ChangeLabelerRequest(labeler=labeler, disabled=True)
        assert (await wire("LabelerService/ChangeLabeler", request)).HasField("disabled_at")
    request = labeler_pb2.ChangeLabelerRequest(labeler=ann.id, disabled=False)
    back = await wire("LabelerService/ChangeLabeler", request)
    assert (back.name, back.HasField("disabled_at")) == ("ann", False)
    request = labeler_pb2.ChangeLabelerRequest(labeler=model.id, disabled=False)
    refused = await wire.refused("LabelerService/ChangeLabeler", request)
    assert (refused.code, refused.pointer) == ("field.invalid", "/disabled")
