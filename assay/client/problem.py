"""Problem documents (RFC 9457) back to the errors they were made from."""

from __future__ import annotations

from typing import Any

from assay.client.request import Answer
from assay.errors import (
    CODES,
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

PROBLEM = "application/problem+json"
ERROR_BY_STATUS: dict[int, type[AssayError]] = {
    400: Malformed,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: Malformed,
    409: Conflict,
    410: Gone,
    413: TooLarge,
    415: Unsupported,
    416: Invalid,
    422: Invalid,
    429: TooMany,
    503: Unavailable,
    507: StorageFull,
}
_MEMBERS = frozenset({"type", "title", "status", "code", "detail", "pointer", "limit"})


def error_of(answer: Answer) -> AssayError:
    """The error that a refusal means.

    An answer that Assay did not write, from a proxy for example, is ``client.protocol``; so is a code that
    this version does not know, with the code in ``extra``.
    """
    if not answer.headers.get("content-type", "").startswith(PROBLEM):
        if answer.status in (502, 503, 504):
            return Unavailable(
                "client.unreachable",
                f"something before Assay answered {answer.status}",
                retry_after_secs=retry_after_secs(answer),
            )
        return AssayError("client.protocol", f"the answer is a {answer.status} that Assay did not write")
    try:
        document = answer.json()
    except AssayError as error:
        return error
    return error_from_problem(document, answer.status, retry_after_secs(answer))


def error_from_problem(
    document: dict[str, Any], status: int, retry_after_secs: int | None = None
) -> AssayError:
    """The error of one problem document, from a response or from a line of a batch."""
    code, detail = str(document.get("code")), str(document.get("detail", ""))
    extra = {key: value for key, value in document.items() if key not in _MEMBERS}
    if code not in CODES:
        extra["code"] = code
        code, detail = "client.protocol", f"{code}: {detail}"
    return ERROR_BY_STATUS.get(status, AssayError)(
        code,
        detail,
        pointer=document.get("pointer"),
        limit=document.get("limit"),
        retry_after_secs=retry_after_secs,
        extra=extra,
    )


def retry_after_secs(answer: Answer) -> int | None:
    """The seconds of ``Retry-After``; its other form, a date, is not one that Assay sends."""
    given = answer.headers.get("retry-after", "")
    return int(given) if given.isascii() and given.isdigit() else None
