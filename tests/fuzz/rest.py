"""Every operation of the OpenAPI document, with what it allows and what it does not: never a 5xx.

Each refusal is a problem document with a code, and each status one that the document names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from assay.errors import CODES
from tests.fuzz.target import Findings, Target

NDJSON = "application/x-ndjson"
PROBLEM = "application/problem+json"
TIMEOUT_SECS = 60.0


@schemathesis.serializer(NDJSON)
def as_lines(context: Any, value: Any) -> bytes:
    """A value as the one line of a stream, or a list as its lines."""
    lines = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def fuzz(target: Target, number: int, examples: int) -> Findings:
    """What was answered and what should not have been; ``number`` is the seed, of each operation so many."""
    document = httpx.get(f"{target.url}/openapi.json").json()
    found = Findings()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {target.api_key}"
        for operation in operations(document):
            fuzz_one(found, target, session, operation, number, examples)
    return found


def operations(document: dict[str, Any]) -> Iterator[Any]:
    """All of them, those that take something away last."""
    schema = schemathesis.openapi.from_dict(document)
    made = [result.ok() for result in schema.get_all_operations()]
    yield from sorted(made, key=lambda one: (one.method.lower() == "delete", one.path, one.method))


def fuzz_one(
    found: Findings, target: Target, session: requests.Session, operation: Any, number: int, examples: int
) -> None:
    """One operation: most of the requests name what is there."""
    known = {name: target.known[name] for name in names(operation) if name in target.known}
    requests_of_it = st.one_of(
        operation.as_strategy(path_parameters=known or None),
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=known or None),
    )

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_of_it)
    def one(case: Any) -> None:
        case.headers.pop("Idempotency-Key", None)  # else one bad answer would be kept and told again
        try:
            answer = case.call(base_url=target.url, session=session, timeout=TIMEOUT_SECS)
        except requests.exceptions.InvalidHeader:
            return  # nobody can send this
        found.add(str(answer.status_code), wrong(operation, answer))

    one()


def names(operation: Any) -> list[str]:
    """The names in its path."""
    return [one.name for one in operation.path_parameters]


def wrong(operation: Any, answer: Any) -> Iterator[str]:
    """What an answer should not be."""
    asked = answer.request
    said = f"{operation.label} answered {answer.status_code} to {asked.url} {asked.body!r}"[:600]
    if answer.status_code >= 500:
        yield f"{said}: {answer.text[:300]}"
    elif answer.status_code >= 400:
        if answer.headers.get("content-type", [""])[0] != PROBLEM:
            yield f"{said} without a problem: {answer.text[:200]}"
        elif answer.json().get("code") not in CODES:
            yield f"{said} with no code: {answer.text[:200]}"
