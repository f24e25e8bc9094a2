"""Skill from gold and from consensus."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid, TooLarge
from assay.quality.labeler_skill import labeler_skill, leave_one_out


def crowd(rng: np.random.Generator, n_workers: int, n_labels: int) -> Any:
    """Labelers with Beta(16, 4) accuracies answer three-class gold."""
    accuracy = rng.beta(16, 4, n_workers)
    worker = np.repeat(np.arange(n_workers), n_labels)
    truth = rng.integers(0, 3, len(worker))
    wrong = (truth + rng.integers(1, 3, len(worker))) % 3
    label = np.where(rng.random(len(worker)) < accuracy[worker], truth, wrong)
    return accuracy, worker, label, np.eye(3)[truth]


def test_intervals_cover_true_accuracies() -> None:
    rng = np.random.default_rng(0)
    accuracy, worker, label, truth = crowd(rng, 400, 25)
    found = labeler_skill(worker, label, truth)
    covered = (found.low <= accuracy) & (accuracy <= found.high)
    assert covered.mean() == pytest.approx(0.95, abs=0.03)
    assert np.corrcoef(found.accuracy, accuracy)[0, 1] > 0.6


def test_shrinking_beats_raw_shares() -> None:
    rng = np.random.default_rng(1)
    accuracy, worker, label, truth = crowd(rng, 300, 10)
    raw = np.bincount(worker, truth[np.arange(len(label)), label]) / 10
    found = labeler_skill(worker, label, truth).accuracy
    assert ((found - accuracy) ** 2).mean() < 0.5 * ((raw - accuracy) ** 2).mean()


def test_confusion_follows_counts_with_much_evidence() -> None:
    table = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.0, 0.3, 0.7]])
    counts = (table * 10_000).astype(int)
    label = np.concatenate([np.repeat(np.arange(3), row) for row in counts])
    truth = np.eye(3)[np.repeat(np.arange(3), 10_000)]
    found = labeler_skill(np.zeros(30_000, dtype=int), label, truth)
    assert found.confusion[0] == pytest.approx(table, abs=0.01)


def test_topics_are_shrunk_to_their_labeler() -> None:
    """Good at topic 0, bad at topic 1, and topic 2 hardly seen: between the two, and wide."""
    worker = np.zeros(402, dtype=int)
    topic = np.repeat([0, 1, 2], [200, 200, 2])
    right = np.concatenate([np.arange(200) < 190, np.arange(200) < 110, [True, True]])
    found = labeler_skill(worker, np.where(right, 0, 1), np.tile([1.0, 0.0], (402, 1)), topics=topic)
    assert found.topic_accuracy[0, 0] == pytest.approx(0.95, abs=0.02)
    assert found.topic_accuracy[0, 1] == pytest.approx(0.56, abs=0.03)
    assert 0.6 < found.topic_accuracy[0, 2] < 0.95
    assert np.diff([found.topic_low[0, 2], found.topic_high[0, 2]]) > 0.2


def test_a_labeler_without_labels_gets_the_prior() -> None:
    found = labeler_skill([0, 0], [0, 0], [[1.0, 0.0]] * 2, n_workers=3)
    assert found.accuracy[2] == pytest.approx(found.prior[0] / sum(found.prior))
    assert np.isfinite(found.confusion).all()
    empty = labeler_skill([], [], np.zeros((0, 2)), n_workers=1)
    assert 0 < empty.low[0] < empty.high[0] < 1


def test_leave_one_out_takes_ones_own_vote_away() -> None:
    """Two labelers of 0.8 agree: without either, the other's single vote remains."""
    confusion = np.tile([[0.8, 0.2], [0.2, 0.8]], (2, 1, 1))
    both = np.array([0.64, 0.04]) / 0.68
    found = leave_one_out([both], [0, 0], [0, 1], [0, 0], confusion)
    assert found == pytest.approx(np.tile([0.8, 0.2], (2, 1)))


def test_consensus_without_leaving_out_flatters_the_lone_voter() -> None:
    confusion = np.array([[[0.8, 0.2], [0.2, 0.8]]])
    found = leave_one_out([[0.8, 0.2]], [0], [0], [0], confusion)
    assert found[0] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("workers", "labels", "truth", "options"),
    [
        ([0], [2], [[1.0, 0.0]], {}),
        ([0], [0], [[np.nan, 1.0]], {}),
        ([0], [0], [[1.0, 1.0]], {}),
        ([0, 1], [0], [[1.0, 0.0]] * 2, {}),
        ([3], [0], [[1.0, 0.0]], {"n_workers": 2}),
        ([0], [0], [[1.0, 0.0]], {"weights": [-1.0]}),
        ([0], [0], [[1.0, 0.0]], {"topics": [-1]}),
    ],
)
def test_bad_input_is_refused(workers: Any, labels: Any, truth: Any, options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        labeler_skill(workers, labels, truth, **options)


def test_too_many_confusions_are_refused() -> None:
    with pytest.raises(TooLarge):
        labeler_skill([10_000_000], [0], [np.eye(10)[0]])
