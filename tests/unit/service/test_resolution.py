"""A facet's posterior from its summed log-odds."""

from __future__ import annotations

import math

import pytest

from assay.service.resolution import posterior


def test_two_votes_of_accuracy_080_of_two_classes_are_0941() -> None:
    weight = 2 * math.log(0.8 / 0.2)
    assert posterior({"k": 2, "w": {"a": weight}})["a"] == pytest.approx(16 / 17)


def test_classes_nobody_voted_for_share_what_is_left() -> None:
    found = posterior({"k": 5, "w": {"a": math.log(16), "b": 0.0}})
    assert found["a"] == pytest.approx(16 / 20)
    assert found["b"] == pytest.approx(1 / 20)


def test_certainty_does_not_overflow() -> None:
    found = posterior({"k": 3, "w": {"a": 5_000.0, "b": -5_000.0}})
    assert found == {"a": 1.0, "b": 0.0}
    assert posterior({"k": 3, "w": {"a": -5_000.0}})["a"] == 0.0
