"""Errors as a status with ``google.rpc`` details: the same codes, pointers and limits as REST's problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
import orjson
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from assay.api.encode import encode
from assay.api.errors import grpc_status, http_status
from assay.errors import AssayError

DOMAIN = "assay.dev"
DETAILS = "grpc-status-details-bin"
MAX_TEXT = 1_000
"""Clients accept 8 KiB of trailers by default."""


def status_of(error: AssayError) -> grpc.StatusCode:
    """The gRPC status of an error."""
    return grpc.StatusCode[grpc_status(error)]


def details_of(error: AssayError, request_id: str) -> Status:
    """All that is told of an error.

    ``ErrorInfo.reason`` is the code; its metadata hold request_id, remedy, limit, HTTP's status and what REST
    adds to the problem. A pointer is the field of one ``BadRequest`` violation.
    """
    told = {
        "request_id": request_id,
        "remedy": error.remedy,
        "status": http_status(error),
        "pointer": error.pointer,
        "limit": error.limit,
    }
    metadata = {name: _text(value) for name, value in {**told, **error.extra}.items() if value is not None}
    details: list[Message] = [ErrorInfo(reason=error.code, domain=DOMAIN, metadata=metadata)]
    if error.pointer is not None:
        violation = BadRequest.FieldViolation(
            field=error.pointer, description=sentence(error), reason=error.code
        )
        details.append(BadRequest(field_violations=[violation]))
    if error.retry_after_secs is not None:
        retry = RetryInfo()
        retry.retry_delay.FromSeconds(error.retry_after_secs)
        details.append(retry)
    return Status(code=status_of(error).value[0], message=sentence(error), details=_packed(details))


def sentence(error: AssayError) -> str:
    """The detail, cut where it would not fit into the trailers."""
    return error.detail if len(error.detail) <= MAX_TEXT else error.detail[: MAX_TEXT - 1] + "…"


def _text(value: Any) -> str:
    """One value of the metadata; of a long list as many of the first as fit into the trailers."""
    if isinstance(value, list):
        while len(orjson.dumps(value)) > MAX_TEXT:
            value = value[: len(value) // 2]
    text = value if isinstance(value, str) else encode(value).decode()
    return text[:MAX_TEXT]


def _packed(details: Sequence[Message]) -> list[Packed]:
    packed = []
    for detail in details:
        packed.append(Packed())
        packed[-1].Pack(detail)
    return packed
