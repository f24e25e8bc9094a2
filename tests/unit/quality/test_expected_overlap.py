"""The shape with the most expected overlap."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.expected_overlap import best_shape, expected_iou


def test_the_cut_is_not_one_half() -> None:
    # One sure part and a doubtful one of the same size: 1.4 / 2 with it, 1 / 1.4 without.
    chosen, overlap = best_shape([1.0, 0.4])
    assert chosen.tolist() == [True, False]
    assert overlap == pytest.approx(1 / 1.4)
    # Beside a part of 0.5 the doubtful one pays: 0.9 / 2 against 0.5 / 1.4.
    chosen, overlap = best_shape([0.5, 0.4])
    assert chosen.tolist() == [True, True]
    assert overlap == pytest.approx(0.9 / 2)


def test_it_is_the_best_of_all_cuts_and_near_the_exact_expectation() -> None:
    rng = np.random.default_rng(0)
    chance, area = rng.beta(0.4, 0.4, 200), rng.uniform(1, 5, 200)
    chosen, overlap = best_shape(chance, area)
    cuts = [expected_iou(chance, chance >= level, area) for level in chance]
    assert overlap == pytest.approx(max(cuts))
    truth = rng.random((4000, 200)) < chance
    exact = ((truth & chosen) @ area / ((truth | chosen) @ area)).mean()
    assert overlap == pytest.approx(exact, abs=0.005)


def test_nothing_is_a_shape_too() -> None:
    assert best_shape([0.0, 0.0])[0].tolist() == [False, False]
    assert best_shape([])[1] == 1.0
    assert expected_iou([0.0], [False]) == 1.0


@pytest.mark.parametrize("chance", [[1.2], [-0.1], [np.nan]])
def test_chances_lie_in_their_range(chance: list[float]) -> None:
    with pytest.raises(Invalid):
        best_shape(chance)
