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
