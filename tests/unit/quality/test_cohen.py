"""Cohen's kappa against Cohen (1960, 1968) and the standard errors of Fleiss, Cohen, Everitt (1969)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import Invalid
from assay.quality.cohen import cohen_kappa

# Cohen 1968, table 1: percentages of 200 cases; cells may be read as 88, 14, 18, …
COUNTS = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
FIRST = np.repeat(np.arange(9) // 3, COUNTS.ravel())
SECOND = np.repeat(np.arange(9) % 3, COUNTS.ravel())
WEIGHTS = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]


def test_paper_unweighted() -> None:
    found = cohen_kappa(FIRST, SECOND)
    assert (found.observed, found.expected) == (pytest.approx(0.70), pytest.approx(0.41))
    assert found.value == pytest.approx(0.492, abs=5e-4)


def test_paper_weighted() -> None:
    assert cohen_kappa(FIRST, SECOND, disagreement=WEIGHTS).value == pytest.approx(0.348, abs=5e-4)


def test_quadratic_weights_equal_the_intraclass_correlation() -> None:
    """Fleiss and Cohen (1973): quadratic weights give the intraclass correlation, bias counted."""
    rng = np.random.default_rng(0)
    a = rng.integers(0, 5, 300)
    b = np.clip(a + rng.integers(-1, 2, 300), 0, 4)
    covariance = np.mean(a * b) - a.mean() * b.mean()
    expected = 2 * covariance / (a.var() + b.var() + (a.mean() - b.mean()) ** 2)
    assert cohen_kappa(a, b, disagreement="quadratic").value == pytest.approx(expected, abs=1e-12)


def test_interval_covers_resampled_values() -> None:
    rng = np.random.default_rng(1)
    found = cohen_kappa(FIRST, SECOND, disagreement="linear")
    draws = []
    for _ in range(400):
        rows = rng.integers(0, len(FIRST), len(FIRST))
        draws.append(cohen_kappa(FIRST[rows], SECOND[rows], disagreement="linear").value)
    low, high = np.quantile(draws, [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=0.03)
    assert found.high == pytest.approx(high, abs=0.03)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_always_finite_and_symmetric(pairs: list[tuple[int, int]]) -> None:
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    found, swapped = cohen_kappa(a, b), cohen_kappa(b, a)
    assert np.isfinite([found.value, found.low, found.high]).all()
    assert found.low <= found.value <= found.high <= 1
    assert found.value == pytest.approx(swapped.value)


def test_one_category_is_undefined() -> None:
    found = cohen_kappa([1, 1], [1, 1])
    assert (found.defined, found.value) == (False, 0.0)


@pytest.mark.parametrize(
    ("first", "second", "options"),
    [
        ([], [], {}),
        ([0, 1], [0], {}),
        ([0, 5], [0, 1], {"n_classes": 2}),
        ([0, 1], [0, 1], {"disagreement": "cubic"}),
        ([0, 1], [0, 1], {"disagreement": [[0, 1], [1, 1]]}),
        ([0, 1], [0, 1], {"disagreement": [[0, np.nan], [1, 0]]}),
        ([0, 10_000_000], [0, 1], {}),
        ([0, 1], [0, 1], {"confidence": 1.0}),
    ],
)
def test_bad_input_is_refused(first: list[int], second: list[int], options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        cohen_kappa(first, second, **options)
