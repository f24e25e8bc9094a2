"""The web app: files that the build laid in ``assay/static``, read once and served from memory.

Only the names that were found there are served, so no path can lead out of the folder, and none lies below
``/v1``.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from assay.errors import Malformed, NotFound

BUILT_APP = Path(__file__).parents[2] / "static"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "worker-src 'self' blob:; frame-ancestors 'none'"
)
WORKER = "/service_worker.js"
"""The script that lets pages load without a network. Its name stays: browsers look there for the next one."""
PAGES = (
    "/",
    "/sign-in",
    "/welcome",
    "/account",
    "/keys",
    "/people",
    "/health",
    "/projects",
    "/projects/{path:path}",
)
"""Addresses that the app answers itself; its one page is served at all of them."""

_NOT_BUILT = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Assay</title></head><body>
<h1>Assay is running</h1>
<p>Its web app is not built here. Run <code>scripts/build-web</code> in the source folder and start again;
the REST interface, the SDK and the <code>assay</code> command work without it.</p>
</body></html>
"""
_HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, kw_only=True)
class StaticFile:
    """A file of the built app, plain and packed."""

    data: bytes
    packed: bytes
    media_type: str
    etag: str


def install(app: FastAPI, folder: Path = BUILT_APP) -> None:
    """Serve the built app of ``folder``; without one, a page that says how to build it."""
    files = read_files(folder)
    page = files.get("index.html") or _static_file("index.html", _NOT_BUILT)

    async def index(request: Request) -> Response:
        if request.query_params:
            # No page reads any, least of all one that says where to go after signing in (A37).
            raise Malformed("route.query", "pages take no parameters")
        return _response(request, page, "no-cache")

    async def worker(request: Request) -> Response:
        return _response(request, _found(files, request), "no-cache")

    async def named(request: Request) -> Response:
        # The build puts a hash of the content into every name below assets.
        return _response(request, _found(files, request), "public, max-age=31536000, immutable")

    for path in PAGES:
        app.add_api_route(path, index, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route(WORKER, worker, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route("/assets/{path:path}", named, methods=["GET", "HEAD"], include_in_schema=False)


def read_files(folder: Path) -> Mapping[str, StaticFile]:
    """The files below a folder by their relative names; none where there is no folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return {path.relative_to(folder).as_posix(): _static_file(path.name, path.read_bytes()) for path in found}


def _found(files: Mapping[str, StaticFile], request: Request) -> StaticFile:
    found = files.get(request.url.path.removeprefix("/"))
    if found is None:
        raise NotFound("route.not_found", "there is no such file")
    return found


def _static_file(name: str, data: bytes) -> StaticFile:
    media_type = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
    return StaticFile(
        data=data,
        packed=gzip.compress(data, mtime=0),
        media_type=media_type or "application/octet-stream",
        etag=f'"{hashlib.sha256(data).hexdigest()[:32]}"',
    )


def _response(request: Request, file: StaticFile, caching: str) -> Response:
    headers = _HEADERS | {"Cache-Control": caching, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            file.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=file.media_type
        )
    return Response(file.data, headers=headers, media_type=file.media_type)
