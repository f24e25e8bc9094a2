"""Krippendorff's alpha against Krippendorff (2011), sections A to D, and against its definition."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay.errors import Invalid
from assay.quality.krippendorff import krippendorff_alpha

MISSING = None
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, MISSING, MISSING, MISSING],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, MISSING, 3],
    [MISSING, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, MISSING],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, MISSING],
]
THREE_CODERS = [
    [MISSING, MISSING, MISSING, MISSING, MISSING, 3, 4, 1, 2, 1, 1, 3, 3, MISSING, 3],
    [1, MISSING, 2, 1, 3, 3, 4, 3, *[MISSING] * 7],
    [MISSING, MISSING, 2, 1, 3, 4, 4, MISSING, 2, 1, 1, 3, 3, MISSING, 4],
]


def long_form(rows: list[list[int | None]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    cells = [(unit, value) for row in rows for unit, value in enumerate(row) if value is not None]
    return np.array([u for u, _ in cells]), np.array([float(v) for _, v in cells])


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_paper_four_observers_with_missing_values(level: str, alpha: float) -> None:
    assert krippendorff_alpha(*long_form(FOUR_OBSERVERS), level=level).value == pytest.approx(alpha, abs=5e-4)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.691), ("interval", 0.811)])
def test_paper_three_coders_with_missing_values(level: str, alpha: float) -> None:
    assert krippendorff_alpha(*long_form(THREE_CODERS), level=level).value == pytest.approx(alpha, abs=5e-4)


def test_paper_two_observers_binary() -> None:
    rows: list[list[int | None]] = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    assert krippendorff_alpha(*long_form(rows)).value == pytest.approx(0.095, abs=5e-4)


def test_paper_two_observers_nominal() -> None:
    rows: list[list[int | None]] = [[ord(c) for c in "aabbdcccedda"], [ord(c) for c in "babbbccceddd"]]
    assert krippendorff_alpha(*long_form(rows)).value == pytest.approx(0.692, abs=5e-4)


def test_own_distance_reproduces_the_named_levels() -> None:
    tasks, values = long_form(FOUR_OBSERVERS)
    own = krippendorff_alpha(tasks, values, distance=lambda a, b: (a - b) ** 2)
    assert own.value == pytest.approx(krippendorff_alpha(tasks, values, level="interval").value, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=2, max_size=40))
def test_matches_its_definition(votes: list[tuple[int, int]]) -> None:
    units: dict[int, list[int]] = {}
    for unit, value in votes:
        units.setdefault(unit, []).append(value)
    pairable = [v for v in units.values() if len(v) > 1]
    pool = [v for unit in pairable for v in unit]
    if len(set(pool)) < 2:
        return
    observed = sum(
        sum((a - b) ** 2 for a, b in itertools.permutations(u, 2)) / (len(u) - 1) for u in pairable
    )
    expected = sum((a - b) ** 2 for a, b in itertools.permutations(pool, 2)) / (len(pool) - 1)
    found = krippendorff_alpha([u for u, _ in votes], [float(v) for _, v in votes], level="interval")
    assert found.value == pytest.approx(1 - observed / expected, abs=1e-9)


def test_bootstrap_interval_covers_and_repeats_with_its_seed() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 200)
    tasks = np.repeat(np.arange(200), 3)
    values = np.where(rng.random(600) < 0.7, truth[tasks], rng.integers(0, 3, 600)).astype(float)
    first = krippendorff_alpha(tasks, values, rng=np.random.default_rng(1), n_resamples=200)
    again = krippendorff_alpha(tasks, values, rng=np.random.default_rng(1), n_resamples=200)
    assert first == again
    assert first.low < first.value < first.high
    assert first.low < 0.7**2 < first.high


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_no_variation_is_undefined_and_finite(level: str) -> None:
    found = krippendorff_alpha([0, 0, 1, 1], [2.0, 2.0, 2.0, 2.0], level=level, rng=np.random.default_rng(0))
    assert (found.defined, found.value) == (False, 0.0)


def test_ratio_of_two_zeros_agrees() -> None:
    assert krippendorff_alpha([0, 0, 1, 1], [0.0, 0.0, 3.0, 3.0], level="ratio").value == 1.0


@pytest.mark.parametrize(
    ("tasks", "values", "level"),
    [
        ([], [], "nominal"),
        ([0, 1, 2], [1.0, 1.0, 2.0], "nominal"),
        ([0, 0], [1.0, np.nan], "nominal"),
        ([0, 0], [1.0, np.inf], "interval"),
        ([0, 0], [1.0], "nominal"),
        ([-1, 0], [1.0, 2.0], "nominal"),
        ([0.5, 0.5], [1.0, 2.0], "nominal"),
        ([0, 0], [-1.0, 2.0], "ratio"),
        ([0, 0], [1.0, 2.0], "circular"),
    ],
)
def test_bad_input_is_refused(tasks: list[int], values: list[float], level: str) -> None:
    with pytest.raises(Invalid):
        krippendorff_alpha(tasks, values, level=level)


def test_bad_distance_and_too_many_values_are_refused() -> None:
    with pytest.raises(Invalid):
        krippendorff_alpha([0, 0], [1.0, 2.0], distance=lambda a, b: a - b - 1)
    with pytest.raises(Invalid) as refused:
        krippendorff_alpha(np.zeros(6000, dtype=int), np.arange(6000.0), level="ratio")
    assert refused.value.limit == 5000
