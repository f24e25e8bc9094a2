"""Stretches of time from several labelers."""

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.intervals import interval_centre, interval_overlap


def test_overlap_is_the_shared_share() -> None:
    found = interval_overlap([[0.0, 2.0], [5.0, 6.0]], [[0.0, 2.0], [1.0, 3.0], [2.0, 4.0]])
    assert found == pytest.approx(np.array([[1.0, 1 / 3, 0.0], [0.0, 0.0, 0.0]]))


def test_a_wild_end_counts_less() -> None:
    found, error = interval_centre([[1.0, 4.0], [1.1, 4.1], [0.9, 3.9], [1.0, 9.0]], np.ones(4))
    assert found == pytest.approx([1.0, 4.0], abs=0.2)
    assert 0 < error < 0.5


def test_weights_pull() -> None:
    found, _ = interval_centre([[0.0, 10.0], [0.2, 10.2]], [3.0, 1.0])
    assert found == pytest.approx([0.05, 10.05], abs=0.02)


@pytest.mark.parametrize(
    "intervals", [[[1.0, 1.0]], [[2.0, 1.0]], [[np.inf, 1.0]], [[1.0]], np.empty((0, 2))]
)
def test_what_is_no_interval_is_refused(intervals: Any) -> None:
    with pytest.raises(Invalid) as refused:
        interval_centre(intervals, np.ones(len(intervals)))
    assert refused.value.pointer == "/intervals"
