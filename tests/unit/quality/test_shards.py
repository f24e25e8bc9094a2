"""Shards: the same answer as in one piece."""

import pickle

import numpy as np
import pytest

from assay.errors import AssayError
from assay.quality.confusion import Shard
from assay.quality.infer import find_model
from assay.quality.shards import ThreadExecutor, infer_sharded, split_votes
from assay.quality.votes import check_votes


def crowd(seed=0, n_tasks=500, n_classes=3):
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_tasks)
    tasks = np.repeat(np.arange(n_tasks), 5)
    workers = rng.integers(20, size=len(tasks))
    right = rng.random(len(tasks)) < np.linspace(0.5, 0.95, 20)[workers]
    labels = np.where(right, truth[tasks], rng.integers(n_classes, size=len(tasks)))
    return truth, check_votes(tasks, workers, labels)


@pytest.mark.parametrize("model", ["dawid_skene", "hierarchical_dawid_skene"])
@pytest.mark.parametrize("n_shards", [1, 3, 7])
def test_agrees_with_the_whole(model, n_shards):
    truth, votes = crowd()
    gold = np.where(np.arange(500) % 10 == 0, truth, -1)
    prior = np.random.default_rng(1).dirichlet(np.full(3, 5.0), size=500)
    shards = split_votes(votes, n_shards)
    ends = np.cumsum([shard.n_tasks for shard in shards])[:-1]
    sharded = infer_sharded(
        shards, model=model, gold=np.split(gold, ends), prior=np.split(prior, ends), max_iterations=40, tol=0
    )
    whole = find_model(model)(votes, gold=gold, prior=prior, max_iterations=40, tol=0)
    assert np.concatenate(sharded.posteriors) == pytest.approx(whole.posterior, abs=1e-9)
    assert sharded.worker_accuracy == pytest.approx(whole.worker_accuracy, abs=1e-9)
    assert sharded.class_prior == pytest.approx(whole.class_prior, abs=1e-9)
    assert sharded.bound_history == pytest.approx(whole.bound_history)


def test_an_executor_may_be_shared_and_shards_travel():
    _, votes = crowd()

    class Posted(ThreadExecutor):
        """Shards and results pass through pickle, as between machines."""

        def hold(self, shards):
            super().hold(pickle.loads(pickle.dumps(list(shards))))

        def each(self, method, *arguments):
            return pickle.loads(pickle.dumps(super().each(method, *pickle.loads(pickle.dumps(arguments)))))

    with Posted(2) as executor:
        fits = [infer_sharded(split_votes(votes, 4), executor=executor) for _ in range(2)]
    here = infer_sharded(split_votes(votes, 4))
    for fit in fits:
        assert np.concatenate(fit.posteriors) == pytest.approx(np.concatenate(here.posteriors), abs=1e-12)


def test_split_is_disjoint_whole_and_even():
    _, votes = crowd()
    shards = split_votes(votes, 6)
    assert sum(shard.n_tasks for shard in shards) == 500
    assert (np.concatenate([shard.workers for shard in shards]) == votes.workers).all()
    sizes = [shard.n_votes for shard in shards]
    assert max(sizes) - min(sizes) < 20
    assert len(split_votes(check_votes([0, 1], [0, 0], [0, 1]), 9)) == 2


def test_shards_hold_their_own_tasks_only():
    _, votes = crowd()
    shard = Shard(split_votes(votes, 5)[2])
    assert shard.start().sizes.sum() == pytest.approx(shard.votes.n_tasks)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda votes: infer_sharded([]),
        lambda votes: infer_sharded([votes, check_votes([0], [0], [0])]),
        lambda votes: infer_sharded([votes], model="glad"),
        lambda votes: split_votes(votes, 0),
    ],
)
def test_refuses_what_does_not_fit_together(wrong):
    with pytest.raises(AssayError):
        wrong(crowd()[1])
