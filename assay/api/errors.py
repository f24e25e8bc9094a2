"""The one table that says how each class of error leaves the server."""

from __future__ import annotations

from assay.errors import (
    AssayError,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    Malformed,
    NotFound,
    StorageFull,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unsupported,
)

STATUS: dict[type[AssayError], tuple[int, str]] = {
    Malformed: (400, "INVALID_ARGUMENT"),
    Unauthenticated: (401, "UNAUTHENTICATED"),
    Forbidden: (403, "PERMISSION_DENIED"),
    NotFound: (404, "NOT_FOUND"),
    Conflict: (409, "FAILED_PRECONDITION"),
    Gone: (410, "FAILED_PRECONDITION"),
    TooLarge: (413, "RESOURCE_EXHAUSTED"),
    Unsupported: (415, "INVALID_ARGUMENT"),
    Invalid: (422, "INVALID_ARGUMENT"),
    TooMany: (429, "RESOURCE_EXHAUSTED"),
    Unavailable: (503, "UNAVAILABLE"),
    StorageFull: (507, "RESOURCE_EXHAUSTED"),
    AssayError: (500, "INTERNAL"),
}
"""Error class → (HTTP status, gRPC status)."""


def http_status(error: AssayError) -> int:
    """The HTTP status of an error: its class's, or the nearest base's."""
    return next(STATUS[cls][0] for cls in type(error).__mro__ if cls in STATUS)


def grpc_status(error: AssayError) -> str:
    """The name of the gRPC status of an error."""
    return next(STATUS[cls][1] for cls in type(error).__mro__ if cls in STATUS)
