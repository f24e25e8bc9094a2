"""One skeleton from several."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.keypoints import skeleton_centre


def test_each_joint_is_voted_on_apart() -> None:
    points = np.array([[[0, 0], [10, 10]], [[1, 0], [10, 12]], [[2, 0], [0, 0]]], dtype=float)
    found = skeleton_centre(points, [[2, 2], [2, 1], [2, 0]], [0.9, 0.9, 0.6], 50.0)
    assert found.points[0] == pytest.approx([1.0, 0.0], abs=0.6)
    assert found.points[1] == pytest.approx([10.0, 11.0])
    assert found.state[0] == 2
    assert found.state_probability.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert found.state_probability[0, 2] > found.state_probability[1].max()


def test_a_joint_nobody_placed_is_nowhere_with_no_certainty() -> None:
    found = skeleton_centre(np.full((2, 1, 2), np.nan), [[0], [0]], [0.9, 0.9], 10.0)
    assert found.state.tolist() == [0]
    assert found.points.tolist() == [[0.0, 0.0]]
    assert np.isinf(found.error[0])


def test_exchanged_wrists_are_outvoted() -> None:
    left, right = [0.0, 0.0], [100.0, 0.0]
    points = np.array([[left, right], [left, right], [left, right], [right, left]])
    found = skeleton_centre(points, np.full((4, 2), 2), [0.9] * 4, 100.0)
    assert found.points[:, 0] == pytest.approx([0.0, 100.0], abs=5.0)


@pytest.mark.parametrize("states", [[[3]], [[-1]], [[2, 2]], [[0.5]]])
def test_states_out_of_range_are_refused(states: list[list[float]]) -> None:
    with pytest.raises(Invalid) as refused:
        skeleton_centre(np.zeros((1, 1, 2)), states, [0.9], 10.0)
    assert refused.value.pointer == "/states"


def test_a_placed_joint_has_a_place() -> None:
    with pytest.raises(Invalid):
        skeleton_centre(np.full((1, 1, 2), np.nan), [[2]], [0.9], 10.0)
