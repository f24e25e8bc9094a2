"""Honest probabilities."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.calibration import (
    Beta,
    Identity,
    Temperature,
    fit_beta,
    fit_calibration,
    fit_isotonic,
    fit_temperature,
)
from assay.quality.reliability import calibration_error, reliability_curve


def stated_and_true(seed=0, n_tasks=3000, n_classes=3, too_sure=3.0):
    """Posteriors (N, K) with log odds ``too_sure`` times too large, and truths drawn from honest ones."""
    rng = np.random.default_rng(seed)
    honest = rng.dirichlet(np.full(n_classes, 0.6), size=n_tasks)
    truth = (rng.random((n_tasks, 1)) > honest.cumsum(axis=1)).sum(axis=1).clip(max=n_classes - 1)
    return Temperature(temperature=1 / too_sure).apply(honest), truth


def error_of(posterior, truth):
    return calibration_error(posterior.max(axis=1), posterior.argmax(axis=1) == truth)


@pytest.mark.parametrize("fit", [fit_temperature, fit_beta, fit_isotonic, fit_calibration])
class TestEveryMap:
    def test_makes_the_overconfident_honest(self, fit):
        stated, truth = stated_and_true()
        calibration = fit(stated[:1000], truth[:1000])
        after = error_of(calibration.apply(stated[1000:]), truth[1000:])
        assert error_of(stated[1000:], truth[1000:]).excess > 0.1
        assert after.excess < 0.03

    def test_keeps_labels_and_sums(self, fit):
        stated, truth = stated_and_true(n_tasks=400)
        stated[0] = (1.0, 0.0, 0.0)
        honest = fit(stated, truth).apply(stated)
        assert honest.sum(axis=1) == pytest.approx(np.ones(400))
        assert (honest >= 0).all()
        best = np.take_along_axis(honest, stated.argmax(axis=1)[:, None], axis=1)[:, 0]
        assert best == pytest.approx(honest.max(axis=1))

    def test_answers_to_little(self, fit):
        honest = fit([[0.9, 0.1], [0.2, 0.8]], [1, 1]).apply(np.array([[0.7, 0.3], [1.0, 0.0]]))
        assert np.isfinite(honest).all()
        one_class = fit(np.ones((3, 1)), [0, 0, 0]).apply(np.ones((2, 1)))
        assert one_class == pytest.approx(np.ones((2, 1)))


def test_recovers_the_temperature():
    stated, truth = stated_and_true(too_sure=2.5)
    assert fit_temperature(stated, truth).temperature == pytest.approx(2.5, abs=0.2)


def test_beta_with_the_identity_s_parameters_is_the_identity():
    stated, _ = stated_and_true(n_tasks=50)
    assert Beta(a=1.0, b=1.0, m=0.0).apply(stated) == pytest.approx(stated, abs=1e-5)


def test_another_map_needs_proof():
    stated, truth = stated_and_true(too_sure=4.0)
    assert fit_calibration(stated[:40], truth[:40]).method == "beta"
    # A step that no beta curve has: right 6 times in 10 up to 0.9, always above.
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1.0, size=4000)
    right = (confidence > 0.9) | (rng.random(4000) < 0.6)
    stepped = np.stack([confidence, 1 - confidence], axis=1)
    assert fit_calibration(stepped, np.where(right, 0, 1)).method == "isotonic"


def test_without_answers_nothing_changes():
    assert fit_calibration(np.empty((0, 2)), np.empty(0, dtype=int)) == Identity()


@pytest.mark.parametrize(
    ("posterior", "truth"),
    [
        ([[float("nan"), 1]], [0]),
        ([[0.5, 0.5]], [2]),
        ([[0.5, 0.5]], [0, 1]),
        ([0.5], [0]),
        ([[0.5, 0.5]], [0.5]),
    ],
)
def test_refuses_what_cannot_be(posterior, truth):
    with pytest.raises(Invalid):
        fit_calibration(posterior, truth)


def test_reliability_by_hand():
    curve = reliability_curve([0.6, 0.6, 0.9, 0.9], [True, False, True, True], n_bins=2)
    assert curve.confidence == pytest.approx([0.6, 0.9])
    assert curve.accuracy == pytest.approx([0.5, 1.0])
    assert curve.sizes.tolist() == [2, 2]
    # Clopper & Pearson for 1 of 2 and 2 of 2.
    assert curve.low == pytest.approx([0.0126, 0.1581], abs=1e-4)
    assert curve.high == pytest.approx([0.9874, 1.0], abs=1e-4)
    error = calibration_error([0.6, 0.6, 0.9, 0.9], [True, False, True, True], n_bins=2)
    assert error.error == pytest.approx(0.5 * 0.1 + 0.5 * 0.1)


def test_honest_confidences_have_no_excess():
    rng = np.random.default_rng(0)
    excesses = []
    for seed in range(20):
        confidence = rng.uniform(0.5, 1.0, size=500)
        excesses.append(calibration_error(confidence, rng.random(500) < confidence, seed=seed).excess)
    assert np.mean(excesses) == pytest.approx(0.0, abs=0.006)


def test_the_spread_is_that_of_honest_confidences():
    rng = np.random.default_rng(0)
    found = []
    for seed in range(60):
        confidence = rng.uniform(0.5, 1.0, size=500)
        found.append(calibration_error(confidence, rng.random(500) < confidence, seed=seed))
    told = np.mean([each.chance_spread for each in found])
    assert np.std([each.error for each in found]) == pytest.approx(told, rel=0.3)


@pytest.mark.parametrize(
    ("confidence", "right"), [([], []), ([0.5], [True, False]), ([1.5], [True]), ([0.5], [0.5])]
)
def test_refuses_confidences_that_cannot_be(confidence, right):
    with pytest.raises(Invalid):
        calibration_error(confidence, right)


def test_documented_calibration_error():
    # torchmetrics, BinaryCalibrationError(n_bins=2, norm="l1"): 0.2900. Naeini et al. print none.
    stated, right = [0.25, 0.25, 0.55, 0.75, 0.75], [0, 0, 1, 1, 1]
    assert calibration_error(stated, right, n_bins=5).error == pytest.approx(0.29)
    # Its equal widths put 0.55 with 0.75; in equal masses 0.55 is with 0.25, and one bin hides what it mixes.
    assert calibration_error(stated, right, n_bins=2).error == pytest.approx(
        0.4 * 0.25 + 0.6 * abs(1 / 3 - 0.35)
    )


def test_paper_isotonic_of_fifteen_instances():
    """Fawcett & Niculescu-Mizil (2007), figure 3: levels 1, .75, .67, .5, 0; ours shrink by one answer."""
    scores = [0.9, 0.8, 0.7, 0.6, 0.55, 0.54, 0.53, 0.52, 0.51, 0.505, 0.504, 0.503, 0.502, 0.501, 0.5001]
    right = np.array([1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0])
    found = fit_isotonic(np.stack([scores, 1 - np.array(scores)], axis=1), 1 - right)
    levels = np.repeat([0, 0.5, 2 / 3, 0.75, 1], [4, 2, 3, 4, 2])
    sizes = np.repeat([4, 2, 3, 4, 2], [4, 2, 3, 4, 2])
    assert found.levels == pytest.approx((levels * sizes + right.mean()) / (sizes + 1))


def test_clopper_and_pearson_of_conovers_peas():
    # R, binom.test(682, 925): Mendelian peas in Conover (1971), p. 97.
    curve = reliability_curve(np.full(925, 0.75), np.arange(925) < 682, n_bins=1)
    assert curve.low == pytest.approx([0.7076683], abs=1e-6)
    assert curve.high == pytest.approx([0.7654066], abs=1e-6)
