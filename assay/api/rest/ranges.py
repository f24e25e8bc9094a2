"""Ranges of bytes, as RFC 9110 has them: one range, or all."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from assay.api.rest.problem import problem_response
from assay.errors import Invalid

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def byte_range(request: Request, size: int, etag: str) -> tuple[int, int]:
    """What part is asked for, as [start, end); all when the range is none we serve, or of other bytes."""
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if asked is None or asked[1] + asked[2] == "" or request.headers.get("if-range", etag) != etag:
        return 0, size
    if not asked[1]:
        return max(size - int(asked[2]), 0) if int(asked[2]) else size, size
    first, end = int(asked[1]), int(asked[2]) + 1 if asked[2] else size
    if asked[2] and end <= first:  # not a range at all: RFC 9110 says to ignore it
        return 0, size
    return first, min(end, size)


def unsatisfiable(request: Request, size: int) -> Response:
    """The answer to a range that lies outside."""
    refusal = Invalid("range.unsatisfiable", f"the file has {size} bytes", limit=size)
    response = problem_response(refusal, request, status=416)
    response.headers["Content-Range"] = f"bytes */{size}"
    return response
