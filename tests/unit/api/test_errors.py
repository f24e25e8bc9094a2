"""One table says how errors leave the server; every code is listed, raised and explained."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import assay
from assay import errors
from assay.api.errors import STATUS, grpc_status, http_status
from assay.api.rest.problem import problem
from assay.errors import CODES, AssayError, Invalid, pointer_token

CLASSES = [AssayError, *AssayError.__subclasses__()]
RAISERS = frozenset(error.__name__ for error in CLASSES)
# The names of google.rpc.Code, which gRPC's own library spells the same.
GRPC = frozenset(
    {
        "FAILED_PRECONDITION",
        "INTERNAL",
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "UNAUTHENTICATED",
        "UNAVAILABLE",
    }
)


@pytest.mark.parametrize("error_class", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_class_has_a_status_on_both_transports(error_class: type[AssayError]) -> None:
    error = error_class("server.error", "told")
    assert error_class in STATUS
    assert 400 <= http_status(error) <= 599
    assert grpc_status(error) in GRPC


def test_statuses_differ_by_class_except_where_the_table_says_so() -> None:
    assert len({status for status, _ in STATUS.values()}) == len(STATUS)


def test_the_module_draws_every_class_with_its_status() -> None:
    branches = [line.strip() for line in (errors.__doc__ or "").splitlines() if "──" in line]
    drawn = {line.split()[1]: line for line in branches}
    assert set(drawn) == {cls.__name__ for cls in AssayError.__subclasses__()}
    for cls in AssayError.__subclasses__():
        assert f"(HTTP {STATUS[cls][0]})" in drawn[cls.__name__]


def test_every_code_is_raised_somewhere_and_every_raised_code_is_listed() -> None:
    written = {text for tree in _trees() for text in _strings(tree)}
    assert [code for code in CODES if code not in written] == []
    assert [(code, where) for code, where in _raised() if code not in CODES] == []


def test_every_code_says_what_to_do() -> None:
    for code, remedy in CODES.items():
        assert remedy[0].isupper(), code
        assert remedy.endswith("."), code


def test_an_unlisted_code_cannot_be_raised() -> None:
    with pytest.raises(ValueError, match="not listed"):
        Invalid("no.such_code", "told")


def test_a_problem_document_tells_code_pointer_limit_and_no_more_than_that() -> None:
    error = Invalid("field.invalid", "at most 3", pointer="/a", limit=3, extra={"existing": "x"})
    assert problem(error, "r1") == {
        "type": "https://assay.dev/errors/field.invalid",
        "title": CODES["field.invalid"],
        "status": 422,
        "code": "field.invalid",
        "detail": "at most 3",
        "request_id": "r1",
        "pointer": "/a",
        "limit": 3,
        "existing": "x",
    }
    assert set(problem(Invalid("field.invalid", "d"), "r")) == {
        "type", "title", "status", "code", "detail", "request_id",
    }  # fmt: skip


def test_pointers_are_escaped_and_prefixed() -> None:
    assert pointer_token("a/b~c") == "/a~1b~0c"
    assert Invalid("field.invalid", "d", pointer="/x").at("/y").pointer == "/y/x"


def _trees() -> Iterator[ast.Module]:
    root = Path(assay.__file__).parent
    for path in root.rglob("*.py"):
        if path != root / "errors.py":
            yield ast.parse(path.read_text())


def _strings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _raised() -> Iterator[tuple[str, int]]:
    """The code and line of every error made with a code written out."""
    for tree in _trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in RAISERS
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value), node.lineno
