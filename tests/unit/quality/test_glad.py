"""GLAD: ability and difficulty."""

import numpy as np
import pytest
from scipy.special import expit

from assay.quality.glad import glad
from assay.quality.majority import majority
from assay.quality.votes import check_votes


def test_first_bound_is_equations_1_and_4_by_hand():
    # One task, two agreeing votes, start at ability 1 and log ease 1: each right with σ(e); class prior 1/2.
    fit = glad(check_votes([0, 0], [0, 1], [1, 1]), max_iterations=1, tol=0)
    right = expit(np.e)
    assert fit.bound_history == pytest.approx([np.log(0.5 * right**2 + 0.5 * (1 - right) ** 2)])


def test_recovers_the_papers_simulation():
    # Section 4.1: 2000 images, 4 to 20 labelers, α ~ N(1, 1), log β ~ N(1, 1), labels from the model.
    rng = np.random.default_rng(0)
    truth = rng.integers(2, size=2000)
    ability, log_ease = rng.normal(1, 1, size=20), rng.normal(1, 1, size=2000)
    tasks, workers = np.repeat(np.arange(2000), 20), np.tile(np.arange(20), 2000)
    right = rng.random(40_000) < expit(ability[workers] * np.exp(log_ease)[tasks])
    votes = check_votes(tasks, workers, np.where(right, truth[tasks], 1 - truth[tasks]))
    fit = glad(votes)
    error, naive = (fit.labels != truth).mean(), (majority(votes).labels != truth).mean()
    assert error < 0.02
    assert error < naive / 2
    assert np.corrcoef(fit.worker_accuracy, ability)[0, 1] > 0.8
    # Spearman's correlation of estimated and true difficulty, as the paper reports it.
    ranks = [values.argsort().argsort() for values in (fit.item_difficulty, -log_ease)]
    assert np.corrcoef(*ranks)[0, 1] > 0.6
