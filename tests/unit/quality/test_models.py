"""What every truth model keeps to, whatever its mathematics."""

from importlib import import_module
from inspect import signature
from pathlib import Path

import numpy as np
import pytest

import assay.quality
from assay.errors import AssayError, Invalid, TooLarge
from assay.quality.infer import MODELS, find_model, infer_truth
from assay.quality.votes import check_votes

ITERATIVE = [name for name in MODELS if name != "wawa"]


def crowd(seed=0, n_tasks=120, n_workers=12, n_classes=3, votes_each=5, accuracy=(0.55, 0.95)):
    """Truth (N,) and votes by workers whose accuracies are spread evenly."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_tasks)
    tasks = np.repeat(np.arange(n_tasks), votes_each)
    workers = np.concatenate([rng.permutation(n_workers)[:votes_each] for _ in range(n_tasks)])
    right = rng.random(len(tasks)) < np.linspace(*accuracy, n_workers)[workers]
    wrong = (truth[tasks] + rng.integers(1, max(n_classes, 2), size=len(tasks))) % n_classes
    return truth, (tasks, workers, np.where(right, truth[tasks], wrong))


def assert_sound(fit, n_tasks, n_workers, n_classes):
    assert fit.posterior.shape == (n_tasks, n_classes)
    assert fit.labels.shape == fit.item_difficulty.shape == (n_tasks,)
    assert fit.worker_confusion.shape == (n_workers, n_classes, n_classes)
    assert fit.posterior.sum(axis=1) == pytest.approx(np.ones(n_tasks))
    assert fit.states.sum(axis=1) == pytest.approx(np.ones(n_tasks))
    assert fit.worker_confusion.sum(axis=2) == pytest.approx(np.ones((n_workers, n_classes)))
    for values in (fit.posterior, fit.worker_confusion, fit.worker_accuracy, fit.item_difficulty):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
        assert (values <= 1 + 1e-12).all()
    assert (fit.worker_accuracy_low <= fit.worker_accuracy_high).all()
    assert np.isfinite([fit.worker_accuracy_low, fit.worker_accuracy_high]).all()
    assert np.isfinite(fit.bound_history).all()
    assert len(fit.bound_history) == fit.n_iterations
    best = np.take_along_axis(fit.posterior, fit.labels[:, None], axis=1)[:, 0]
    assert best == pytest.approx(fit.posterior.max(axis=1, initial=0))


def test_every_model_is_registered():
    found = set()
    for path in Path(assay.quality.__path__[0]).glob("*.py"):
        named = getattr(import_module(f"assay.quality.{path.stem}"), path.stem, None)
        if callable(named) and signature(named).return_annotation == "Inference":
            found.add(path.stem)
    assert found == set(MODELS)


@pytest.mark.parametrize("model", MODELS)
class TestEveryModel:
    def test_is_sound_and_finds_the_truth(self, model):
        truth, votes = crowd()
        fit = infer_truth(*votes, model=model)
        assert fit.model == model
        assert_sound(fit, 120, 12, 3)
        assert (fit.labels == truth).mean() > 0.85
        assert fit.converged

    def test_knows_good_workers_from_bad(self, model):
        _, votes = crowd(n_tasks=400)
        fit = infer_truth(*votes, model=model)
        assert np.corrcoef(fit.worker_accuracy, np.linspace(0.55, 0.95, 12))[0, 1] > 0.9

    def test_order_and_repeats_change_nothing(self, model):
        _, votes = crowd()
        shuffled = np.random.default_rng(5).permutation(np.tile(np.arange(len(votes[0])), 2))
        once = infer_truth(*votes, model=model)
        again = infer_truth(*(column[shuffled] for column in votes), model=model)
        assert (once.posterior == again.posterior).all()
        assert (once.labels == again.labels).all()

    def test_names_of_classes_and_workers_mean_nothing(self, model):
        _, (tasks, workers, labels) = crowd()
        # A scale may be turned round, but its steps keep their order.
        rename = np.array([2, 1, 0] if model == "ordinal" else [2, 0, 1])
        staff = np.random.default_rng(6).permutation(12)
        plain = infer_truth(tasks, workers, labels, model=model, tol=0, max_iterations=30)
        other = infer_truth(tasks, staff[workers], rename[labels], model=model, tol=0, max_iterations=30)
        # Held-out votes are drawn by position, so weights of an average differ a little.
        near = 0.05 if model == "auto" else 1e-6
        assert other.posterior[:, rename] == pytest.approx(plain.posterior, abs=near)
        assert other.worker_accuracy[staff] == pytest.approx(plain.worker_accuracy, abs=near)

    def test_gold_is_held_and_helps(self, model):
        truth, votes = crowd(n_tasks=60, votes_each=3)
        gold = np.where(np.arange(60) < 20, truth, -1)
        fit = infer_truth(*votes, model=model, gold=gold)
        assert (fit.labels[:20] == truth[:20]).all()
        assert (fit.posterior[np.arange(20), truth[:20]] > 1 - 1e-9).all()
        same = infer_truth(*votes, model=model, gold=dict(enumerate(truth[:20])))
        assert (same.posterior == fit.posterior).all()

    def test_gold_beyond_the_votes_adds_tasks_and_classes(self, model):
        fit = infer_truth([0, 0, 1], [0, 1, 0], [0, 0, 1], model=model, gold={3: 2})
        assert_sound(fit, 4, 2, 3)
        assert fit.labels[3] == 2

    def test_prior_stands_where_there_are_no_votes_and_tips_ties(self, model):
        prior = np.array([[0.5, 0.3, 0.2], [0.1, 0.7, 0.2], [0.2, 0.2, 0.6]])
        fit = infer_truth([0, 0], [0, 1], [0, 1], model=model, prior=prior)
        assert_sound(fit, 3, 2, 3)
        assert fit.labels.tolist() == [0, 1, 2]
        if model != "wawa":
            assert fit.posterior[1:] == pytest.approx(prior[1:])

    def test_gold_overrules_a_prior_that_rules_it_out(self, model):
        fit = infer_truth([0, 1], [0, 0], [0, 0], model=model, prior=[[1.0, 0.0], [0.5, 0.5]], gold={0: 1})
        assert_sound(fit, 2, 1, 2)
        assert fit.labels[0] == 1

    def test_ties_are_broken_by_the_seed_at_random(self, model):
        picks = [infer_truth([0, 0], [0, 1], [0, 1], model=model, seed=seed).labels[0] for seed in range(24)]
        assert 0 < sum(picks) < 24
        assert infer_truth([0, 0], [0, 1], [0, 1], model=model, seed=3).labels[0] == picks[3]

    @pytest.mark.parametrize(
        "votes",
        [
            ([0], [0], [0]),
            ([0], [0], [4]),
            ([5], [7], [1]),
            ([0, 1, 2], [0, 0, 0], [0, 0, 0]),
            ([0, 0, 0], [0, 1, 2], [0, 1, 2]),
            ([0, 0, 1, 1], [0, 0, 0, 0], [0, 1, 0, 1]),
            ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 2, 3], [0, 0, 1, 1, 1, 0]),
        ],
        ids=["one", "one of five", "gaps", "one class", "all differ", "contradicts himself", "disconnected"],
    )
    def test_has_an_answer_to_little(self, model, votes):
        fit = infer_truth(*votes, model=model)
        assert_sound(fit, max(votes[0]) + 1, max(votes[1]) + 1, max(votes[2]) + 1)

    def test_without_votes_is_the_prior(self, model):
        fit = infer_truth([], [], [], model=model, prior=[[0.2, 0.8]])
        assert_sound(fit, 1, 0, 2)
        assert fit.posterior == pytest.approx(np.array([[0.2, 0.8]])) or model == "wawa"
        assert_sound(infer_truth([], [], [], model=model, n_classes=2), 0, 0, 2)

    def test_adversaries_are_followed_without_gold_and_seen_through_with_it(self, model):
        truth, votes = crowd(n_tasks=200, n_classes=2, accuracy=(0.1, 0.25))
        blind = infer_truth(*votes, model=model)
        assert_sound(blind, 200, 12, 2)
        assert (blind.labels == truth).mean() < 0.3
        if model not in ("majority", "wawa", "mace", "ordinal"):  # these know no worker below chance
            told = infer_truth(*votes, model=model, gold=np.where(np.arange(200) < 50, truth, -1))
            assert (told.labels[50:] == truth[50:]).mean() > 0.8

    @pytest.mark.parametrize(
        ("votes", "options"),
        [
            (([0], [0], [-1]), {}),
            (([0], [0], [3]), {"n_classes": 3}),
            (([0, 1], [0], [0]), {}),
            (([], [], []), {}),
            (([0], [0], [0]), {"prior": [float("nan"), 1.0], "n_classes": 2}),
            (([0], [0], [0]), {"gold": [[0, 0], [0, 1]], "n_classes": 2}),
            (([0], [0], [0]), {"gold": {0: 5}, "n_classes": 2}),
            (([0], [0], [0]), {"n_classes": 10_000_000}),
            (([0], [0], [9_999_999]), {}),
            (([0], [0], [0]), {"max_iterations": 0}),
            (([0], [0], [0]), {"tol": float("nan")}),
        ],
    )
    def test_refuses_what_cannot_be(self, model, votes, options):
        with pytest.raises((Invalid, TooLarge)) as refused:
            infer_truth(*votes, model=model, **options)
        assert refused.value.detail

    def test_leaves_its_input_alone(self, model):
        truth, votes = crowd(n_tasks=30)
        gold, prior = np.where(np.arange(30) < 5, truth, -1), np.full((30, 3), 1 / 3)
        before = [array.copy() for array in (*votes, gold, prior)]
        infer_truth(*votes, model=model, gold=gold, prior=prior)
        assert all((was == is_).all() for was, is_ in zip(before, (*votes, gold, prior), strict=True))


@pytest.mark.parametrize("model", ITERATIVE)
def test_without_tolerance_makes_exactly_the_steps_asked_for(model):
    _, votes = crowd()
    fit = infer_truth(*votes, model=model, max_iterations=7, tol=0)
    assert fit.n_iterations == 7
    assert not fit.converged


@pytest.mark.parametrize("model", ITERATIVE)
def test_objective_never_falls(model):
    for seed in range(3):
        _, votes = crowd(seed=seed, votes_each=3)
        history = infer_truth(*votes, model=model, max_iterations=60, tol=0).bound_history
        assert np.diff(history).min() > -1e-7


def test_many_classes_with_few_votes_have_an_answer():
    fit = infer_truth([0, 0, 1], [0, 1, 0], [0, 0, 99_999])
    assert fit.labels.tolist() == [0, 99_999]
    assert [part.model for _, part in fit.parts] == ["majority", "one_coin", "glad"]
    with pytest.raises(TooLarge):
        _ = fit.worker_confusion
    with pytest.raises(TooLarge):
        infer_truth([0, 0, 1], [0, 1, 0], [0, 0, 99_999], model="dawid_skene")


def test_an_unknown_model_is_refused():
    with pytest.raises(AssayError) as refused:
        find_model("kos")
    assert refused.value.code == "field.invalid"


def test_a_model_takes_checked_votes_too():
    _, votes = crowd()
    fit = find_model("one_coin")(check_votes(*votes))
    assert (fit.posterior == infer_truth(*votes, model="one_coin").posterior).all()
