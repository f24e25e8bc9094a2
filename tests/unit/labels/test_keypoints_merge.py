"""Skeletons of several labelers merged."""

from typing import Any

import numpy as np
import pytest

from assay.labels.kind import Answer
from assay.labels.schema import read_schema

KIND = read_schema(
    {
        "fields": {"image": "image"},
        "questions": [
            {
                "name": "pose",
                "kind": "keypoints",
                "field": "image",
                "classes": ["cat"],
                "keypoints": ["head", "back", "tail"],
            }
        ],
    }
).kinds["pose"]


def _merge(*skeletons: Any, accuracy: float = 0.9) -> Any:
    answers = [
        Answer(labeler=f"w{n}", value=[{"id": "k", "class": "cat", "keypoints": joints}], accuracy=accuracy)
        for n, joints in enumerate(skeletons)
    ]
    merged = KIND.merge(answers, {}).value
    KIND.check(merged, {}, {}, "/pose")
    assert len(merged) == 1
    return merged[0]["keypoints"]


@pytest.mark.parametrize("seed", range(4))
def test_the_middle_is_better_than_one_drawing(seed: int) -> None:
    generator = np.random.default_rng(seed)
    truth = np.array([[50.0, 60.0], [120.0, 60.0], [190.0, 90.0]])
    drawn = truth + generator.normal(0, 4, (5, 3, 2))
    merged = _merge(*([[*point, 2] for point in points] for points in drawn.tolist()))
    off = np.linalg.norm(np.array(merged)[:, :2] - truth, axis=1).mean()
    assert off < np.linalg.norm(drawn - truth, axis=2).mean() * 0.8


def test_each_joint_has_the_state_that_most_give_it() -> None:
    merged = _merge(
        [[50, 50, 2], [90, 50, 1], [130, 50, 2]],
        [[50, 50, 2], [90, 50, 1], [0, 0, 0]],
        [[52, 50, 1], [94, 50, 2], [0, 0, 0]],
    )
    assert [joint[2] for joint in merged] == [2, 1, 0]
    assert merged[2] == [0, 0, 0]
    # Whoever calls a joint hidden still says where it is.
    assert 90 < merged[1][0] < 94


def test_an_outlier_hardly_moves_a_joint() -> None:
    steady = [[50, 50, 2], [90, 50, 2], [130, 50, 2]]
    merged = _merge(steady, steady, steady, [[50, 50, 2], [90, 50, 2], [130, 110, 2]])
    assert abs(merged[2][1] - 50) < 3


def test_joints_that_no_two_agree_on_leave_a_whole_drawing() -> None:
    left, right = [[50, 50, 2], [0, 0, 0], [90, 50, 2]], [[50, 50, 1], [0, 0, 0], [90, 50, 1]]
    assert [joint[2] for joint in _merge(left, right)] in ([1, 0, 1], [2, 0, 2])
