"""Label errors from descriptions and neighbours, on embeddings that have both kinds of structure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.zero_shot import ZeroShot, zero_shot_errors


def corpus(rng: np.random.Generator, *, description_noise: float) -> tuple[Any, Any, Any, Any]:
    """1,000 items around five class centres, 5 % of the labels wrong; descriptions miss their centre by some
    noise.
    """
    centres = rng.normal(size=(5, 32))
    truth = rng.integers(0, 5, 1000)
    items = centres[truth] + rng.normal(size=(1000, 32)) * 1.1
    described = centres + rng.normal(size=(5, 32)) * description_noise
    given = truth.copy()
    given[:50] = (given[:50] + 1 + rng.integers(0, 4, 50)) % 5
    return items, described, given, truth


def precision_at_100(found: ZeroShot) -> float:
    return float((found.ranking[:100] < 50).mean())


@pytest.mark.parametrize("description_noise", [0.3, 1.5])
def test_planted_errors_come_first(description_noise: float) -> None:
    """The base rate is 5 %; at most 50 of 100 can be wrong."""
    found = zero_shot_errors(*corpus(np.random.default_rng(0), description_noise=description_noise)[:3])
    assert precision_at_100(found) > 0.4


def test_descriptions_alone_work_where_they_are_good() -> None:
    items, described, given, truth = corpus(np.random.default_rng(1), description_noise=0.3)
    found = zero_shot_errors(items, described, given, n_neighbours=0)
    assert precision_at_100(found) > 0.4
    assert (found.suggestion == truth).mean() > 0.95


def test_probabilities_are_calibrated_to_the_given_labels() -> None:
    items, described, given, _ = corpus(np.random.default_rng(2), description_noise=0.8)
    found = zero_shot_errors(items, described, given)
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(1000))
    claimed, right = found.probabilities.max(axis=1).mean(), (found.suggestion == given).mean()
    assert claimed == pytest.approx(right, abs=0.03)
    assert found.probabilities.sum(axis=0) == pytest.approx(np.bincount(given), rel=0.05)


def test_meaningless_embeddings_doubt_evenly() -> None:
    rng = np.random.default_rng(3)
    found = zero_shot_errors(rng.normal(size=(400, 8)), rng.normal(size=(4, 8)), rng.integers(0, 4, 400))
    assert found.probabilities.max() < 0.6


def test_two_items_are_enough() -> None:
    found = zero_shot_errors(np.eye(2), np.eye(2), [0, 1])
    assert np.isfinite(found.doubt).all()


@pytest.mark.parametrize(
    ("items", "classes", "given"),
    [
        ([[1.0, 0.0]], np.eye(2), [0]),
        (np.eye(2), [[1.0, 0.0]], [0, 0]),
        (np.eye(2), np.eye(3), [0, 1]),
        (np.eye(2), np.eye(2), [0, 2]),
        ([[0.0, 0.0], [1.0, 0.0]], np.eye(2), [0, 1]),
        ([[np.nan, 0.0], [1.0, 0.0]], np.eye(2), [0, 1]),
    ],
)
def test_bad_input_is_refused(items: Any, classes: Any, given: Any) -> None:
    with pytest.raises(Invalid):
        zero_shot_errors(items, classes, given)
