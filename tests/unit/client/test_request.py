from __future__ import annotations

from collections.abc import Sequence

import pytest

from assay.client.request import Answer, Done, Plan, Request, ask, encode, get, path, query, step, together
from assay.errors import AssayError, Invalid


def answer(body: bytes = b"{}") -> Answer:
    return Answer(status=200, headers={}, body=body)


def echo(names: Sequence[str]) -> Plan[str]:
    """Asks for each name in turn, and joins what comes back."""
    heard = ""
    for name in names:
        heard += (yield from ask(get(f"/{name}"))).body.decode()
    return heard


def carry_out(plan: Plan[list[str]]) -> tuple[list[str], list[list[str]]]:
    rounds: list[list[str]] = []
    reached = step(plan, None)
    while not isinstance(reached, Done):
        rounds.append([request.path for request in reached])
        reached = step(plan, [answer(request.path[1:].encode()) for request in reached])
    return reached.result, rounds


def test_plans_go_side_by_side() -> None:
    result, rounds = carry_out(together([echo("ab"), echo(""), echo("c")]))
    assert result == ["ab", "", "c"]
    assert rounds == [["/a", "/c"], ["/b"]]


def test_no_plans_ask_nothing() -> None:
    assert carry_out(together([])) == ([], [])


def test_ids_cannot_leave_their_place() -> None:
    assert path("projects", "../labelers?x") == "/v1/projects/..%2Flabelers%3Fx"


def test_parameters_are_written_as_the_server_reads_them() -> None:
    assert query({"gold": True, "state": None, "limit": 10}) == {"gold": "true", "limit": "10"}


def test_what_only_the_server_can_judge_is_left_to_it() -> None:
    assert encode({"x": float("nan"), "å": "\ud800"}) == b'{"x":NaN,"\xc3\xa5":"\xed\xa0\x80"}'


@pytest.mark.parametrize("document", [{"x": object()}, {"x": {1, 2}}])
def test_what_is_not_json_is_refused_at_once(document: object) -> None:
    with pytest.raises(Invalid) as refused:
        encode(document)
    assert refused.value.code == "json.malformed"


def test_a_loop_is_not_json() -> None:
    loop: dict[str, object] = {}
    loop["loop"] = loop
    with pytest.raises(Invalid):
        encode(loop)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"3"])
def test_an_answer_that_is_no_object_is_not_assays(body: bytes) -> None:
    with pytest.raises(AssayError) as refused:
        answer(body).json()
    assert refused.value.code == "client.protocol"


def test_a_request_is_a_value() -> None:
    assert get("/v1/me") == Request(method="GET", path="/v1/me")
