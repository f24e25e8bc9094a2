"""A transport without a network, for the tests of programs that use the SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from assay.client.problem import ERROR_BY_STATUS, PROBLEM
from assay.errors import AssayError, NotFound

FakeAnswer = Any | AssayError | Exception | Callable[[httpx.Request], httpx.Response]


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers what it was told to, and remembers what it was asked.

    ::

        fake = FakeTransport()
        fake.answer("GET", "/v1/me", {"labeler": "1", "name": "ann", "kind": "person", "role": "labeler", …})
        fake.answer("GET", "/v1/jobs/7", NotFound("not_found", "there is no job 7"))
        client = Client("http://assay.test", "key", transport=fake)

    Answers to one route are given in turn, the last one again and again. An ``AssayError`` is answered as the
    server would; an ``httpx.TransportError`` is raised, as a broken network does; a callable is given the
    request; a list of bytes is streamed; anything else is JSON. A route that nobody set answers 404.
    """

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._answers: dict[tuple[str, str], list[FakeAnswer]] = {}

    def answer(self, method: str, path: str, *answers: FakeAnswer) -> None:
        """Answer a route with these, in turn."""
        self._answers[method, path] = list(answers)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._respond(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self._respond(request)

    def bodies(self, method: str, path: str) -> list[Any]:
        """The JSON bodies that a route was sent so far."""
        return [
            json.loads(request.content)
            for request in self.requests
            if (request.method, request.url.path) == (method, path)
        ]

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        waiting = self._answers.get((request.method, request.url.path), [])
        missing = NotFound("route.not_found", f"no answer is set for {request.method} {request.url.path}")
        given = (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else missing
        if isinstance(given, AssayError):
            return _problem(given)
        if isinstance(given, Exception):
            raise given
        if callable(given):
            response: httpx.Response = given(request)
            return response
        if isinstance(given, list) and given and isinstance(given[0], bytes):
            return httpx.Response(200, content=b"".join(given))
        return httpx.Response(204) if given is None else httpx.Response(200, json=given)


def _problem(error: AssayError) -> httpx.Response:
    status = next((code for code, kind in ERROR_BY_STATUS.items() if kind is type(error)), 500)
    document: dict[str, Any] = {
        "type": f"https://assay.dev/errors/{error.code}",
        "title": error.remedy,
        "status": status,
        "code": error.code,
        "detail": error.detail,
        "request_id": "fake",
    }
    told: Mapping[str, Any] = {"pointer": error.pointer, "limit": error.limit}
    document |= {key: value for key, value in told.items() if value is not None} | error.extra
    headers = {"Content-Type": PROBLEM}
    if error.retry_after_secs is not None:
        headers["Retry-After"] = str(error.retry_after_secs)
    return httpx.Response(status, headers=headers, content=json.dumps(document))
