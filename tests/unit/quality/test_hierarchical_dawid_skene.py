"""Hierarchical Dawid-Skene: it borrows strength, and lies between its two limits."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import betaln

from assay.quality.confusion import dirichlet_rates
from assay.quality.dawid_skene import dawid_skene
from assay.quality.hierarchical_dawid_skene import hierarchical_dawid_skene
from assay.quality.one_coin import one_coin
from assay.quality.votes import check_votes
from tests.unit.quality.anaesthetists import all_sittings


def simulated(seed, confusions, votes_each, n_tasks):
    """Truth (N,) and votes drawn from confusions (W, K, K) as [worker, truth, label]."""
    rng = np.random.default_rng(seed)
    n_workers, n_classes = confusions.shape[:2]
    truth = rng.integers(n_classes, size=n_tasks)
    tasks = np.repeat(np.arange(n_tasks), votes_each)
    workers = np.concatenate([rng.permutation(n_workers)[:votes_each] for _ in range(n_tasks)])
    chance = rng.random((len(tasks), 1))
    labels = (chance > confusions[workers, truth[tasks]].cumsum(axis=1)).sum(axis=1)
    return truth, check_votes(tasks, workers, labels, n_classes=n_classes, n_workers=n_workers)


def one_coins(accuracies, n_classes):
    off = (1 - np.array(accuracies)) / (n_classes - 1)
    return off[:, None, None] + (np.array(accuracies) - off)[:, None, None] * np.eye(n_classes)


def test_divergence_is_the_dirichlets():
    # For two labels a Dirichlet is a Beta: KL by numerical integration.
    counts, pseudo = np.array([3.0, 1.5]), np.array([0.8, 0.4])
    rates = dirichlet_rates(counts[None, :, None], pseudo[None, :, None])
    x = np.linspace(1e-6, 1 - 1e-6, 400_001)
    after, before = stats.beta(*(counts + pseudo)), stats.beta(*pseudo)
    divergence = np.trapezoid(after.pdf(x) * (after.logpdf(x) - before.logpdf(x)), x)
    assert rates.cost == pytest.approx(divergence, abs=1e-3)
    # Counts all known, bound = evidence: log B(counts + pseudo) - log B(pseudo).
    evidence = betaln(*(counts + pseudo)) - betaln(*pseudo)
    assert (counts * np.log(rates.table[0, :, 0])).sum() - rates.cost == pytest.approx(evidence)


def test_is_as_good_as_one_coin_where_workers_are_one_coins():
    confusions = one_coins(np.linspace(0.4, 0.95, 30), 8)
    scores = []
    for seed in range(4):
        truth, votes = simulated(seed, confusions, 3, 300)
        fits = [model(votes) for model in (one_coin, dawid_skene, hierarchical_dawid_skene)]
        scores.append([(fit.labels == truth).mean() for fit in fits])
    simple, free, between = np.mean(scores, axis=0)
    assert between > free + 0.02
    assert between > simple - 0.03


def test_learns_confusions_where_there_are_any():
    # Half the crowd takes class 1 for class 0; the other half is fair.
    biased = np.array([[0.95, 0.05, 0.0], [0.6, 0.35, 0.05], [0.05, 0.05, 0.9]])
    confusions = np.concatenate([np.repeat(biased[None], 10, axis=0), one_coins([0.8] * 10, 3)])
    truth, votes = simulated(0, confusions, 5, 1500)
    fit = hierarchical_dawid_skene(votes)
    assert fit.worker_confusion[:10].mean(axis=0) == pytest.approx(biased, abs=0.06)
    assert (fit.labels == truth).mean() > (one_coin(votes).labels == truth).mean() + 0.02


def test_is_near_the_bayesian_estimates_of_the_anaesthetists():
    # No paper prints numbers of this variant. The classes' frequencies by full Bayes in the vignette of rater
    # (Pullin, Gurrin & Vukcevic 2023), and observer 1's rates on the common classes in table 2 of Dawid &
    # Skene; of the rare classes there are nine patients in all, and priors decide.
    fit = hierarchical_dawid_skene(all_sittings(), max_iterations=1000)
    assert fit.class_prior == pytest.approx([0.375, 0.406, 0.143, 0.075], abs=0.04)
    assert fit.worker_confusion[0, :2] == pytest.approx(
        np.array([[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0]]), abs=0.03
    )
