"""Domain dataclasses as request bodies, and their schemas in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

from pydantic.json_schema import GenerateJsonSchema
from starlette.requests import Request

from assay.api.body import adapter, validate
from assay.api.json_value import MAX_BODY_BYTES
from assay.api.rest.json_body import read_body
from assay.errors import Unsupported

T = TypeVar("T")
_REF = "#/components/schemas/{model}"
BODIES: dict[str, Any] = {}
"""Schemas of every body type that a route reads, by name; the OpenAPI document takes them from here."""


class _Schema(GenerateJsonSchema):
    # A key that may be left out has no schema of its own, and its default none in JSON.
    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012


def body(body_type: type[T], *, limit: int = MAX_BODY_BYTES) -> Callable[[Request], Coroutine[Any, Any, T]]:
    """A dependency that reads the request's body as ``body_type``; no body at all says nothing but the
    defaults."""

    optional = _may_be_left_out(body_type)

    async def read(request: Request) -> T:
        if optional and "content-type" not in request.headers and not await read_body(request, limit):
            return body_type()
        expect_json(request)
        return validate(body_type, await read_body(request, limit))

    return read


def _may_be_left_out(body_type: Any) -> bool:
    """Whether every key has a default."""
    return is_dataclass(body_type) and all(
        one.default is not MISSING or one.default_factory is not MISSING for one in fields(body_type)
    )


def expect_json(request: Request) -> None:
    """Refuse bodies that a browser could send across origins without asking (A36)."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("application/json", "application/problem+json"):
        raise Unsupported("body.type", "send Content-Type: application/json")


def reads(
    body_type: type[Any], example: Any = None, *, media_type: str = "application/json"
) -> dict[str, Any]:
    """The ``openapi_extra`` of a route whose body is ``body_type``."""
    schema = adapter(body_type).json_schema(ref_template=_REF, schema_generator=_Schema)
    BODIES.update(schema.pop("$defs", {}))
    BODIES[body_type.__name__] = schema
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(model=body_type.__name__)}}
    if example is not None:
        content["example"] = example
    return {"requestBody": {"required": not _may_be_left_out(body_type), "content": {media_type: content}}}


def tells(media_type: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route whose answer no value describes."""
    return {200: {"description": "Successful Response", "content": {media_type: {"schema": schema}}}}


IMPORT_REPORT: dict[str, Any] = {
    "type": "object",
    "description": "What became of an import. Only the first errors are listed; all are counted.",
    "required": ["import", "accepted", "existing", "rejected", "errors"],
    "properties": {
        "import": {"type": "string", "format": "uuid"},
        "accepted": {"type": "integer"},
        "existing": {"type": "integer", "description": "Lines that were there already, with an equal body."},
        "rejected": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["line", "code", "pointer", "detail"],
                "properties": {
                    "line": {"type": "integer", "description": "From 1."},
                    "code": {"type": "string"},
                    "pointer": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "detail": {"type": "string"},
                    "existing": {"type": "string", "description": "The id of what is there."},
                },
            },
        },
    },
}
