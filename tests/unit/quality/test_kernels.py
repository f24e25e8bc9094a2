"""Compiled passes against plain numpy."""

import numpy as np
import pytest

from assay.quality import inference, votes
from assay.quality.kernels import shares
from assay.quality.votes import check_votes


def random_votes(rng, n_votes, n_tasks):
    return tuple(rng.integers(count, size=n_votes) for count in (n_tasks, 30, 3))


@pytest.mark.parametrize("keep_repeats", [False, True])
@pytest.mark.parametrize("n_tasks", [1, 40, 2_000])
def test_votes_are_laid_out_as_plain_numpy_does(monkeypatch, keep_repeats, n_tasks):
    columns = random_votes(np.random.default_rng(n_tasks), 5_000, n_tasks)
    plain = check_votes(*columns, keep_repeats=keep_repeats)
    monkeypatch.setattr(votes, "COMPILED_FROM", 0)
    compiled = check_votes(*columns, keep_repeats=keep_repeats)
    for name in ("starts", "workers", "labels"):
        assert np.array_equal(getattr(compiled, name), getattr(plain, name))
        assert getattr(compiled, name).dtype == getattr(plain, name).dtype
    assert np.array_equal(compiled.worker_votes(), np.bincount(plain.workers, minlength=30))


def test_ties_are_broken_alike(monkeypatch):
    rng = np.random.default_rng(0)
    posterior = rng.integers(1, 4, size=(1_000, 3)) / 9.0
    plain = inference.most_probable(posterior, 7)
    monkeypatch.setattr(inference, "COMPILED_FROM", 0)
    assert np.array_equal(inference.most_probable(posterior, 7), plain)
    assert (posterior[np.arange(1_000), plain] == posterior.max(axis=1)).all()


@pytest.mark.parametrize("smoothing", [1e-300, 0.01, 2.0])
def test_shares_of_counts(smoothing):
    rng = np.random.default_rng(1)
    counts = rng.poisson(1.0, size=(200, 3, 4)).astype(np.float64)
    table = np.empty(counts.shape)
    surprise = shares(counts, smoothing, 1e-30, table)
    expected = counts + smoothing
    expected = np.maximum(expected / expected.sum(axis=1, keepdims=True), 1e-30)
    assert table == pytest.approx(expected)
    assert surprise == pytest.approx(np.log(expected).sum())
