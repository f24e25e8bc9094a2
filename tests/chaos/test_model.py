"""The model keeps its own promises, whatever is done in whatever order."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.rules import Rules


def test_the_model_keeps_its_promises() -> None:
    run_state_machine_as_test(
        Rules, settings=settings(max_examples=100, stateful_step_count=40, deadline=None)
    )
