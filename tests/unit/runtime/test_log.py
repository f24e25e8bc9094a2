"""What an operator reads: who failed and where, and nobody's words."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from assay.errors import Unavailable
from assay.runtime.log import JsonLines, Sentences

CANARY = "canary-5f1c"


def record(error: BaseException | None = None) -> logging.LogRecord:
    """A record of a failure, as handlers get it."""
    info = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord("assay.x", logging.ERROR, __file__, 1, "request %s failed", ("r-1",), info)


def failure() -> BaseException:
    """An error whose cause and whose own words quote somebody's data."""
    try:
        try:
            int(CANARY)
        except ValueError as cause:
            raise RuntimeError(f"row ({CANARY})") from cause
    except RuntimeError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("form", [Sentences(), JsonLines()])
def test_an_error_is_told_by_class_and_place_without_its_words(form: logging.Formatter) -> None:
    said = form.format(record(failure()))
    assert CANARY not in said
    for word in ("request r-1 failed", "ValueError", "RuntimeError", "in failure"):
        assert word in said


def test_our_own_errors_keep_their_words() -> None:
    said = Sentences().format(record(Unavailable("database.unavailable", "the database is away")))
    assert "Unavailable database.unavailable: the database is away" in said


def test_json_is_one_object_a_line() -> None:
    told = json.loads(JsonLines().format(record(failure())))
    assert told["level"] == "error"
    assert told["logger"] == "assay.x"
    assert told["error"] == "RuntimeError"
    assert told["time"].endswith("+00:00")
    assert "trace_id" not in told
    plain = JsonLines().format(record())
    assert "\n" not in plain
    assert "error" not in json.loads(plain)


def test_a_circle_of_causes_has_an_end() -> None:
    try:
        raise ValueError(CANARY) from None
    except ValueError:
        error = sys.exc_info()[1]
    assert error is not None
    assert CANARY not in Sentences().format(record(error))
