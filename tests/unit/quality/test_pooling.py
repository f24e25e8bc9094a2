"""Votes pooled at known accuracies."""

from itertools import product

import numpy as np
import pytest

from assay.quality.pooling import MAX_ACCURACY, log_odds, pool_similar, pool_votes


def test_one_vote_is_as_sure_as_its_labeler() -> None:
    assert pool_votes([2], [0.7], 4) == pytest.approx([0.1, 0.1, 0.7, 0.1])


def test_bayes_by_hand() -> None:
    # Two answers, 0.8 says the first and 0.6 the second: 0.8·0.4 against 0.2·0.6.
    assert pool_votes([0, 1], [0.8, 0.6], 2) == pytest.approx([0.32 / 0.44, 0.12 / 0.44])


def test_nobody_counts_against_their_own_answer_or_for_good() -> None:
    assert log_odds([0.0, 0.1, 0.5], 2).min() > 0.0
    assert pool_votes([0], [1.0], 2)[0] == pytest.approx(MAX_ACCURACY)


def test_with_one_answer_there_is_no_doubt() -> None:
    assert pool_votes([0], [0.5], 1).tolist() == [1.0]


def test_pooling_without_resemblance_is_voting() -> None:
    votes, accuracy = [0, 1, 1, 2], [0.9, 0.6, 0.7, 0.5]
    alike = np.array([[vote == candidate for vote in votes] for candidate in range(3)], dtype=float)
    assert pool_similar(alike, accuracy, 5) == pytest.approx(pool_votes(votes, accuracy, 5)[:3])


def test_what_nobody_gave_keeps_its_share() -> None:
    assert pool_similar([[1.0]], [0.7], 4) == pytest.approx([0.7])


def test_paper_five_experts() -> None:
    """Shapley & Grofman (1984): of five who are right with .9, .9, .6, .6, .6 the best one is right with .9,
    the majority with .877, and the vote weighted by log odds, which is best, with .927."""
    accuracy = np.array([0.9, 0.9, 0.6, 0.6, 0.6])
    votes = np.array(list(product([0, 1], repeat=5)))
    chance_if_0 = np.where(votes == 0, accuracy, 1 - accuracy).prod(axis=1)
    chance_if_1 = np.where(votes == 1, accuracy, 1 - accuracy).prod(axis=1)
    by_weight = np.array([pool_votes(row, accuracy, 2) for row in votes]).argmax(axis=1)
    by_number = votes.sum(axis=1) > 2
    for answer, right in ((by_weight, 0.927), (by_number, 0.877)):
        found = (chance_if_0 @ (answer == 0) + chance_if_1 @ (answer == 1)) / 2
        assert found == pytest.approx(right, abs=5e-4)
