"""Compiled passes against plain ones."""

import numpy as np
import pytest

from assay.quality.confusion import Shard
from assay.quality.sweeps import LEAST, sweep
from assay.quality.votes import check_votes


def plain_sweep(votes, gold, prior, table):
    """The E step in logarithms, a task at a time."""
    n_states = table.shape[2]
    states, counts, evidence = np.empty((votes.n_tasks, n_states)), np.zeros(table.shape), 0.0
    for task in range(votes.n_tasks):
        cast = slice(votes.starts[task], votes.starts[task + 1])
        rows = votes.workers[cast], votes.labels[cast]
        scores = np.log(np.broadcast_to(prior, states.shape)[task]) + np.log(table[rows]).sum(axis=0)
        if gold[task] >= 0:
            scores[np.arange(n_states) // (n_states // votes.n_classes) != gold[task]] = -np.inf
        log_sum = np.logaddexp.reduce(scores)
        states[task] = np.exp(scores - log_sum)
        if len(rows[0]) or gold[task] >= 0:
            evidence += log_sum
        np.add.at(counts, rows, states[task])
    return states, counts, evidence


@pytest.mark.parametrize(("n_classes", "kinds"), [(1, 1), (2, 1), (2, 2), (3, 1), (4, 1), (5, 1), (3, 3)])
@pytest.mark.parametrize("own_prior", [False, True])
@pytest.mark.parametrize("least", [0.05, LEAST])
def test_sweep_is_the_plain_one(n_classes, kinds, own_prior, least):
    rng = np.random.default_rng(n_classes)
    votes = check_votes(
        rng.integers(40, size=600), rng.integers(60, size=600), rng.integers(n_classes, size=600), n_tasks=42
    )
    votes = votes.widened(42, n_classes)
    gold = np.where(rng.random(42) < 0.2, rng.integers(n_classes, size=42), -1)
    table = rng.dirichlet(np.ones(n_classes), size=(votes.n_workers, n_classes * kinds)).swapaxes(1, 2)
    table = np.maximum(np.ascontiguousarray(table), 0.05)
    table[rng.random(table.shape) < 0.3] = least
    frequencies = rng.dirichlet(np.ones(n_classes * kinds))
    item_prior = rng.dirichlet(np.ones(n_classes), size=42) if own_prior else None
    split = None if kinds == 1 else np.full((42, kinds), 1 / kinds)
    shard = Shard(votes, gold=gold, item_prior=item_prior, split=split)
    sums = shard.sweep(table, np.log(frequencies))
    prior = shard._prior(np.log(frequencies))
    states, counts, evidence = plain_sweep(votes, gold, prior, table)
    assert shard.states == pytest.approx(states, abs=1e-9)
    assert sums.counts == pytest.approx(counts, abs=1e-9)
    assert sums.evidence == pytest.approx(evidence)
    assert sums.sizes.sum() == pytest.approx(((np.diff(votes.starts) > 0) | (gold >= 0)).sum())


def test_a_thousand_votes_do_not_underflow():
    votes = check_votes(np.zeros(1000, dtype=int), np.arange(1000), np.arange(1000) % 2)
    for n_states in (2, 6):
        table = np.full((1000, 2, n_states), LEAST)
        table[:, :, 0] = 1e-20
        states = np.empty((1, n_states))
        gold = np.array([-1])
        prior = np.full((1, n_states), 1 / n_states)
        evidence = sweep(
            votes.starts,
            votes.workers,
            votes.labels,
            gold,
            prior,
            table,
            states,
            np.zeros_like(table),
            np.zeros(n_states),
        )
        assert states[0, 0] == 1
        assert evidence == pytest.approx(1000 * np.log(1e-20) - np.log(n_states))
    shard = Shard(votes)
    swept = shard.sweep(np.full((1000, 2, 2), LEAST), np.log([0.5, 0.5]))
    assert swept.evidence == pytest.approx(1000 * np.log(LEAST))
