"""Dawid and Skene's model, on the data of their paper."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.dawid_skene import dawid_skene
from assay.quality.votes import check_votes
from tests.unit.quality.anaesthetists import all_sittings


def test_reproduces_the_paper():
    fit = dawid_skene(all_sittings(), smoothing=0.0, max_iterations=200, tol=1e-9)
    assert fit.converged
    # Table 2: the estimated frequencies of the four classes.
    sizes = fit.posterior.mean(axis=0)
    assert sizes == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.005)
    # Table 2: observer 1's rates, true class by judgement.
    assert fit.worker_confusion[0] == pytest.approx(
        np.array([[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]),
        abs=0.005,
    )
    # Section 4: patients 3 and 36 are certain although observers disagree.
    assert fit.labels[[2, 35]].tolist() == [1, 3]
    assert fit.posterior[[2, 35], [1, 3]] == pytest.approx([1, 1], abs=1e-3)


def test_one_step_by_hand():
    # Two workers disagree on the second of two tasks. Start: (5/6, 1/6) and (1/2, 1/2).
    fit = dawid_skene(
        check_votes([0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]), smoothing=0.0, max_iterations=1, tol=0
    )
    # Worker 0 always says 0; worker 1 says 0 with rate (5/6)/(8/6) in class 0 and (1/6)/(4/6) in class 1.
    prior = np.array([8, 4]) / 12
    says_0 = np.array([5 / 8, 1 / 4])
    joint = np.array([prior * says_0, prior * (1 - says_0)])
    assert fit.posterior == pytest.approx(joint / joint.sum(axis=1, keepdims=True))
    assert fit.bound_history == pytest.approx([np.log(joint.sum(axis=1)).sum()])


def test_refuses_negative_smoothing():
    with pytest.raises(Invalid):
        dawid_skene(check_votes([0], [0], [0]), smoothing=-1.0)
