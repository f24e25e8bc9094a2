"""Correlated Dawid-Skene: tasks that mislead most workers at once."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.correlated_dawid_skene import correlated_dawid_skene, last_bound
from assay.quality.dawid_skene import dawid_skene
from assay.quality.votes import check_votes
from tests.unit.quality.anaesthetists import first_sittings


def misleading_crowd(seed=0, n_tasks=1500, votes_each=6, misleading=0.35):
    """Class 0 is common, and on a share of its tasks everybody says 1 every second time or so."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(n_tasks) < 0.15).astype(int)
    odd = (truth == 0) & (rng.random(n_tasks) < misleading)
    chance_of_1 = np.where(truth == 1, 0.85, np.where(odd, 0.4, 0.06))
    tasks = np.repeat(np.arange(n_tasks), votes_each)
    workers = np.concatenate([rng.permutation(20)[:votes_each] for _ in range(n_tasks)])
    labels = (rng.random(len(tasks)) < chance_of_1[tasks]).astype(int)
    return truth, check_votes(tasks, workers, labels)


def test_is_not_misled():
    truth, votes = misleading_crowd()
    fit = correlated_dawid_skene(votes)
    assert (fit.labels == truth).mean() > (dawid_skene(votes).labels == truth).mean() + 0.05
    assert fit.states.shape == (1500, 4)
    assert fit.states.reshape(1500, 2, 2).sum(axis=2) == pytest.approx(fit.posterior)


def test_bound_tells_whether_errors_are_correlated():
    for misleading, correlated in ((0.35, True), (0.0, False)):
        _, votes = misleading_crowd(misleading=misleading)
        bounds = [last_bound(correlated_dawid_skene(votes, n_kinds=kinds)) for kinds in (1, 2)]
        assert (bounds[1] > bounds[0]) == correlated


def test_refuses_no_kinds():
    with pytest.raises(Invalid):
        correlated_dawid_skene(check_votes([0], [0], [0]), n_kinds=0)


@pytest.mark.parametrize(
    ("n_kinds", "patients"),
    [
        (
            1,
            [
                [0.11387, 0.88592, 0.00012, 0.00009],
                [0.0, 0.05301, 0.93759, 0.00939],
                [0.00001, 0.00012, 0.06141, 0.93846],
            ],
        ),
        (
            2,
            [
                [0.11404, 0.88576, 0.00011, 0.00009],
                [0.00001, 0.05425, 0.93677, 0.00897],
                [0.00001, 0.00013, 0.06499, 0.93488],
            ],
        ),
    ],
)
def test_is_the_authors_own_code(n_kinds, patients):
    # The paper prints accuracies on large sets only. The authors' ibcc.py (commit ff6d329) and ebcc.py
    # (621789b; num_groups=2, a_pi=0.2, the best of 40 seeds) of yuan-li/truth-inference-at-scale, let run
    # until nothing changes by 1e-9, on Dawid and Skene's first sittings: patients 3, 12 and 36.
    fit = correlated_dawid_skene(
        first_sittings(), n_kinds=n_kinds, n_restarts=10, max_iterations=2000, tol=1e-12
    )
    assert fit.posterior[[2, 11, 35]] == pytest.approx(np.array(patients), abs=2e-5)
