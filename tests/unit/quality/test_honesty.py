"""Honest probabilities where labelers err together."""

import numpy as np
import pytest

from assay.quality.hierarchical_dawid_skene import hierarchical_dawid_skene
from assay.quality.honesty import make_honest, shared_mistakes
from assay.quality.reliability import calibration_error
from assay.quality.votes import check_votes


def crowd(hard_share, n_tasks=600, votes_each=7, n_workers=14, seed=0):
    """Two classes; on a share of tasks everybody tosses a coin, on the others nearly all are right."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(2, size=n_tasks)
    hard = rng.random(n_tasks) < hard_share
    tasks = np.repeat(np.arange(n_tasks), votes_each)
    workers = np.concatenate([rng.permutation(n_workers)[:votes_each] for _ in range(n_tasks)])
    right = rng.random(len(tasks)) < np.where(hard[tasks], 0.5, 0.95)
    return truth, check_votes(tasks, workers, np.where(right, truth[tasks], 1 - truth[tasks]))


def fit(votes, gold):
    return hierarchical_dawid_skene(votes, gold=gold)


def test_independent_votes_are_left_alone():
    _, votes = crowd(0.0)
    assert shared_mistakes(votes, np.full(600, -1)) < 1.15


def test_shared_mistakes_are_seen_without_gold():
    _, votes = crowd(0.4)
    assert shared_mistakes(votes, np.full(600, -1)) > 1.3


def test_few_answers_and_the_votes_make_it_honest():
    before, after = [], []
    for seed in range(3):
        truth, votes = crowd(0.4, seed=seed)
        gold = np.where(np.arange(600) < 30, truth, -1)
        honest = make_honest(votes, gold, fit)
        stated, judged = honest.inference.posterior, gold < 0
        best = np.take_along_axis(honest.posterior, stated.argmax(axis=1)[:, None], axis=1)[:, 0]
        assert best == pytest.approx(honest.posterior.max(axis=1))
        assert honest.posterior.sum(axis=1) == pytest.approx(np.ones(600))
        assert honest.posterior[~judged, truth[:30]] == pytest.approx(np.ones(30))
        for posterior, errors in ((stated, before), (honest.posterior, after)):
            right = honest.inference.labels[judged] == truth[judged]
            errors.append(calibration_error(posterior[judged].max(axis=1), right).excess)
    assert np.mean(before) > 0.1
    assert np.mean(after) < np.mean(before) / 2


def test_without_gold_only_the_votes_speak():
    _, votes = crowd(0.4)
    honest = make_honest(votes, np.full(600, -1), fit)
    assert honest.calibration.method == "identity"
    assert honest.posterior.max(axis=1).mean() < honest.inference.posterior.max(axis=1).mean()
