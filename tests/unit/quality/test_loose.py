"""Votes with weights, and votes that name several classes: the same rules for every truth model."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.confusion import Shard
from assay.quality.honesty import shared_mistakes
from assay.quality.infer import MODELS, find_model, infer_truth
from assay.quality.shards import infer_sharded, split_votes
from assay.quality.votes import check_votes

ONE_START = [name for name in MODELS if name not in ("auto", "correlated_dawid_skene")]
"""Models that do the same from the same numbers: the others hide votes or start at random, vote by vote."""


def crowd(seed=0, n_tasks=90, n_workers=9, n_classes=4, votes_each=5):
    """Truth (N,), tasks, workers and labels by workers who are right 50 to 95 % of the time."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_tasks)
    tasks = np.repeat(np.arange(n_tasks), votes_each)
    workers = np.concatenate([rng.permutation(n_workers)[:votes_each] for _ in range(n_tasks)])
    right = rng.random(len(tasks)) < np.linspace(0.5, 0.95, n_workers)[workers]
    wrong = (truth[tasks] + rng.integers(1, n_classes, size=len(tasks))) % n_classes
    return truth, tasks, workers, np.where(right, truth[tasks], wrong)


def singles(labels, n_classes=4):
    return np.eye(n_classes, dtype=bool)[labels]


def same(one, other, tasks=None):
    assert one.posterior[:tasks] == pytest.approx(other.posterior[:tasks], abs=1e-7)
    assert one.worker_accuracy == pytest.approx(other.worker_accuracy, abs=1e-7)
    assert one.item_difficulty[:tasks] == pytest.approx(other.item_difficulty[:tasks], abs=1e-7)


@pytest.mark.parametrize("model", ONE_START)
class TestEveryModel:
    def test_weight_two_is_the_vote_twice(self, model):
        _, tasks, workers, labels = crowd()
        weights = np.random.default_rng(1).integers(1, 4, size=len(tasks))
        repeated = np.repeat(np.arange(len(tasks)), weights)
        fit = find_model(model)
        options = {"max_iterations": 30, "tol": 0}
        weighed = fit(check_votes(tasks, workers, labels, weights=weights), **options)
        told = check_votes(tasks[repeated], workers[repeated], labels[repeated], keep_repeats=True)
        same(weighed, fit(told, **options))

    def test_weight_none_and_the_set_of_all_are_no_votes(self, model):
        _, tasks, workers, labels = crowd()
        absent = np.random.default_rng(2).random(len(tasks)) < 0.3
        options = {"n_classes": 4, "model": model, "max_iterations": 30, "tol": 0}
        without = infer_truth(tasks[~absent], workers[~absent], labels[~absent], **options)
        weighed = infer_truth(tasks, workers, labels, weights=np.where(absent, 0.0, 1.0), **options)
        same(weighed, without, len(without.posterior))
        named = singles(labels)
        named[absent] = True
        same(infer_truth(tasks, workers, named, **options), without, len(without.posterior))

    def test_the_loose_way_of_counting_is_the_plain_one(self, model):
        # A weight of 1 + 1e-12 on one vote sends all of them down the other way.
        _, tasks, workers, labels = crowd()
        options = {"n_classes": 4, "model": model, "max_iterations": 30, "tol": 0}
        plain = infer_truth(tasks, workers, labels, **options)
        weights = np.ones(len(tasks))
        weights[0] += 1e-12
        same(infer_truth(tasks, workers, labels, weights=weights, **options), plain)

    def test_a_set_speaks_for_its_classes(self, model):
        truth, tasks, workers, labels = crowd()
        named = np.concatenate([singles(labels), [[True, True, False, False]]])
        fit = infer_truth(np.append(tasks, 90), np.append(workers, 8), named, model=model)
        assert fit.posterior[90, :2].min() > fit.posterior[90, 2:].max()
        assert (fit.labels[:90] == truth).mean() > 0.8

    def test_bounds_do_not_fall(self, model):
        truth, tasks, workers, labels = crowd(seed=3)
        rng = np.random.default_rng(4)
        named = singles(labels)
        named[np.arange(len(tasks)), rng.integers(4, size=len(tasks))] = True
        fit = infer_truth(
            tasks, workers, named, weights=rng.uniform(0.2, 3.0, len(tasks)), model=model, tol=0
        )
        assert np.diff(fit.bound_history).min(initial=0) > -1e-7
        assert np.isfinite(fit.posterior).all()
        assert (fit.labels == truth).mean() > 0.75


def test_a_set_of_one_class_is_a_plain_vote():
    _, tasks, workers, labels = crowd()
    plain, named = check_votes(tasks, workers, labels), check_votes(tasks, workers, singles(labels))
    assert named.plain
    for column in ("workers", "labels", "starts"):
        assert (getattr(named, column) == getattr(plain, column)).all()


def test_auto_takes_them():
    truth, tasks, workers, labels = crowd(n_tasks=200)
    named = singles(labels)
    named[::7, :2] = True
    fit = infer_truth(tasks, workers, named, weights=np.tile([0.5, 1.0, 2.0, 1.0], 250))
    assert (fit.labels == truth).mean() > 0.8
    assert fit.posterior.sum(axis=1) == pytest.approx(np.ones(200))


def test_a_set_narrows_by_the_sum_of_its_chances():
    # Three classes, a worker with known rates: P({0, 1} | t) is 0.8 + 0.1, 0.8 + 0.1 and 0.1 + 0.1.
    table = np.full((1, 3, 3), 0.1) + 0.7 * np.eye(3)
    shard = Shard(check_votes([0], [0], [[True, True, False]]))
    sums = shard.sweep(table, np.log(np.full(3, 1 / 3)))
    assert shard.posterior()[0] == pytest.approx([0.45, 0.45, 0.1])
    assert sums.evidence == pytest.approx(np.log((0.9 + 0.9 + 0.2) / 3))
    # The label behind it: 0 in eight of nine cases where the truth is 0, either where it is 2.
    assert sums.counts[0, :, 0] == pytest.approx(0.45 * np.array([8, 1, 0]) / 9)
    assert sums.counts[0, :, 2] == pytest.approx(0.1 * np.array([1, 1, 0]) / 2)


def test_a_weight_is_a_power():
    table = np.array([[[0.8, 0.3], [0.2, 0.7]]])
    shard = Shard(check_votes([0], [0], [0], n_classes=2, weights=[0.5]))
    sums = shard.sweep(table, np.log([0.5, 0.5]))
    odds = np.sqrt(0.8 / 0.3)
    assert shard.posterior()[0] == pytest.approx([odds / (1 + odds), 1 / (1 + odds)])
    assert sums.counts.sum() == pytest.approx(0.5)


@pytest.mark.parametrize("model", ["dawid_skene", "hierarchical_dawid_skene"])
def test_shards_agree_with_the_whole(model):
    _, tasks, workers, labels = crowd()
    named = singles(labels)
    named[::5, 1:3] = True
    votes = check_votes(tasks, workers, named, weights=np.tile([0.5, 1.0, 2.0], 150))
    whole = find_model(model)(votes, max_iterations=20, tol=0)
    parts = infer_sharded(split_votes(votes, 3), model=model, max_iterations=20, tol=0)
    assert np.concatenate(parts.posteriors) == pytest.approx(whole.posterior, abs=1e-9)
    assert parts.worker_accuracy == pytest.approx(whole.worker_accuracy, abs=1e-9)


def test_order_does_not_matter_and_of_equal_votes_the_weightiest_counts():
    _, tasks, workers, labels = crowd()
    named = singles(labels)
    named[::3, 0] = True
    weights = np.random.default_rng(5).uniform(0.1, 2.0, len(tasks))
    votes = check_votes(tasks, workers, named, weights=weights)
    order = np.random.default_rng(6).permutation(np.tile(np.arange(len(tasks)), 2))
    lighter = weights[order] * np.where(np.arange(len(order)) % 2, 1.0, 1.0)
    again = check_votes(tasks[order], workers[order], named[order], weights=lighter)
    for column in ("workers", "starts", "weights", "possible"):
        assert (getattr(again, column) == getattr(votes, column)).all()
    twice = check_votes([0, 0], [0, 0], [1, 1], weights=[0.5, 2.0])
    assert (twice.n_votes, twice.total) == (1, 2.0)


def test_shared_mistakes_are_looked_for_in_plain_votes():
    _, tasks, workers, labels = crowd()
    weights = np.linspace(0.5, 1.5, len(tasks))
    gold = np.full(90, -1)
    loose = shared_mistakes(check_votes(tasks, workers, labels, weights=weights), gold)
    assert loose == shared_mistakes(check_votes(tasks, workers, labels), gold)


def test_one_class_is_certain():
    fit = infer_truth([0, 0], [0, 1], [[True], [True]], weights=[1.0, 2.0])
    assert fit.posterior.tolist() == [[1.0]]


@pytest.mark.parametrize(
    ("labels", "options", "pointer"),
    [
        ([0, 1], {"weights": [1.0, np.nan]}, "/weights"),
        ([0, 1], {"weights": [1.0, -0.5]}, "/weights"),
        ([0, 1], {"weights": [1.0, np.inf]}, "/weights"),
        ([0, 1], {"weights": [1.0]}, "/weights"),
        ([0, 1], {"weights": ["much", "little"]}, "/weights"),
        ([[True, False], [False, False]], {}, "/labels/1"),
        ([[True, False], [True, False]], {"n_classes": 3}, "/labels"),
        ([[1, 0], [0, 1]], {}, "/labels"),
    ],
)
def test_what_cannot_be_is_refused(labels, options, pointer):
    with pytest.raises(Invalid) as refused:
        infer_truth([0, 1], [0, 0], labels, **options)
    assert (refused.value.code, refused.value.pointer) == ("votes.invalid", pointer)
