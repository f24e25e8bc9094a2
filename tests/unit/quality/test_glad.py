"""GLAD: ability and difficulty."""

import numpy as np
import pytest
from scipy.special import expit

from assay.quality.glad import glad
from assay.quality.majority import majority
from assay.quality.votes import check_votes
from tests.unit.quality.anaesthetists import first_sittings


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


def test_first_step_is_crowd_kits():
    # Three workers against one, all of ability 1, on a task of log ease 1: crowd-kit's test_glad_e_step.
    fit = glad(check_votes([0] * 4, [0, 1, 2, 3], [0, 0, 0, 1]), max_iterations=0)
    assert fit.posterior[0] == pytest.approx([0.995664, 0.004336], abs=1e-6)


def test_ends_where_crowd_kit_ends():
    # The paper prints curves only. crowd-kit 1.4.2, GLAD(n_iter=400, tol=-1e9, m_step_tol=1e-8), whose priors
    # are the same, on Dawid and Skene's first sittings: patients 3, 12 and 36. (Left to its own rule it stops
    # too early: what it watches falls now and then.)
    fit = glad(first_sittings(), max_iterations=2000, tol=1e-13)
    assert fit.posterior[[2, 11, 35]] == pytest.approx(
        np.array(
            [
                [0.26167, 0.73176, 0.00328, 0.00328],
                [0.00572, 0.06356, 0.89078, 0.03995],
                [0.00077, 0.00077, 0.04517, 0.9533],
            ]
        ),
        abs=2e-5,
    )
