"""How requests travel: by HTTP, or where that is asked for by gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import httpx

from assay.client.connection import GRPC, GRPC_TLS, Connection
from assay.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from types import ModuleType

Named = Literal["rest", "grpc"]


def sync_transport(
    wanted: httpx.BaseTransport | Named | None, connection: Connection
) -> httpx.BaseTransport | None:
    """For a session of threads; ``None`` is httpx's own. Raises ``Invalid`` and ``Unavailable``."""
    target = _grpc_target(wanted, connection)
    if target is None:
        return None if isinstance(wanted, str) else wanted
    by_http = None if _only_grpc(connection) else httpx.HTTPTransport()
    made: httpx.BaseTransport = _library().GrpcTransport(target, secure=_secure(connection), bytes_by=by_http)
    return made


def async_transport(
    wanted: httpx.AsyncBaseTransport | Named | None, connection: Connection
) -> httpx.AsyncBaseTransport | None:
    """The same for an event loop."""
    target = _grpc_target(wanted, connection)
    if target is None:
        return None if isinstance(wanted, str) else wanted
    by_http = None if _only_grpc(connection) else httpx.AsyncHTTPTransport()
    made: httpx.AsyncBaseTransport = _library().AsyncGrpcTransport(
        target, secure=_secure(connection), bytes_by=by_http
    )
    return made


def _grpc_target(wanted: object, connection: Connection) -> str | None:
    if wanted not in (None, "rest", "grpc") and isinstance(wanted, str):
        raise Invalid("config.invalid", f"transport is 'rest' or 'grpc', not {wanted!r}")
    by_address = _only_grpc(connection)
    if wanted == "rest" and by_address:
        raise Invalid("config.invalid", f"{connection.url} is a gRPC address; REST has another")
    if wanted == "grpc" or (wanted is None and by_address):
        if connection.grpc is None:
            raise Invalid(
                "config.invalid", "no gRPC address: give url as grpc://HOST:PORT, or name credentials.json"
            )
        return connection.grpc
    return None


def _only_grpc(connection: Connection) -> bool:
    return urlsplit(connection.url).scheme in (GRPC, GRPC_TLS)


def _secure(connection: Connection) -> bool:
    return urlsplit(connection.url).scheme in (GRPC_TLS, "https")


def _library() -> ModuleType:
    try:
        from assay.client import grpc_transport
    except ImportError as error:
        raise Unavailable("extra.missing", "gRPC needs more: pip install 'assay[grpc]'") from error
    return grpc_transport
