"""The ordinal model: near misses are likelier than far ones."""

import numpy as np
import pytest

from assay.quality.dawid_skene import dawid_skene
from assay.quality.ordinal import Scale, ordinal
from assay.quality.votes import check_votes

PRECISION, LEANING = np.array([2.0, 1.0, 1.0, 0.4, 0.2]), np.array([0.0, 0.8, -0.8, 0.0, 0.0])


def crowd(seed=0, n_tasks=400, n_classes=7, votes_each=3):
    """Votes drawn from the model itself."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_tasks)
    tables = Scale(5, n_classes)._table(PRECISION, LEANING)
    tasks = np.repeat(np.arange(n_tasks), votes_each)
    workers = np.concatenate([rng.permutation(5)[:votes_each] for _ in range(n_tasks)])
    chances = tables[workers, :, truth[tasks]].cumsum(axis=1)
    labels = (rng.random((len(tasks), 1)) > chances).sum(axis=1).clip(max=n_classes - 1)
    return truth, check_votes(tasks, workers, labels, n_classes=n_classes)


def test_log_odds_of_neighbours_are_linear_in_the_distance():
    # Agresti's adjacent categories: log P(l + 1) / P(l) = b - a (2 (l - t) + 1).
    table = Scale(1, 5)._table(np.array([0.3]), np.array([0.5]))[0]
    odds = np.log(table[1:] / table[:-1])
    distance = np.arange(4)[:, None] - np.arange(5)[None, :]
    assert odds == pytest.approx(0.5 - 0.3 * (2 * distance + 1))


def test_finds_precision_and_leaning():
    truth, votes = crowd(n_tasks=1_500)
    scale = Scale(5, 7)
    counts = np.zeros((5, 7, 7))
    np.add.at(counts, (votes.workers, votes.labels, truth[votes.tasks]), 1.0)
    for _ in range(10):
        scale.rates(counts)
    assert scale.precision == pytest.approx(PRECISION, rel=0.15)
    assert scale.leaning == pytest.approx(LEANING, abs=0.15)


def test_a_leaning_is_taken_back_and_far_misses_are_rare():
    errors = {ordinal: [], dawid_skene: []}
    for seed in range(3):
        truth, votes = crowd(seed)
        for model, found in errors.items():
            found.append(np.abs(model(votes).labels - truth).mean())
    middle = [np.median(votes.labels[votes.starts[task] : votes.starts[task + 1]]) for task in range(400)]
    assert np.mean(errors[ordinal]) < np.mean(errors[dawid_skene])
    assert np.mean(errors[ordinal]) < np.abs(np.array(middle) - truth).mean()


def test_the_better_of_two_steps_away_is_the_step_between():
    # Two equal labelers two steps apart: the class between them explains both best, if either may err.
    votes = check_votes(
        [0, 0, *range(1, 9)], [0, 1, *[0, 1] * 4], [1, 3, 0, 1, 2, 3, 4, 0, 1, 2], n_classes=5
    )
    assert ordinal(votes).posterior[0].argmax() == 2
