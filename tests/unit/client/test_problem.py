from __future__ import annotations

import json

import pytest

from assay.api.errors import STATUS
from assay.api.rest.problem import problem
from assay.client.problem import ERROR_BY_STATUS, error_of
from assay.client.request import Answer
from assay.errors import AssayError, Invalid, NotFound, Unavailable


def refused(status: int, document: object, **headers: str) -> Answer:
    return Answer(
        status=status,
        headers={"content-type": "application/problem+json"} | headers,
        body=json.dumps(document).encode(),
    )


def test_the_table_is_the_servers_table_turned_round() -> None:
    theirs = {status: error for error, (status, _) in STATUS.items() if error is not AssayError}
    of_their_own = {405, 416}
    assert {s: e for s, e in ERROR_BY_STATUS.items() if s not in of_their_own} == theirs


@pytest.mark.parametrize("error_type", [error for error in STATUS if error is not AssayError])
def test_every_error_comes_back_as_itself(error_type: type[AssayError]) -> None:
    sent = error_type("field.invalid", "no", pointer="/a", limit=3, extra={"existing": "x"})
    document = problem(sent, "r-1")
    got = error_of(refused(document["status"], document, **{"retry-after": "2"}))
    assert type(got) is error_type
    assert (got.code, got.detail, got.pointer, got.limit) == ("field.invalid", "no", "/a", 3)
    assert (got.extra, got.retry_after_secs) == ({"existing": "x", "request_id": "r-1"}, 2)
    assert got.remedy == sent.remedy


def test_a_code_of_a_later_version_is_kept() -> None:
    got = error_of(refused(404, {"code": "moon.dark", "detail": "no moon"}))
    assert isinstance(got, NotFound)
    assert (got.code, got.detail, got.extra["code"]) == ("client.protocol", "moon.dark: no moon", "moon.dark")


def test_a_status_of_a_later_version_is_an_error_all_the_same() -> None:
    assert type(error_of(refused(418, {"code": "field.invalid", "detail": "tea"}))) is AssayError


def test_what_assay_did_not_write_is_told_apart() -> None:
    page = Answer(status=404, headers={"content-type": "text/html"}, body=b"<html>")
    assert error_of(page).code == "client.protocol"
    gateway = Answer(status=504, headers={"retry-after": "Wed, 21 Oct 2015"}, body=b"")
    got = error_of(gateway)
    assert isinstance(got, Unavailable)
    assert (got.code, got.retry_after_secs) == ("client.unreachable", None)


def test_a_broken_problem_document_is_no_crash() -> None:
    broken = Answer(status=422, headers={"content-type": "application/problem+json"}, body=b"{")
    assert error_of(broken).code == "client.protocol"


def test_an_invalid_label_names_its_place() -> None:
    got = error_of(
        refused(422, {"code": "label.class", "detail": "no such class", "pointer": "/label/topic"})
    )
    assert isinstance(got, Invalid)
    assert got.pointer == "/label/topic"
