"""The OpenAPI document: the routes' own, with the bodies they read and the errors they may answer."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from assay.api.rest.schema import BODIES
from assay.errors import CODES

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem document",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string", "description": "What to do about it."},
        "status": {"type": "integer"},
        "code": {
            "type": "string",
            "enum": sorted(CODES),
            "description": "The stable name of the error, and what to do about it:\n\n"
            + "\n".join(f"- `{code}`: {CODES[code]}" for code in sorted(CODES)),
        },
        "detail": {"type": "string"},
        "pointer": {"type": "string", "description": "RFC 6901 JSON pointer to what is wrong."},
        "limit": {"description": "The limit that was exceeded."},
        "request_id": {"type": "string"},
    },
}
_ERROR = {
    "description": "Refused; `code` says why.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_REFUSALS = ("400", "401", "403", "404", "409", "413", "415", "422", "429", "503")


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="Assay",
            version="1.0.0",
            routes=app.routes,
            description="Training data whose accuracy is known. Errors are RFC 9457 problem documents "
            "with a stable `code`; every POST takes an `Idempotency-Key`.",
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schemas.update(BODIES)
        schemas["Problem"] = _PROBLEM
        made["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"key": []}]
        for operations in made["paths"].values():
            for operation in operations.values():
                for status in _REFUSALS:
                    operation["responses"][status] = _ERROR
        app.openapi_schema = made
    return app.openapi_schema
