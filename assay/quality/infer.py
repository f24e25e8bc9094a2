"""Truth inference: which class is right, how sure that is, and how good each worker is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from assay.errors import Invalid, Unsupported
from assay.quality.inference import Inference
from assay.quality.votes import Votes, check_votes, gold_rows

Model = Callable[..., Inference]
"""``model(votes, *, gold, prior, max_iterations, tol, seed) -> Inference``."""

MODELS: Mapping[str, bool] = MappingProxyType(
    {
        "majority": False,
        "wawa": False,
        "one_coin": False,
        "dawid_skene": True,
        "hierarchical_dawid_skene": True,
        "correlated_dawid_skene": True,
        "glad": True,
        "mace": True,
        "ordinal": True,
        "auto": True,
    }
)
"""Each model's name, which is also its module's and its function's, and whether it needs the extra."""


def infer_truth(
    tasks: ArrayLike,
    workers: ArrayLike,
    labels: ArrayLike,
    *,
    n_classes: int | None = None,
    weights: ArrayLike | None = None,
    gold: ArrayLike | Mapping[int, int] | None = None,
    prior: ArrayLike | None = None,
    model: str = "auto",
    max_iterations: int = 100,
    tol: float = 1e-6,
    seed: int = 0,
) -> Inference:
    """The truth behind V votes, as ``model`` (a key of :data:`MODELS`) sees it.

    ``tasks``, ``workers``, ``labels`` (V,) are integers from 0; a task or worker that is skipped simply has
    no votes. ``labels`` may be true and false (V, K) instead: the classes that each vote leaves possible, one
    alone being a plain vote and all of them none. ``weights`` (V,) >= 0 are how many votes each is worth, 0
    being none (:mod:`assay.quality.loose`). ``gold`` is (N,) with -1 where unknown, {task: label}, or pairs
    (G, 2); it is held fixed. ``prior`` is (K,) or (N, K). ``max_iterations`` and ``tol`` bound iterative
    fits: a fit stops when its objective gains less than ``tol`` a vote; ``tol=0`` makes exactly
    ``max_iterations`` steps. ``seed`` breaks ties and starts random searches; nothing else is random.

    What cannot be known is said so by the numbers, always finite: without votes a task's posterior is the
    prior; with two votes against each other it is even; one class has probability 1. Workers who are all
    wrong look exactly like workers who are all right: without gold the answer follows them.

    Raises ``Invalid`` (``votes.invalid``, ``gold.invalid``, ``prior.invalid``, ``field.invalid``),
    ``TooLarge`` (``limit.exceeded``: N×K, or W×K×K where the model has confusion matrices) and
    ``Unsupported`` (``extra.missing``).
    """
    if max_iterations < 1:
        raise Invalid(
            "field.invalid", "max_iterations must be at least 1.", pointer="/max_iterations", limit=1
        )
    if not (np.isfinite(tol) and tol >= 0):
        raise Invalid("field.invalid", "tol must be at least 0.", pointer="/tol", limit=0)
    fit = find_model(model)
    votes = _sized(tasks, workers, labels, weights, n_classes, gold, prior)
    return fit(votes, gold=gold, prior=prior, max_iterations=max_iterations, tol=tol, seed=seed)


def find_model(name: str) -> Model:
    """The model of that name. Raises ``Invalid`` (``field.invalid``), ``Unsupported`` (``extra.missing``)."""
    if name not in MODELS:
        known = ", ".join(MODELS)
        raise Invalid("field.invalid", f"model must be one of {known}.", pointer="/model")
    if MODELS[name] and not (find_spec("numba") and find_spec("scipy")):
        detail = f"Model {name} needs the extra “quality”: pip install 'assay[quality]'."
        raise Unsupported("extra.missing", detail, pointer="/model")
    # Imported here because numba and scipy are an extra, and slow to load.
    found: Model = getattr(import_module(f"assay.quality.{name}"), name)
    return found


def _sized(
    tasks: ArrayLike,
    workers: ArrayLike,
    labels: ArrayLike,
    weights: ArrayLike | None,
    n_classes: int | None,
    gold: ArrayLike | Mapping[int, int] | None,
    prior: ArrayLike | None,
) -> Votes:
    """The votes, over as many tasks and classes as votes, gold and prior together name."""
    rows = gold_rows(gold) if gold is not None else np.empty((0, 2), dtype=np.int64)
    n_tasks, gold_classes = (int(rows[:, column].max(initial=-1)) + 1 for column in (0, 1))
    if prior is not None:
        *prior_tasks, prior_classes = np.shape(prior) or (0,)
        n_tasks = max([n_tasks, *prior_tasks])
        n_classes = prior_classes if n_classes is None else n_classes
    if n_classes is None and np.ndim(labels) == 2:
        # Sets name all classes there are.
        n_classes = np.shape(labels)[1]
    if n_classes is not None:
        votes = check_votes(tasks, workers, labels, n_classes=n_classes, weights=weights)
        return votes.widened(n_tasks, n_classes)
    known = gold_classes if np.size(labels) == 0 and gold_classes else None
    votes = check_votes(tasks, workers, labels, n_classes=known, weights=weights)
    return votes.widened(n_tasks, gold_classes)
