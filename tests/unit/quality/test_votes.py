"""Votes: what is refused, and how the rest is laid out."""

import numpy as np
import pytest

from assay.errors import Invalid, TooLarge
from assay.quality.kernels import sorted_votes
from assay.quality.votes import check_gold, check_prior, check_votes


def test_sorts_and_counts_a_repeat_once():
    votes = check_votes([1, 0, 1, 1, 1], [0, 2, 0, 1, 0], [2, 1, 2, 0, 1])
    assert votes.starts.tolist() == [0, 1, 4]
    assert votes.workers.tolist() == [2, 0, 0, 1]
    assert votes.labels.tolist() == [1, 1, 2, 0]
    assert (votes.n_tasks, votes.n_workers, votes.n_classes, votes.n_votes) == (2, 3, 3, 4)
    assert votes.counts().tolist() == [[0, 1, 0], [1, 1, 1]]
    assert votes.tasks.tolist() == [0, 1, 1, 1]


def test_subset_keeps_the_shape():
    votes = check_votes([0, 0, 1, 2], [0, 1, 0, 1], [0, 1, 1, 0])
    some = votes.subset(np.array([False, True, False, True]))
    assert some.starts.tolist() == [0, 1, 1, 2]
    assert (some.n_tasks, some.n_workers, some.n_classes) == (3, 2, 2)


@pytest.mark.parametrize("n_tasks", [3, 300])
def test_compiled_sort_is_the_plain_sort(n_tasks):
    rng = np.random.default_rng(4)
    columns = [rng.integers(n, size=900) for n in (n_tasks, 20, 3)]
    plain = check_votes(*columns)
    starts, workers, labels = sorted_votes(*columns, plain.n_tasks, plain.labels.dtype, False)
    assert (starts == plain.starts).all()
    assert (workers == plain.workers).all()
    assert (labels == plain.labels).all()


@pytest.mark.parametrize(
    ("columns", "sizes"),
    [
        (([0, 1], [0], [0, 0]), {}),
        (([0], [0], [-1]), {}),
        (([0], [0], [2]), {"n_classes": 2}),
        (([0], [0], [0.5]), {}),
        (([0], [0], [float("nan")]), {}),
        (([0], [0], ["cat"]), {}),
        (([[0]], [[0]], [[0]]), {}),
        (([], [], []), {}),
        (([0], [0], [0]), {"n_classes": -1}),
    ],
)
def test_refuses_what_is_no_vote(columns, sizes):
    with pytest.raises(Invalid) as refused:
        check_votes(*columns, **sizes)
    assert refused.value.code == "votes.invalid"


def test_refuses_tables_beyond_the_limit():
    with pytest.raises(TooLarge):
        check_votes(np.arange(100), np.zeros(100, int), np.zeros(100, int), n_classes=10_000_000)
    with pytest.raises(TooLarge):
        check_votes([1 << 40], [0], [0])
    with pytest.raises(TooLarge):
        check_votes([0], [1 << 40], [0])


@pytest.mark.parametrize(
    "gold", [[1, -1, 0], {0: 1, 2: 0}, [[0, 1], [2, 0], [0, 1]], np.array([1, -1, 0], "i1")]
)
def test_gold_in_each_form(gold):
    assert check_gold(gold, check_votes([0, 1, 2], [0, 0, 0], [0, 1, 1])).tolist() == [1, -1, 0]


def test_gold_may_be_empty():
    votes = check_votes([0, 1], [0, 0], [0, 1])
    assert [check_gold(gold, votes).tolist() for gold in (None, {}, [])] == [[-1, -1]] * 3


@pytest.mark.parametrize("gold", [[2], {5: 0}, [[0, 0], [0, 1]], [0.5], [-2], ["x"]])
def test_refuses_gold_that_cannot_be(gold):
    with pytest.raises(Invalid) as refused:
        check_gold(gold, check_votes([0, 1], [0, 0], [0, 1]))
    assert refused.value.code == "gold.invalid"


@pytest.mark.parametrize(
    "prior", [[float("nan"), 1], [-0.5, 1.5], [0.2, 0.2], [1.0], [[1, 0]], "no", [[1, 0], [2, 3, 4]]]
)
def test_refuses_a_prior_that_cannot_be(prior):
    with pytest.raises(Invalid) as refused:
        check_prior(prior, check_votes([0, 1], [0, 0], [0, 1]))
    assert refused.value.code == "prior.invalid"


def test_a_task_without_votes_is_a_task():
    votes = check_votes([3], [0], [0], n_tasks=5)
    assert votes.starts.tolist() == [0, 0, 0, 0, 1, 1]
