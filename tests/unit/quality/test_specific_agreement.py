"""Positive specific agreement against Cicchetti and Feinstein (1990) and Hripcsak and Rothschild (2005)."""

from __future__ import annotations

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.cohen import cohen_kappa
from assay.quality.specific_agreement import positive_specific_agreement


@pytest.mark.parametrize(
    ("both", "only_first", "only_second", "value"), [(40, 9, 6, 0.842), (80, 10, 5, 0.914), (5, 10, 5, 0.40)]
)
def test_paper_two_by_two_tables(both: int, only_first: int, only_second: int, value: float) -> None:
    """Two tables with 85 % raw agreement: p_pos 0.84 and 0.91; p_neg of the second 0.40."""
    found = positive_specific_agreement([both], [both + only_first], [both + only_second])
    assert found.value == pytest.approx(value, abs=5e-4)


def test_kappa_tends_to_it_as_true_negatives_grow() -> None:
    both, only_first, only_second, neither = 30, 8, 5, 200_000
    first = [1] * both + [1] * only_first + [0] * only_second + [0] * neither
    second = [1] * both + [0] * only_first + [1] * only_second + [0] * neither
    found = positive_specific_agreement([both], [both + only_first], [both + only_second])
    assert cohen_kappa(first, second).value == pytest.approx(found.value, abs=1e-3)


def test_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        marked = rng.poisson(4, 60)
        matched = rng.binomial(marked, 0.7)
        found = positive_specific_agreement(matched, marked, marked)
        covered += found.low <= 0.7 <= found.high
    assert covered >= 180


def test_nothing_marked_is_undefined() -> None:
    assert positive_specific_agreement([], [], []).defined is False
    assert positive_specific_agreement([0, 0], [0, 0], [0, 0]).defined is False


@pytest.mark.parametrize(
    ("matched", "first", "second"),
    [([2], [1], [3]), ([1], [1, 2], [1]), ([-1], [1], [1]), ([np.nan], [1], [1]), ([[1]], [[1]], [[1]])],
)
def test_bad_input_is_refused(matched: list[float], first: list[float], second: list[float]) -> None:
    with pytest.raises(Invalid):
        positive_specific_agreement(matched, first, second)
