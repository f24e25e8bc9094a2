"""A short fuzz of every operation in every run of the tests; ``scripts/fuzz`` does it for longer."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from tests.fuzz import grpc, rest
from tests.fuzz.target import Target, target

SEED, EXAMPLES = 20261125, 3


@pytest.fixture(scope="module")
def aim() -> Iterator[Target]:
    with target() as running:
        yield running


def test_no_request_breaks_rest(aim: Target) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the generator's own, of what it cannot vary
        found = rest.fuzz(aim, SEED, EXAMPLES)
    assert found.wrong == [], f"again: scripts/fuzz --only rest --seed {SEED} --examples {EXAMPLES}"
    assert found.statuses["200"] > 10, found.statuses
    assert found.statuses["422"] > 10, found.statuses


def test_no_message_breaks_grpc(aim: Target) -> None:
    found = grpc.fuzz(aim, SEED, EXAMPLES)
    assert found.wrong == [], f"again: scripts/fuzz --only grpc --seed {SEED} --examples {EXAMPLES}"
    assert found.statuses["OK"] > 10, found.statuses
    assert found.statuses["INVALID_ARGUMENT"] > 10, found.statuses
