"""Confident learning against the worked example of Northcutt et al. (2021), figure 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from assay.errors import Invalid
from assay.quality.confident_learning import calibrated_joint, find_label_errors


def test_paper_joint_of_dogs_foxes_and_cows() -> None:
    """C = [[100, 40, 20], [56, 60, 0], [32, 12, 80]] of 400 labels gives Q = [[.25, .1, .05], [.14, .15, 0],
    …].
    """
    counts = [[100, 40, 20], [56, 60, 0], [32, 12, 80]]
    joint = calibrated_joint(counts, [160, 116, 124])
    assert np.round(joint, 2).tolist() == [[0.25, 0.1, 0.05], [0.14, 0.15, 0.0], [0.08, 0.03, 0.2]]


def test_confident_counts_by_hand() -> None:
    """Thresholds are the mean self-confidence: 0.6 for class 0, 0.7 for class 1."""
    p = [[0.9, 0.1], [0.3, 0.7], [0.6, 0.4], [0.2, 0.8], [0.4, 0.6]]
    found = find_label_errors([0, 0, 0, 1, 1], p)
    assert found.confident_counts.tolist() == [[2, 1], [0, 1]]
    assert np.flatnonzero(found.flagged).tolist() == [1]
    assert found.ranking[0] == 1
    assert found.suggestion.tolist() == [0, 1, 0, 1, 1]


def test_planted_errors_are_found() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 2000)
    p = rng.dirichlet(np.ones(4), 2000) * 0.5
    p[np.arange(2000), truth] += 0.5
    given = truth.copy()
    given[:100] = (given[:100] + 1 + rng.integers(0, 3, 100)) % 4
    found = find_label_errors(given, p)
    assert (found.ranking[:100] < 100).mean() > 0.9
    assert found.flagged[:100].mean() > 0.8
    assert found.flagged[100:].mean() < 0.02
    off_diagonal = found.joint.sum() - np.trace(found.joint)
    assert off_diagonal == pytest.approx(0.05, abs=0.02)


def test_a_label_that_the_model_likes_is_never_flagged() -> None:
    rng = np.random.default_rng(1)
    p, given = rng.dirichlet(np.ones(3), 500), rng.integers(0, 3, 500)
    found = find_label_errors(given, p)
    assert (given != p.argmax(axis=1))[found.flagged].all()


@drawn(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_always_finite(rows: list[tuple[int, float, float]]) -> None:
    p = np.array([[a, b, 1.0] for _, a, b in rows])
    found = find_label_errors([label for label, _, _ in rows], p / p.sum(axis=1, keepdims=True))
    assert np.isfinite(found.joint).all()
    assert found.joint.sum() == pytest.approx(1)
    assert ((found.doubt >= 0) & (found.doubt <= 1)).all()


def test_one_class_has_nothing_to_doubt() -> None:
    found = find_label_errors([0, 0], [[1.0], [1.0]])
    assert not found.flagged.any()
    assert (found.doubt == 0).all()


@pytest.mark.parametrize(
    ("given", "p"),
    [
        ([], np.zeros((0, 2))),
        ([2], [[0.5, 0.5]]),
        ([0], [[0.5, np.nan]]),
        ([0], [[0.9, 0.9]]),
        ([0, 1], [[0.5, 0.5]]),
    ],
)
def test_bad_input_is_refused(given: Any, p: Any) -> None:
    with pytest.raises(Invalid):
        find_label_errors(given, p)
    with pytest.raises(Invalid):
        calibrated_joint([[1, -1], [0, 1]], [1, 1])
