"""AC1 against Gwet (2014), table 2.9 (the data of Krippendorff 2011): 0.77544, standard error 0.14295."""

from __future__ import annotations

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.fleiss import fleiss_kappa
from assay.quality.gwet import gwet_ac1

ROWS = ["123321412...", "1233224125.3", ".3332342251.", "1233244125" + "1."]
TASKS = [unit for row in ROWS for unit, value in enumerate(row) if value != "."]
LABELS = [int(value) - 1 for row in ROWS for value in row if value != "."]


def test_paper() -> None:
    found = gwet_ac1(TASKS, LABELS)
    assert found.value == pytest.approx(0.77544, abs=5e-6)
    assert found.value - found.low == pytest.approx(2.20099 * 0.14295, abs=5e-5)
    assert found.high == 1.0


def test_skewed_categories_do_not_sink_it() -> None:
    """Gwet (2008), section 1: 118 + 2 agreements of 125 with kappa near zero, AC1 near the raw agreement."""
    pairs = [(0, 0)] * 118 + [(0, 1)] * 5 + [(1, 0)] * 2
    tasks = np.repeat(np.arange(125), 2)
    labels = [label for pair in pairs for label in pair]
    assert fleiss_kappa(tasks, labels).value < 0
    assert gwet_ac1(tasks, labels).value > 0.93


def test_unused_classes_lower_chance() -> None:
    assert gwet_ac1(TASKS, LABELS, n_classes=50).expected < gwet_ac1(TASKS, LABELS).expected


def test_one_class_only_is_full_agreement() -> None:
    assert gwet_ac1([0, 0, 1, 1], [0, 0, 0, 0]).value == 1.0


@pytest.mark.parametrize(
    ("tasks", "labels", "n_classes"),
    [([], [], 2), ([0, 0], [0, 2], 2), ([0, 0], [0, 1], 1), ([0, 0], [0], 2)],
)
def test_bad_input_is_refused(tasks: list[int], labels: list[int], n_classes: int) -> None:
    with pytest.raises(Invalid):
        gwet_ac1(tasks, labels, n_classes=n_classes)
