"""Requests and answers as values, and plans: what is asked, in which order, without any I/O.

A plan is a generator. It yields the requests that may go at the same time, is sent their answers in the same
order, and returns its result. The sync and the async shell (``session``) carry out the same plans.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from assay.errors import AssayError, Invalid

T = TypeVar("T")
NDJSON = "application/x-ndjson"
JSON = "application/json"

Body = bytes | Callable[[], Iterator[bytes]]
"""Bytes, or what opens them anew each time: a request may have to be sent again."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request. ``slow`` marks what may take the server minutes, such as publishing a large import."""

    method: str
    path: str
    params: Mapping[str, str | list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    slow: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, whole. ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The JSON object of the body. Raises ``AssayError`` (``client.protocol``) when it is none."""
        return read_object(self.body)


Plan = Generator[Sequence[Request], Sequence[Answer], T]


def ask(request: Request) -> Plan[Answer]:
    """One request on its own: ``answer = yield from ask(request)``."""
    (answer,) = yield [request]
    return answer


@dataclass(frozen=True, kw_only=True)
class Done(Generic[T]):
    """The end of a plan."""

    result: T


def step(plan: Plan[T], answers: Sequence[Answer] | None) -> Sequence[Request] | Done[T]:
    """Carry a plan on to what it asks for next, or to its end. ``None`` starts it."""
    try:
        return next(plan) if answers is None else plan.send(answers)
    except StopIteration as done:
        return Done(result=done.value)


def get(at: str, **params: object) -> Request:
    """A GET; parameters that are ``None`` are left out."""
    return Request(method="GET", path=at, params=query(params))


def send(method: str, at: str, document: Any, *, slow: bool = False) -> Request:
    """A request with a JSON body."""
    headers = {"Content-Type": JSON}
    return Request(method=method, path=at, headers=headers, body=encode(document), slow=slow)


def post(at: str, document: Any, *, slow: bool = False) -> Request:
    """A POST with a JSON body."""
    return send("POST", at, document, slow=slow)


def path(*parts: str) -> str:
    """A path of the API; an id can hold no slash that would make it another path."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def query(params: Mapping[str, object]) -> dict[str, str | list[str]]:
    """Query parameters as the server reads them; one that is a list is repeated."""
    return {
        name: [_word(each) for each in value] if isinstance(value, list) else _word(value)
        for name, value in params.items()
        if value is not None
    }


def _word(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def encode(document: Any) -> bytes:
    """A value as JSON. What only the server can judge, such as NaN or half a character, is left to it.

    Raises ``Invalid`` (``json.malformed``) for what JSON cannot write at all.
    """
    try:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid("json.malformed", f"this is not JSON: {error}") from error
    return text.encode("utf-8", "surrogatepass")


def read_object(raw: bytes) -> dict[str, Any]:
    """One JSON object that Assay sent. Raises ``AssayError`` (``client.protocol``) when it is none."""
    try:
        document = json.loads(raw)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise AssayError("client.protocol", "the answer is not a JSON object")
    return document


def together(plans: Sequence[Plan[T]]) -> Plan[list[T]]:
    """Carry out plans side by side: what all of them ask for next goes at the same time."""
    results: dict[int, T] = {}
    answers: dict[int, Sequence[Answer] | None] = dict.fromkeys(range(len(plans)))
    while answers:
        wanted: dict[int, Sequence[Request]] = {}
        for index, given in answers.items():
            reached = step(plans[index], given)
            if isinstance(reached, Done):
                results[index] = reached.result
            else:
                wanted[index] = reached
        flat = (yield [request for requests in wanted.values() for request in requests]) if wanted else []
        answers, start = {}, 0
        for index, requests in wanted.items():
            answers[index] = flat[start : start + len(requests)]
            start += len(requests)
    return [results[index] for index in range(len(plans))]
