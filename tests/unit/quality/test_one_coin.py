"""The one-coin model."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import special, stats

from assay.errors import Invalid
from assay.quality import gamma
from assay.quality.inference import accuracy_interval
from assay.quality.one_coin import one_coin
from assay.quality.votes import check_votes
from tests.unit.quality.anaesthetists import first_sittings


def simulated(rng, n_tasks=400, accuracies=(0.95, 0.8, 0.7, 0.6, 0.55), n_classes=3):
    truth = rng.integers(n_classes, size=n_tasks)
    tasks = np.repeat(np.arange(n_tasks), len(accuracies))
    workers = np.tile(np.arange(len(accuracies)), n_tasks)
    wrong = (truth[tasks] + rng.integers(1, n_classes, size=len(tasks))) % n_classes
    right = rng.random(len(tasks)) < np.array(accuracies)[workers]
    return truth, tasks, workers, np.where(right, truth[tasks], wrong)


def test_two_votes_by_hand():
    # One task, two workers who disagree: the evidence is balanced and each has seen half a right vote.
    fit = one_coin(check_votes([0, 0], [0, 1], [0, 1]), max_iterations=1, tol=0)
    assert fit.posterior == pytest.approx(np.array([[0.5, 0.5]]))
    assert fit.worker_accuracy == pytest.approx([4.5 / 6, 4.5 / 6])


def test_bound_of_one_vote_is_the_exact_evidence():
    # With one vote and a fixed even prior the evidence is 1/2 whatever the accuracy; the bound lies below.
    fit = one_coin(check_votes([0], [0], [1], n_classes=2), prior=[0.5, 0.5], max_iterations=200, tol=0)
    assert fit.bound_history[-1] <= np.log(0.5)
    assert fit.bound_history[-1] == pytest.approx(np.log(0.5), abs=0.1)


def test_recovers_accuracies_and_beats_majority():
    truth, tasks, workers, labels = simulated(np.random.default_rng(1))
    fit = one_coin(check_votes(tasks, workers, labels))
    assert fit.converged
    assert fit.worker_accuracy == pytest.approx([0.95, 0.8, 0.7, 0.6, 0.55], abs=0.08)
    counts = check_votes(tasks, workers, labels).counts()
    assert (fit.labels == truth).mean() > (counts.argmax(axis=1) == truth).mean()


def test_bound_never_falls():
    _, tasks, workers, labels = simulated(np.random.default_rng(2), accuracies=(0.7, 0.6, 0.5, 0.4))
    fit = one_coin(check_votes(tasks, workers, labels), max_iterations=50, tol=0)
    assert len(fit.bound_history) == fit.n_iterations == 50
    assert np.diff(fit.bound_history).min() > -1e-8


def test_gold_turns_adversaries_round():
    truth, tasks, workers, labels = simulated(
        np.random.default_rng(3), accuracies=(0.2, 0.2, 0.2), n_classes=2
    )
    blind = one_coin(check_votes(tasks, workers, labels))
    told = one_coin(check_votes(tasks, workers, labels), gold=np.where(np.arange(400) < 60, truth, -1))
    assert (blind.labels == truth).mean() < 0.5
    assert (told.labels == truth).mean() > 0.85
    assert (told.worker_accuracy < 0.5).all()


def test_intervals_cover_the_accuracies():
    accuracies = np.array([0.95, 0.85, 0.8, 0.75, 0.7, 0.65])
    covered = []
    for seed in range(60):
        _, *columns = simulated(np.random.default_rng(seed), n_tasks=60, accuracies=tuple(accuracies))
        fit = one_coin(check_votes(*columns), accuracy_prior=(1.0, 1.0))
        covered.append((fit.worker_accuracy_low <= accuracies) & (accuracies <= fit.worker_accuracy_high))
    assert np.mean(covered) >= 0.90


def test_interval_is_near_the_beta_quantiles():
    right, wrong = np.array([5.0, 20.0, 300.0]), np.array([2.0, 3.0, 100.0])
    low, high = accuracy_interval(right, wrong, np.zeros(3))
    assert low == pytest.approx(stats.beta.ppf(0.025, right, wrong), abs=0.005)
    assert high == pytest.approx(stats.beta.ppf(0.975, right, wrong), abs=0.005)


def test_refuses_a_prior_that_is_none():
    with pytest.raises(Invalid) as refused:
        one_coin(check_votes([0], [0], [0]), accuracy_prior=(float("nan"), 1.0))
    assert refused.value.code == "field.invalid"


def test_gamma_functions_are_exact():
    x = np.geomspace(1e-3, 1e7, 500)
    assert gamma.digamma(x) == pytest.approx(special.digamma(x), rel=1e-10, abs=1e-11)
    assert gamma.polygamma(3, x) == pytest.approx(special.polygamma(3, x), rel=1e-10)
    assert gamma.log_gamma(x) == pytest.approx(special.gammaln(x), rel=1e-10, abs=1e-11)


def test_needs_neither_compiler_nor_scipy():
    # The server without the quality extra: both are absent.
    program = (
        "import sys; sys.modules['numba'] = sys.modules['scipy'] = None;"
        "from assay.quality.infer import infer_truth;"
        "fit = infer_truth([0, 0, 0], [0, 1, 2], [1, 1, 0], model='one_coin');"
        "assert fit.labels.tolist() == [1];"
        "from assay.quality.votes import check_votes; from assay.quality.one_coin import one_coin;"
        "many = [0] * 300_000;"
        "one_coin(check_votes(many, list(range(300_000)), many, n_classes=2), max_iterations=2);"
        "from assay.errors import Unsupported\n"
        "try: infer_truth([0], [0], [0], model='dawid_skene')\n"
        "except Unsupported as error: print(error.code)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "extra.missing"


def test_without_a_prior_s_weight_it_is_the_maximum_likelihood_of_crowd_kit():
    # The papers print no numbers. crowd-kit 1.4.2, OneCoinDawidSkene(n_iter=2000, tol=1e-12) on Dawid and
    # Skene's first sittings; on 400 copies of the patients the Beta prior weighs nothing.
    fit = one_coin(first_sittings(copies=400), max_iterations=1000, tol=1e-12)
    assert fit.worker_accuracy == pytest.approx([0.9520, 0.7315, 0.8203, 0.8651, 0.8028], abs=2e-4)
    assert fit.class_prior == pytest.approx([0.4093, 0.4295, 0.1177, 0.0436], abs=2e-4)
    # Patients 3 and 12.
    assert fit.posterior[[2, 11]] == pytest.approx(
        np.array([[0.2878, 0.7121, 0.0001, 0.0000], [0.0022, 0.1362, 0.8572, 0.0045]]), abs=6e-4
    )
