"""Overdispersion of votes: one where the model holds, more where labelers share their mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.dispersion import temper, vote_dispersion

N, W = 300, 12
TASKS, WORKERS = np.repeat(np.arange(N), W), np.tile(np.arange(W), N)


def refit(labels: Any) -> Any:
    """Two-class vote shares with the workers' agreement: enough of a model for a full table of votes."""
    share = np.bincount(TASKS, labels, N) / W
    odds = np.exp(np.clip((2 * share - 1) * W * 1.4, -30, 30))
    posterior = np.column_stack([1 / (1 + odds), odds / (1 + odds)])
    confusion = np.empty((W, 2, 2))
    for k in range(2):
        right = np.bincount(WORKERS, posterior[TASKS, k] * (labels == k), W)
        confusion[:, k, k] = (right + 1) / (np.bincount(WORKERS, posterior[TASKS, k], W) + 2)
        confusion[:, k, 1 - k] = 1 - confusion[:, k, k]
    return posterior, confusion


def votes(rng: np.random.Generator, *, hard: float) -> Any:
    """Labelers of accuracy 0.8; on a share ``hard`` of items everybody has 0.55 instead."""
    truth = rng.integers(0, 2, N)
    accuracy = np.where(rng.random(N) < hard, 0.55, 0.8)[TASKS]
    return np.where(rng.random(N * W) < accuracy, truth[TASKS], 1 - truth[TASKS])


def test_independent_votes_have_factor_one() -> None:
    rng = np.random.default_rng(0)
    assert vote_dispersion(TASKS, WORKERS, votes(rng, hard=0), refit, rng=rng).factor < 1.15


def test_shared_mistakes_show() -> None:
    rng = np.random.default_rng(0)
    found = vote_dispersion(TASKS, WORKERS, votes(rng, hard=0.4), refit, rng=rng)
    assert found.factor > 1.3
    assert found.factor == pytest.approx(found.observed / found.simulated)


def test_single_votes_say_nothing() -> None:
    found = vote_dispersion([0, 1], [0, 0], [0, 1], refit, rng=np.random.default_rng(0))
    assert found.factor == 1.0


def test_temper_scales_the_evidence_and_keeps_the_prior() -> None:
    prior = np.array([0.3, 0.7])
    assert temper([[0.3, 0.7]], prior, 5.0)[0] == pytest.approx(prior)
    found = temper([[0.9, 0.1]], [0.5, 0.5], 2.0)[0]
    assert found[0] / found[1] == pytest.approx(3.0)
    assert temper([[1.0, 0.0]], prior, 3.0)[0].tolist() == [1.0, 0.0]
    assert temper([[0.9, 0.1]], prior, 1.0)[0] == pytest.approx([0.9, 0.1])


def test_temper_never_flips_a_label_under_a_flat_prior() -> None:
    p = np.random.default_rng(1).dirichlet(np.ones(4), 200)
    assert (temper(p, np.full(4, 0.25), 3.0).argmax(axis=1) == p.argmax(axis=1)).all()


def test_temper_may_flip_a_label_that_stood_against_the_prior() -> None:
    # Evidence of 27 to 1 against a prior of 1 to 9; with its logarithm divided by 3 it is 3 to 1.
    found = temper([[0.75, 0.25]], [0.1, 0.9], 3.0)[0]
    assert found == pytest.approx([0.25, 0.75])


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(Invalid):
        temper([[0.5, 0.5]], [0.5, 0.5], 0.5)
    with pytest.raises(Invalid):
        temper([[0.5, np.nan]], [0.5, 0.5], 2.0)
    with pytest.raises(Invalid):
        vote_dispersion([0, 0], [0], [0, 1], refit, rng=rng)
    with pytest.raises(Invalid):
        vote_dispersion([0, 0], [0, 1], [0, 1], lambda _: (np.ones((1, 1)), np.ones((1, 1, 1))), rng=rng)


def test_seeds_of_crowder_1978() -> None:
    """Seeds that germinated on 21 plates, two kinds of seed by two root extracts (Crowder 1978, table 3).

    X² is 31.651 on 17 degrees of freedom, so that quasi-likelihood's dispersion is 1.8618 (R: glm,
    quasibinomial, with interaction). A plate is an item, a seed a vote; the "accuracy" is its group's rate.
    """
    germinated = [10, 23, 23, 26, 17, 5, 53, 55, 32, 46, 10, 8, 10, 8, 23, 0, 3, 22, 15, 32, 3]
    seeds = [39, 62, 81, 51, 39, 6, 74, 72, 51, 79, 13, 16, 30, 28, 45, 4, 12, 41, 30, 51, 7]
    group = np.repeat(np.repeat([0, 1, 2, 3], [5, 6, 5, 5]), seeds)
    labels = np.concatenate([np.arange(n) < r for r, n in zip(germinated, seeds, strict=True)]).astype(int)

    def rates(drawn: Any) -> Any:
        rate = np.bincount(group, drawn) / np.bincount(group)
        rows = np.stack([1 - rate, rate], axis=1)
        return np.tile([0.0, 1.0], (21, 1)), np.stack([rows, rows], axis=1)

    plates = np.repeat(np.arange(21), seeds)
    found = vote_dispersion(plates, group, labels, rates, rng=np.random.default_rng(0), n_simulations=2000)
    assert 21 * found.observed == pytest.approx(31.651, abs=5e-4)
    assert 21 * found.simulated == pytest.approx(17, rel=0.03)
    assert found.factor == pytest.approx(1.8618, rel=0.03)
