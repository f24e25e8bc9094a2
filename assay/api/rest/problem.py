"""Errors as RFC 9457 problem documents: a stable code, a pointer, the limit; never a stack, a path or SQL."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from assay.api.encode import encode
from assay.api.errors import http_status
from assay.errors import AssayError, Malformed, NotFound
from assay.service.refusal import remember_refusal

_log = logging.getLogger("assay.api.rest")


def problem(error: AssayError, request_id: str) -> dict[str, Any]:
    """The problem document of an error."""
    status = http_status(error)
    document: dict[str, Any] = {
        "type": f"https://assay.dev/errors/{error.code}",
        "title": error.remedy,
        "status": status,
        "code": error.code,
        "detail": error.detail,
        "request_id": request_id,
    }
    if error.pointer is not None:
        document["pointer"] = error.pointer
    if error.limit is not None:
        document["limit"] = error.limit
    return document | error.extra


def problem_response(error: AssayError, request: Request, *, status: int | None = None) -> Response:
    """The response for an error; ``status`` where the protocol has one of its own for it."""
    document = problem(error, request.state.request_id)
    document["status"] = status or document["status"]
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_secs is not None:
        headers["Retry-After"] = str(error.retry_after_secs)
        if document["status"] == 429:
            headers["RateLimit-Policy"] = f'"{error.code}";q={error.limit}'
            headers["RateLimit"] = f'"{error.code}";r=0;t={error.retry_after_secs}'
    if document["status"] == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(encode(document), document["status"], headers, "application/problem+json")


def operation(request: Request) -> str:
    """The route a request met, without its ids."""
    return f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"


async def refuse(request: Request, error: AssayError) -> Response:
    """The response for an error of ours, remembered where it speaks of security."""
    principal = getattr(request.state, "principal", None)
    if principal is not None:
        await remember_refusal(
            request.app.state.engine,
            principal.organization,
            principal.labeler,
            error.code,
            operation(request),
        )
    return problem_response(error, request)


def install(app: FastAPI) -> None:
    """Handle our errors, the router's own, and everything unforeseen, once each."""

    @app.exception_handler(AssayError)
    async def refused(request: Request, error: AssayError) -> Response:
        return await refuse(request, error)

    @app.exception_handler(HTTPException)
    async def unrouted(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            refusal: AssayError = Malformed("route.method", f"{request.method} is not a method of this route")
            return problem_response(refusal, request, status=405)
        return problem_response(NotFound("route.not_found", "there is no such route"), request)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        _log.error("request %s failed", request.state.request_id, exc_info=error)
        return problem_response(AssayError("server.error", "something went wrong on our side"), request)
