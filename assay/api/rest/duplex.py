"""Answers that are written while the request is still being read."""

from __future__ import annotations

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class DuplexResponse(StreamingResponse):
    """A stream whose content reads the request's body as it goes.

    Starlette's own watches ``receive`` for a client that goes away, and so takes away what the content would
    read: the body. Here nobody else receives; a client that is gone ends the reading instead.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.stream_response(send)
