"""Single votes between refits."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.infer import MODELS, infer_truth
from assay.quality.online import OnlineTruth


def crowd(seed=0, n_tasks=300, n_classes=3):
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_tasks)
    tasks = np.repeat(np.arange(n_tasks), 5)
    workers = np.concatenate([rng.permutation(10)[:5] for _ in range(n_tasks)])
    right = rng.random(len(tasks)) < np.linspace(0.6, 0.95, 10)[workers]
    wrong = (truth[tasks] + rng.integers(1, n_classes, size=len(tasks))) % n_classes
    return truth, tasks, workers, np.where(right, truth[tasks], wrong)


@pytest.mark.parametrize("model", MODELS)
def test_agrees_with_a_refit(model):
    _, tasks, workers, labels = crowd()
    later = np.random.default_rng(1).random(len(tasks)) < 0.1
    online = OnlineTruth(infer_truth(tasks[~later], workers[~later], labels[~later], model=model))
    changed = {}
    for vote in zip(tasks[later], workers[later], labels[later], strict=True):
        changed[vote[0]] = online.add(*map(int, vote))
    refit = infer_truth(tasks, workers, labels, model=model)
    differences = [np.abs(change.posterior - refit.posterior[task]).max() for task, change in changed.items()]
    agree = [change.posterior.argmax() == refit.labels[task] for task, change in changed.items()]
    assert np.mean(agree) > 0.93
    if model != "wawa":
        assert np.mean(differences) < 0.06


@pytest.mark.parametrize("model", MODELS)
def test_is_sound_for_known_and_unknown(model):
    _, tasks, workers, labels = crowd(n_tasks=40)
    fit = infer_truth(tasks, workers, labels, model=model)
    before = fit.posterior.copy()
    online = OnlineTruth(fit)
    for vote in ((0, 0, 1), (999, 0, 2), (999, 77, 2), (3, 77, 0)):
        change = online.add(*vote)
        assert change.task == vote[0]
        assert change.posterior.sum() == pytest.approx(1)
        assert 0 < change.worker_accuracy < 1
    assert online.add(999, 1, 2).posterior.argmax() == 2
    assert (fit.posterior == before).all()


def test_agreeing_votes_raise_posterior_and_accuracy():
    _, tasks, workers, labels = crowd()
    online = OnlineTruth(infer_truth(tasks, workers, labels, model="one_coin"))
    first, second = online.add(1000, 3, 0), online.add(1000, 4, 0)
    assert second.posterior[0] > first.posterior[0] > 1 / 3
    wrong = online.add(1000, 3, 1)
    assert wrong.worker_accuracy < first.worker_accuracy


def test_gold_is_not_outvoted():
    fit = infer_truth([0, 0, 1], [0, 1, 0], [0, 0, 1], model="one_coin", gold={0: 1})
    assert OnlineTruth(fit).add(0, 2, 0).posterior == pytest.approx([0, 1])


@pytest.mark.parametrize("vote", [(-1, 0, 0), (0, -1, 0), (0, 0, -1), (0, 0, 3)])
def test_refuses_what_is_no_vote(vote):
    _, tasks, workers, labels = crowd(n_tasks=20)
    with pytest.raises(Invalid):
        OnlineTruth(infer_truth(tasks, workers, labels, model="one_coin")).add(*vote)
