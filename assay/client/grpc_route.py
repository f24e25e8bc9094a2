"""Which rpc of the contract is which request of REST: a request's messages, and its answer from theirs.

The contract itself says so (``google.api.http``), so a new rpc needs no line here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import unquote

import httpx
from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from assay.client import grpc_message
from assay.client.paging import Lines
from assay.client.request import NDJSON, read_object
from assay.wire import v1
from assay.wire.v1 import event_pb2, snapshot_pb2

FILES = tuple(
    import_module(f"{v1.__name__}.{found.name}")
    for found in iter_modules(v1.__path__)
    if found.name.endswith("_pb2")
)
CONVERSATIONS = frozenset({"Work", "SubmitMany"})
"""Streams in both directions, which no request of REST is."""
STREAMS = (NDJSON, "text/event-stream", "*/*")
BATCH_BYTES = 1 << 18
"""How much of an import goes in one message."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One rpc, and the names in its path."""

    name: str
    verb: str
    path: re.Pattern[str]
    body: str
    response_body: str
    request: type[Message]
    response: type[Message]
    reads_stream: bool
    writes_stream: bool

    def message(self, request: httpx.Request, body: bytes) -> Message:
        """The message of a request with a whole body. Raises ``Invalid`` for what no field can hold."""
        fields = self._outside(request)
        if body and self.body == "*":
            fields = read_object(body) | fields
        elif body:
            fields |= {self.body: json.loads(body)}
        place = request.headers.get("last-event-id")
        return grpc_message.write(self.request(), fields | ({"cursor": place} if place else {}))

    def first(self, request: httpx.Request) -> Message:
        """The first message of a stream: what the lines belong to."""
        return grpc_message.write(self.request(), self._outside(request))

    def answer(self, message: Message) -> dict[str, Any]:
        """A whole answer as JSON."""
        told = grpc_message.read(message)
        if told.get("reviews"):  # REST tells the two kinds of leases apart by what was asked for
            told["leases"] = told["reviews"]
        return dict(told[self.response_body]) if self.response_body else told

    def chunk(self, message: Message) -> bytes:
        """One message of an answer as a part of REST's stream."""
        if isinstance(message, snapshot_pb2.ExportChunk):
            return message.chunk
        if isinstance(message, event_pb2.EventBatch):
            told = [
                f"id: {one.cursor}\nevent: {one.kind}\ndata: {json.dumps(grpc_message.read(one))}\n\n"
                for one in message.items
            ]
            return ("".join(told) + f": here\nid: {message.cursor}\n\n").encode()
        return json.dumps(grpc_message.read(message)).encode() + b"\n"

    @staticmethod
    def headers(first: Message | None) -> dict[str, str]:
        """Of an answer that comes as a stream, by its first message."""
        if isinstance(first, snapshot_pb2.ExportChunk):
            return {"assay-notes": json.dumps(list(first.notes)), "content-type": first.media_type}
        return {}

    def _outside(self, request: httpx.Request) -> dict[str, Any]:
        """What the path and the query say."""
        matched = self.path.fullmatch(request.url.raw_path.decode().partition("?")[0])
        named = {} if matched is None else {key: unquote(value) for key, value in matched.groupdict().items()}
        fields = self.request().DESCRIPTOR.fields_by_name
        return grpc_message.parameters(fields, request.url.params.multi_items()) | named


class Batches:
    """Puts the lines of an import into messages of a bounded size."""

    def __init__(self, route: Route, request: httpx.Request) -> None:
        self._route = route
        self._message = route.first(request)
        (self._field,) = (field.name for field in route.request.DESCRIPTOR.fields if field.is_repeated)
        self._lines = Lines()
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The messages that this chunk fills."""
        for line in self._lines.feed(chunk):
            yield from self._add(line)

    def rest(self) -> Iterator[bytes]:
        """The last message, which is also the first of an empty import."""
        for line in self._lines.rest():
            yield from self._add(line)
        yield self._message.SerializeToString()

    def _add(self, line: bytes) -> Iterator[bytes]:
        if self._size + len(line) > BATCH_BYTES and self._size:
            yield self._message.SerializeToString()
            self._message, self._size = self._route.request(), 0
        getattr(self._message, self._field).append(line)
        self._size += len(line)


def find_route(request: httpx.Request) -> Route | None:
    """The rpc that is this request, or ``None`` where gRPC carries none, as for a page for people."""
    if request.headers.get("accept") == "text/html":
        return None
    streams = request.headers.get("accept", "") in STREAMS
    found = [
        route
        for route in ROUTES
        if route.verb == request.method.lower()
        and route.path.fullmatch(request.url.raw_path.decode().partition("?")[0])
    ]
    return next((one for one in found if one.writes_stream == streams), found[0] if found else None)


def _route(method: MethodDescriptor) -> Route:
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", getattr(rule, verb))
    return Route(
        name="/" + "/".join(method.full_name.rsplit(".", 1)),
        verb=verb,
        path=re.compile(pattern),
        body=rule.body,
        response_body=rule.response_body,
        request=GetMessageClass(method.input_type),
        response=GetMessageClass(method.output_type),
        reads_stream=method.client_streaming,
        writes_stream=method.server_streaming,
    )


ROUTES = tuple(
    _route(method)
    for file in FILES
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
    if method.name not in CONVERSATIONS
)
