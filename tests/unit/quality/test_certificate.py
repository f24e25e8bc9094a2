"""The certificate: coverage whatever the predictions, exactness at the end, and what the design gains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from assay.errors import Invalid
from assay.quality.certificate import AuditPlan, certified_so_far, certify, narrow, plan_audit


def project(rng: np.random.Generator, n_items: int, predictions: str) -> tuple[Any, Any]:
    """Errors and predicted errors; 4 % wrong on average, mostly among a few doubtful items."""
    chance = rng.beta(0.25, 6.0, n_items)
    wrong = (rng.random(n_items) < chance).astype(int)
    predicted = {"calibrated": chance, "shuffled": rng.permutation(chance), "zero": np.zeros(n_items)}
    return wrong, predicted[predictions]


@pytest.mark.parametrize("predictions", ["calibrated", "shuffled", "zero"])
def test_bound_holds_at_all_looks_at_once(predictions: str) -> None:
    """Looked at after 20, 40, 80, 160 audits: at most 5 % of projects may ever see a bound above their
    accuracy.
    """
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(120):
        wrong, predicted = project(rng, 400, predictions)
        plan = plan_audit(predicted, rng=rng)
        answers = wrong[plan.order]
        looks = [certify(plan, answers[:n]) for n in (20, 40, 80, 160)]
        missed += any(look.low > 1 - wrong.mean() + 1e-12 for look in looks)
        assert all(look.low <= look.accuracy <= look.high for look in looks)
    assert missed <= 6


def test_the_history_is_what_each_look_said() -> None:
    wrong, predicted = project(np.random.default_rng(6), 300, "calibrated")
    plan = plan_audit(predicted, rng=np.random.default_rng(7))
    answers = wrong[plan.order][:120]
    low, high = certified_so_far(plan, answers)
    for n in (1, 40, 120):
        look = certify(plan, answers[:n])
        assert (low[n - 1], high[n - 1]) == (pytest.approx(look.low), pytest.approx(look.high))
    assert certified_so_far(plan, [])[0].shape == (0,)


def test_a_whole_audit_is_exact() -> None:
    wrong, predicted = project(np.random.default_rng(1), 150, "calibrated")
    plan = plan_audit(predicted, rng=np.random.default_rng(2))
    found = certify(plan, wrong[plan.order])
    assert found.low == found.accuracy == found.high == pytest.approx(1 - wrong.mean())


def test_no_errors_among_even_draws_near_the_rule_of_three() -> None:
    """Without errors the best possible bound is log(20) / n, the rule of three; betting comes close to it."""
    plan = plan_audit(np.full(100_000, 0.001), rng=np.random.default_rng(0))
    found = certify(plan, np.zeros(600, dtype=int))
    assert 3 / 600 < 1 - found.low < 2.2 * 3 / 600
    assert found.n_wrong == 0


def test_predictions_tighten_the_bound_and_useless_ones_cost_little() -> None:
    rng = np.random.default_rng(3)
    lows: dict[str, list[float]] = {"calibrated": [], "shuffled": [], "even": []}
    for _ in range(10):
        wrong, predicted = project(rng, 4000, "calibrated")
        for kind, error in (("calibrated", predicted), ("even", np.full(4000, predicted.mean()))):
            plan = plan_audit(error, rng=rng)
            lows[kind].append(certify(plan, wrong[plan.order][:400]).low)
        plan = plan_audit(rng.permutation(predicted), rng=rng)
        lows["shuffled"].append(certify(plan, wrong[plan.order][:400]).low)
    assert np.mean(lows["calibrated"]) > np.mean(lows["even"]) + 0.005
    assert np.mean(lows["shuffled"]) > np.mean(lows["even"]) - 0.02


def test_order_is_sampling_in_proportion_to_weight() -> None:
    rng = np.random.default_rng(4)
    error = np.array([0.5, 0.02, 0.02, 0.02])
    plans = [plan_audit(error, rng=rng, floor=0.5) for _ in range(4000)]
    first = np.bincount([plan.order[0] for plan in plans], minlength=4) / 4000
    assert first == pytest.approx(plans[0].weight / plans[0].weight.sum(), abs=0.03)
    assert sorted(plans[0].order.tolist()) == [0, 1, 2, 3]


def test_capital_is_fair_at_the_truth() -> None:
    """The first draw's Z averages to the true share of errors, with predictions and without."""
    rng = np.random.default_rng(5)
    wrong, predicted = project(rng, 60, "calibrated")
    plan = plan_audit(predicted, rng=rng)
    q = plan.weight / plan.weight.sum()
    for beta in (0.0, 1.0):
        z = (beta * predicted.sum() + (wrong - beta * predicted) / q) / 60
        assert float(q @ z) == pytest.approx(wrong.mean())


def test_an_audit_goes_on_where_it_stopped() -> None:
    error = np.random.default_rng(8).beta(0.25, 6.0, 200)
    first = plan_audit(error, rng=np.random.default_rng(9))
    on = plan_audit(error, rng=np.random.default_rng(10), drawn=first.order[:50])
    assert on.order[:50].tolist() == first.order[:50].tolist()
    assert sorted(on.order.tolist()) == list(range(200))
    assert on.weight.tolist() == first.weight.tolist()
    wrong = np.arange(200) % 7 == 0
    looked = wrong[first.order[:50]].astype(int)
    # What was not drawn yet has no order that a bound could rest on.
    assert certify(on, looked) == certify(first, looked)


def test_a_slice_of_an_audit_is_an_audit_of_the_slice() -> None:
    """At most 5 % of slices may ever see a bound above their accuracy, whichever way they are cut."""
    rng = np.random.default_rng(11)
    missed = 0
    for _ in range(120):
        wrong, predicted = project(rng, 500, "calibrated")
        plan = plan_audit(predicted, rng=rng)
        inside = (np.arange(500) % 3 == 0) | (predicted > 0.2)
        part = narrow(plan, inside)
        truth = wrong[inside]
        assert sorted(part.order.tolist()) == list(range(int(inside.sum())))
        looked = plan.order[:200]
        answers = wrong[looked[inside[looked]]]
        assert truth[part.order[: len(answers)]].tolist() == answers.tolist()
        missed += bool((certified_so_far(part, answers)[0] > 1 - truth.mean() + 1e-12).any())
    assert missed <= 6


@pytest.mark.parametrize("members", [[True], [False, False, False], [1, 0, 1]])
def test_bad_slices_are_refused(members: Any) -> None:
    with pytest.raises(Invalid):
        narrow(plan_audit([0.1, 0.2, 0.3], rng=np.random.default_rng(0)), members)


@pytest.mark.parametrize("drawn", [[3], [-1], [1, 1], [0.5]])
def test_bad_draws_are_refused(drawn: Any) -> None:
    with pytest.raises(Invalid):
        plan_audit([0.1, 0.2, 0.3], rng=np.random.default_rng(0), drawn=drawn)


def test_before_any_audit_nothing_is_claimed() -> None:
    found = certify(plan_audit([0.1, 0.2], rng=np.random.default_rng(0)), [])
    assert (found.low, found.high, found.n_audited) == (0.0, 1.0, 0)


def test_smaller_than_a_clopper_pearson_sample() -> None:
    """300 even audits with 3 errors: the fixed-sample bound is the best there is; one may look at ours at any
    time.
    """
    plan = AuditPlan(
        order=np.arange(50_000), weight=np.full(50_000, 1 / 50_000), predicted_error=np.full(50_000, 0.01)
    )
    answers = np.zeros(300, dtype=int)
    answers[[40, 120, 250]] = 1
    exact = stats.beta.ppf(0.95, 4, 297)
    assert exact < 1 - certify(plan, answers).low < 1.6 * exact


@pytest.mark.parametrize("error", [[], [np.nan], [1.5], [[0.5]]])
def test_bad_predictions_are_refused(error: Any) -> None:
    with pytest.raises(Invalid):
        plan_audit(error, rng=np.random.default_rng(0))


@pytest.mark.parametrize("wrong", [[2], [0, 0, 0], [0.5]])
def test_bad_audits_are_refused(wrong: Any) -> None:
    with pytest.raises(Invalid):
        certify(plan_audit([0.1, 0.2], rng=np.random.default_rng(0)), wrong)
