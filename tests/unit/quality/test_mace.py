"""MACE: knowing or guessing."""

import numpy as np
import pytest

from assay.quality.mace import mace
from assay.quality.votes import check_votes
from tests.unit.quality.anaesthetists import first_sittings


def test_finds_who_guesses_and_how():
    # Section 3's generative story: 6 annotators of whom two always guess, by habits of their own.
    rng = np.random.default_rng(0)
    truth = rng.integers(3, size=800)
    spamming = np.array([0.1, 0.2, 0.3, 0.2, 1.0, 1.0])
    habits = np.array([[1 / 3] * 3] * 4 + [[0.9, 0.05, 0.05], [0.05, 0.05, 0.9]])
    tasks, workers = np.repeat(np.arange(800), 6), np.tile(np.arange(6), 800)
    guess = (rng.random((len(tasks), 1)) > habits[workers].cumsum(axis=1)).sum(axis=1)
    labels = np.where(rng.random(len(tasks)) < spamming[workers], guess, truth[tasks])
    fit = mace(check_votes(tasks, workers, labels))
    assert (fit.labels == truth).mean() > 0.95
    for worker in (4, 5):
        assert fit.worker_confusion[worker] == pytest.approx(np.tile(habits[worker], (3, 1)), abs=0.08)
    honest = 1 - spamming[:4] + spamming[:4] / 3
    assert fit.worker_accuracy[:4] == pytest.approx(honest, abs=0.05)


def test_is_crowd_kits_variational_bayes():
    # The paper prints accuracies only. crowd-kit 1.4.2, MACE(n_restarts=20, n_iter=200) on Dawid and Skene's
    # first sittings: patients 3, 12 and 36.
    fit = mace(first_sittings(), max_iterations=1000, tol=1e-12)
    assert fit.posterior[[2, 11, 35]] == pytest.approx(
        np.array(
            [
                [0.17714, 0.82226, 0.0003, 0.0003],
                [0.00075, 0.03042, 0.95099, 0.01784],
                [0.00007, 0.00007, 0.0123, 0.98755],
            ]
        ),
        abs=2e-5,
    )
