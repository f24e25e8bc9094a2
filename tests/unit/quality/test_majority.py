"""The majority and its probability."""

import numpy as np
import pytest

from assay.quality.majority import majority
from assay.quality.votes import check_votes
from assay.quality.wawa import wawa


def test_posterior_is_condorcets():
    # Nitzan & Paroush: each vote weighs log(a / (1 - a)); with a = 0.8, two votes to one are 0.8 to 0.2.
    votes = check_votes([0, 0, 0], [0, 1, 2], [1, 1, 0])
    fit = majority(votes, max_iterations=1, tol=0)
    learned = (3 * fit_share(0.8) + 3) / (3 + 3)
    odds = learned / (1 - learned)
    assert fit.posterior[0, 1] == pytest.approx(odds / (1 + odds))


def fit_share(accuracy):
    """Expected share of right votes where two of three agree and accuracy is as given."""
    right = accuracy
    return (2 * right + (1 - right)) / 3


def test_probability_of_the_majority_is_honest():
    rng = np.random.default_rng(0)
    truth = rng.integers(2, size=4000)
    tasks, workers = np.repeat(np.arange(4000), 3), np.tile(np.arange(3), 4000)
    labels = np.where(rng.random(12000) < 0.7, truth[tasks], 1 - truth[tasks])
    fit = majority(check_votes(tasks, workers, labels))
    assert fit.posterior.max(axis=1).mean() == pytest.approx((fit.labels == truth).mean(), abs=0.02)


def test_wawa_by_hand():
    # Workers 0 and 1 outvote 2 on tasks 0 and 1; on task 2 workers 1 and 2 differ. Agreement: 1, 5/6, 1/6.
    votes = check_votes([0, 0, 0, 1, 1, 1, 2, 2], [0, 1, 2, 0, 1, 2, 1, 2], [0, 0, 1, 1, 1, 0, 0, 1])
    fit = wawa(votes)
    assert fit.posterior[2] == pytest.approx(np.array([5 / 6, 1 / 6]))
    assert fit.posterior[0] == pytest.approx(np.array([11 / 6, 1 / 6]) / 2)
    assert fit.labels.tolist() == [0, 1, 0]


def test_wawa_is_crowd_kits():
    # crowd-kit's tests/aggregation/data_wawa.py: five workers, five tasks, one vote missing; 1 is "yes". It
    # gives the first task's tie to "no", where ours is shared; told so, ours weighs the workers alike.
    said = ["01111", "11010", "-1010", "10110", "00010"]
    cells = [(t, w, int(a)) for w, row in enumerate(said) for t, a in enumerate(row) if a != "-"]
    fit = wawa(check_votes(*zip(*cells, strict=True)), gold={0: 0})
    assert fit.posterior[1:, 1] == pytest.approx([0.666667, 0.277778, 1.0, 0.166667], abs=1e-6)
    assert fit.labels.tolist() == [0, 1, 0, 1, 0]
