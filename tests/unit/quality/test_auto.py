"""The average of models: who gets weight, and who is left out."""

import numpy as np
import pytest

from assay.quality.auto import auto
from assay.quality.flips import has_flipped
from assay.quality.held_out import blind_posteriors, foretell, stack
from assay.quality.majority import majority
from assay.quality.one_coin import one_coin
from assay.quality.votes import check_votes


def crowd(seed, n_tasks, votes_each, n_classes=3, n_workers=15, accuracy=(0.5, 0.95)):
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_tasks)
    tasks = np.repeat(np.arange(n_tasks), votes_each)
    workers = np.concatenate([rng.permutation(n_workers)[:votes_each] for _ in range(n_tasks)])
    right = rng.random(len(tasks)) < np.linspace(*accuracy, n_workers)[workers]
    wrong = (truth[tasks] + rng.integers(1, n_classes, size=len(tasks))) % n_classes
    return truth, check_votes(tasks, workers, np.where(right, truth[tasks], wrong))


def weights(fit):
    return {part.model: weight for weight, part in fit.parts}


def test_is_the_weighted_mean_of_its_parts():
    _, votes = crowd(0, 200, 4)
    fit = auto(votes)
    assert sum(weights(fit).values()) == pytest.approx(1)
    mean = sum(weight * part.posterior for weight, part in fit.parts)
    assert fit.posterior == pytest.approx(mean)


def test_one_vote_a_task_is_left_as_it_is():
    # Nothing tells who is good; models with skills make up what they like from everyone's habits.
    rng = np.random.default_rng(0)
    votes = check_votes(np.arange(600), rng.integers(20, size=600), rng.integers(4, size=600))
    fit = auto(votes)
    assert (fit.labels == votes.labels).all()
    assert weights(fit)["majority"] > 0.7


def test_is_near_the_best_of_its_parts():
    for seed in range(3):
        truth, votes = crowd(seed, 400, 5)
        fit = auto(votes)
        best = max((part.labels == truth).mean() for _, part in fit.parts)
        assert (fit.labels == truth).mean() > best - 0.015


def test_gold_moves_the_weights():
    # Everybody takes 1 for 0 more often than not: by votes alone the crowd is good, by gold it is not.
    rng = np.random.default_rng(1)
    truth = rng.integers(2, size=400)
    tasks = np.repeat(np.arange(400), 5)
    workers = np.concatenate([rng.permutation(12)[:5] for _ in range(400)])
    says_1 = np.where(truth[tasks] == 1, 0.95, 0.6)
    votes = check_votes(tasks, workers, (rng.random(2000) < says_1).astype(int))
    told = np.where(np.arange(400) < 100, truth, -1)
    blind, fit = auto(votes), auto(votes, gold=told)
    assert (fit.labels[100:] == truth[100:]).mean() > (
        majority(votes).labels[100:] == truth[100:]
    ).mean() + 0.1
    assert weights(fit)["majority"] < weights(blind)["majority"] + 0.05


def test_swapped_classes_are_seen():
    truth, votes = crowd(2, 300, 5)
    everywhere = np.ones(300, dtype=bool)
    assert not has_flipped(votes, truth, everywhere)
    assert not has_flipped(votes, majority(votes).labels, everywhere)
    assert has_flipped(votes, np.array([1, 0, 2])[truth], everywhere)
    assert has_flipped(votes, np.array([1, 2, 0])[truth], everywhere)
    # Two tasks are no proof of anything.
    few = np.arange(300) < 2
    assert not has_flipped(votes, np.array([1, 0, 2])[truth], few)


def test_stacking_by_hand():
    # One model foretells 3 of 4 rows well, the other the fourth: the mixture's maximum is at its shares.
    chances = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert stack(chances, np.zeros(2)) == pytest.approx([0.75, 0.25], abs=1e-5)
    assert stack(chances, np.array([2.0, 2.0])) == pytest.approx([5 / 8, 3 / 8], abs=1e-5)
    assert stack(np.empty((0, 2)), np.array([3.0, 1.0])) == pytest.approx([0.75, 0.25], abs=1e-5)


def test_held_out_votes_are_chances_and_favour_the_better_model():
    _, votes = crowd(3, 300, 4)
    unknown = np.full(300, -1)
    fits = [lambda seen, told: majority(seen, gold=told), lambda seen, told: one_coin(seen, gold=told)]
    seen = foretell(votes, unknown, fits, anchored=False, seed=0)
    # All but the votes whose task had no other left.
    assert 0.95 * votes.n_votes < len(seen.votes) < votes.n_votes
    assert seen.gold.shape == (0, 2)
    assert ((seen.votes > 0) & (seen.votes < 1)).all()
    assert np.log(seen.votes).mean(axis=0).argmax() == 1


def test_blind_posteriors_have_not_been_told():
    truth, votes = crowd(4, 100, 3, accuracy=(0.4, 0.6))
    gold = np.where(np.arange(100) < 30, truth, -1)
    blind = blind_posteriors(votes, gold, lambda seen, told: one_coin(seen, gold=told), seed=0)
    assert blind.shape == (30, 3)
    assert 0.3 < (blind.argmax(axis=1) == truth[:30]).mean() < 1
