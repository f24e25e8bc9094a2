"""Reads request bodies: whole, by lines, or in chunks; inflated, and never more than was agreed."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import AsyncIterator

from starlette.requests import Request

from assay.api.json_value import MAX_BODY_BYTES
from assay.errors import Malformed, TooLarge, Unsupported

MAX_INFLATION = 100
"""Beyond ``MAX_BODY_BYTES``, no body may inflate to more than this many times what was sent (A15)."""


async def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """The whole body, inflated if it is gzip. Raises ``TooLarge`` (``body.too_large``) before it holds
    more."""
    parts: list[bytes] = []
    size = 0
    async for part in inflated(request):
        size += len(part)
        if size > limit:
            raise TooLarge("body.too_large", f"the body is larger than {limit} bytes", limit=limit)
        parts.append(part)
    body = b"".join(parts)
    request.state.body_sha256 = hashlib.sha256(body).digest()
    return body


async def read_lines(request: Request, limit: int = MAX_BODY_BYTES) -> AsyncIterator[tuple[int, bytes]]:
    """The non-empty lines of an NDJSON body with their numbers from 1, holding one line at a time.

    Raises ``TooLarge`` (``body.too_large``) at a line longer than ``limit``.
    """
    rest = b""
    number = 0
    async for part in inflated(request):
        rest += part
        if b"\n" in part:
            *lines, rest = rest.split(b"\n")
            for line in lines:
                number += 1
                if line.strip():
                    yield number, line
        if len(rest) > limit:
            raise TooLarge("body.too_large", f"line {number + 1} is longer than {limit} bytes", limit=limit)
    if rest.strip():
        yield number + 1, rest


async def inflated(request: Request) -> AsyncIterator[bytes]:
    """The body's chunks; gzip is inflated in steps of at most 1 MiB, so a bomb is stopped by whoever
    counts."""
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        async for part in request.stream():
            yield part
        return
    if encoding != "gzip":
        raise Unsupported("body.encoding", f"Content-Encoding {encoding[:20]!r} is not read")
    sent = given = 0
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    begun = False
    async for part in request.stream():
        sent += len(part)
        while part:
            if inflater.eof:  # a gzip file may hold several members, one after the other
                inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
            begun = True
            try:
                piece = inflater.decompress(part, 1 << 20)
            except zlib.error as error:
                raise Malformed("body.encoding", "the body is not valid gzip") from error
            given += len(piece)
            if given > max(MAX_BODY_BYTES, MAX_INFLATION * sent):
                raise TooLarge(
                    "body.too_large",
                    f"the body inflates to more than {MAX_INFLATION} times its size",
                    limit=MAX_INFLATION,
                )
            yield piece
            part = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if begun and not inflater.eof:
        raise Malformed("body.encoding", "the gzip body ends early")
