"""Fleiss' kappa against Fleiss (1971), table 1: 30 patients, 6 psychiatrists, 5 diagnoses."""

from __future__ import annotations

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.fleiss import fleiss_kappa

DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006
10050 11040 03300 10050 02031 00501 30012 51000 02040 10203
00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""


def test_paper() -> None:
    tasks, labels = [], []
    for patient, row in enumerate(DIAGNOSES.split()):
        for diagnosis, count in enumerate(row):
            tasks += [patient] * int(count)
            labels += [diagnosis] * int(count)
    assert len(tasks) == 180
    found = fleiss_kappa(tasks, labels)
    assert found.observed == pytest.approx(0.5556, abs=5e-5)
    assert found.expected == pytest.approx(0.220, abs=5e-4)
    assert found.value == pytest.approx(0.430, abs=5e-4)
    assert found.low < found.value < found.high
    assert found.n_units == 30


def test_votes_missing_as_in_gwet_2014() -> None:
    """Four raters, twelve subjects (Gwet 2014, table 2.9): 0.76117 with standard error 0.15302."""
    tasks, labels = FOUR_RATERS
    found = fleiss_kappa(tasks, labels)
    assert found.value == pytest.approx(0.76117, abs=5e-6)
    assert found.low == pytest.approx(0.76117 - 2.20099 * 0.15302, abs=5e-5)


def test_chance_votes_are_near_zero() -> None:
    rng = np.random.default_rng(3)
    found = fleiss_kappa(np.repeat(np.arange(2000), 4), rng.integers(0, 4, 8000))
    assert abs(found.value) < 0.02
    assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("tasks", "labels"),
    [([0, 1, 2], [0, 1, 2]), ([0, 0, 1, 1], [3, 3, 3, 3]), ([0, 0], [10_000_000, 10_000_000])],
)
def test_without_pairs_or_variation_it_is_undefined(tasks: list[int], labels: list[int]) -> None:
    found = fleiss_kappa(tasks, labels)
    assert (found.defined, found.value) == (False, 0.0)


@pytest.mark.parametrize(("tasks", "labels"), [([], []), ([0], [-1]), ([0, 0], [1]), ([0], [0.5])])
def test_bad_input_is_refused(tasks: list[int], labels: list[int]) -> None:
    with pytest.raises(Invalid):
        fleiss_kappa(tasks, labels)


_ROWS = ["123321412...", "1233224125.3", ".3332342251.", "1233244125" + "1."]
FOUR_RATERS = (
    [unit for row in _ROWS for unit, value in enumerate(row) if value != "."],
    [int(value) - 1 for row in _ROWS for value in row if value != "."],
)
