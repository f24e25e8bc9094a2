"""What the readers accept and refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.arrays import (
    read_count,
    read_indices,
    read_matrix,
    read_probabilities,
    read_rate,
    read_reals,
)


def test_good_arrays_pass_unchanged() -> None:
    assert read_indices([0, 2], "x", below=3, length=2).tolist() == [0, 2]
    assert read_indices([], "x").dtype == np.int64
    assert read_indices(np.array([1], dtype=np.uint8), "x").tolist() == [1]
    assert read_reals([1, 2.5], "x", low=1, high=2.5).tolist() == [1.0, 2.5]
    assert read_matrix([[1, 2]], "x", shape=(None, 2)).shape == (1, 2)
    assert (read_rate(0.5, "x"), read_count(3, "x")) == (0.5, 3)


def test_rounded_probabilities_are_made_exact() -> None:
    found = read_probabilities([[0.3334, 0.3333, 0.3333], [1, 0, 0]], "x", rows=2, n_classes=3)
    assert found.sum(axis=1) == pytest.approx([1, 1], abs=1e-15)


@pytest.mark.parametrize(
    "reading",
    [
        lambda: read_indices([0.0, 1.0], "x"),
        lambda: read_indices([True], "x"),
        lambda: read_indices(["a"], "x"),
        lambda: read_indices([[0]], "x"),
        lambda: read_indices([-1], "x"),
        lambda: read_indices([3], "x", below=3),
        lambda: read_indices([0], "x", length=2),
        lambda: read_reals([np.nan], "x"),
        lambda: read_reals([-np.inf], "x"),
        lambda: read_reals([None], "x"),
        lambda: read_reals([0.5], "x", low=1),
        lambda: read_reals(1.0, "x"),
        lambda: read_matrix([[1], [1, 2]], "x"),
        lambda: read_matrix([[1.0]], "x", shape=(2, None)),
        lambda: read_probabilities([[0.5, 0.4]], "x"),
        lambda: read_probabilities([[1.5, -0.5]], "x"),
        lambda: read_probabilities([[]], "x"),
        lambda: read_probabilities([1.0], "x"),
        lambda: read_probabilities([[1.0]], "x", n_classes=2),
        lambda: read_probabilities([[1.0]], "x", rows=2),
        lambda: read_rate(0.0, "x"),
        lambda: read_rate(float("nan"), "x"),
        lambda: read_count(0, "x"),
        lambda: read_count(1.5, "x"),
        lambda: read_count(True, "x"),
    ],
)
def test_bad_arrays_are_refused_by_name(reading: Callable[[], Any]) -> None:
    with pytest.raises(Invalid) as refused:
        reading()
    assert refused.value.code == "field.invalid"
    assert refused.value.pointer == "/x"
