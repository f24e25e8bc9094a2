"""One class-valued question of a project, fitted: posteriors that are honest, and what each labeler is like.

With the ``quality`` extra the model is ``auto``, above :data:`AUTO_VOTES` votes hierarchical Dawid-Skene;
without it the one-coin model. Posteriors are made honest by gold, each gold answer being compared with what
the model says when it is not told it, after both were cooled by how far votes on one item hang together;
where there is too little gold, by that alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.quality.infer import find_model
from assay.quality.inference import Inference
from assay.quality.votes import Floats, Votes, check_votes
from assay.service.project_votes import Place, QuestionVotes

AUTO_VOTES = 20_000
"""Beyond, averaging models takes too long for a refit that follows every change."""
LEAST_GOLD = 20
"""Gold answers that a calibration must rest on."""
LEAST_VOTES = 200
"""Votes below which nothing can be said of how they hang together."""
WIDEST = 50
"""Classes a fit tells apart: of a question with more, those that nobody named are not all written out."""
LISTED = 20
"""Answers whose weights a task's tally lists."""
LEAST_CHANCE = 1e-6
STEP = 0.05
"""Weights are rounded to this, so that a refit that changes nothing to speak of changes no task."""

Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class QuestionFit:
    """What is known of one question. N places that are voted on, W labelers, K classes."""

    votes: QuestionVotes
    laid: Votes
    classes: tuple[str, ...]
    """Names of the first classes; those behind them were never named."""
    inference: Inference
    posterior: Floats
    """(N, K), honest as far as can be told; what is known stays known."""
    honesty: str
    """By what they were made honest: a calibration map's name, ``dispersion`` or ``identity``."""
    told: Integers
    """(N,) the known answer of each place or -1."""
    sure: Floats
    """(G,) how sure the answer to each gold place was, blind to it."""
    right: NDArray[np.bool_]
    """(G,) whether it was right."""

    @property
    def calibrated(self) -> bool:
        """Whether gold answers, not the model alone, vouch for the posteriors."""
        return len(self.sure) >= LEAST_GOLD


def has_extra() -> bool:
    """Whether the ``quality`` extra is installed."""
    return bool(find_spec("numba") and find_spec("scipy"))


def fit_question(votes: QuestionVotes) -> QuestionFit:
    """Fit one question's votes, at least one. Takes long: run it in a thread."""
    tasks, workers, labels = np.array(votes.cast, dtype=np.int64).T
    named = len(votes.classes)
    n_classes = max(votes.n_classes if votes.n_classes <= WIDEST else min(votes.n_classes, named + 1), 2)
    laid = check_votes(tasks, workers, labels, n_tasks=len(votes.items), n_classes=n_classes)
    gold = _column(votes.gold, laid.n_tasks)
    told = np.where(gold >= 0, gold, _column(votes.reviewed, laid.n_tasks))
    model = _model(laid.n_votes)
    inference = _fit(model, laid, told)
    posterior, honesty, sure, right = inference.posterior, "identity", np.empty(0), np.empty(0, dtype=bool)
    if has_extra():
        posterior, honesty, sure, right = _honest(model, laid, gold, told, inference)
    return QuestionFit(
        votes=votes,
        laid=laid,
        classes=tuple(votes.classes),
        inference=inference,
        posterior=posterior,
        honesty=honesty,
        told=told,
        sure=sure,
        right=right,
    )


def tallies(fit: QuestionFit) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Each place's posterior as a tally holds it: ``{"k": K, "w": {answer: log-odds}}`` against an answer
    that is not listed."""
    named = np.log(np.maximum(fit.posterior[:, : len(fit.classes)], LEAST_CHANCE))
    shown = min(LISTED, len(fit.classes))
    best = np.argsort(-named, axis=1, kind="stable")[:, :shown]
    weights = np.take_along_axis(named, best, axis=1)
    hidden = fit.votes.n_classes - shown
    rest = 1.0 - np.exp(weights).sum(axis=1)
    others = np.log(np.maximum(rest / max(hidden, 1), LEAST_CHANCE))
    weights -= (others if hidden else weights.min(axis=1))[:, None]
    rounded = np.round(weights / STEP) * STEP
    for place, codes, row in zip(fit.votes.items, best.tolist(), rounded.tolist(), strict=True):
        listed = {fit.classes[code]: round(weight, 2) for code, weight in zip(codes, row, strict=True)}
        yield place, {"k": fit.votes.n_classes, "w": listed}


def _model(n_votes: int) -> str:
    if not has_extra():
        return "one_coin"
    return "auto" if n_votes <= AUTO_VOTES else "hierarchical_dawid_skene"


def _fit(model: str, votes: Votes, told: Integers) -> Inference:
    return find_model(model)(votes, gold=told, prior=None, max_iterations=100, tol=1e-6, seed=0)


def _column(known: dict[int, int], n_tasks: int) -> Integers:
    column = np.full(n_tasks, -1, dtype=np.int64)
    if known:
        column[list(known)] = list(known.values())
    return column


def _honest(
    model: str, laid: Votes, gold: Integers, told: Integers, inference: Inference
) -> tuple[Floats, str, Floats, NDArray[np.bool_]]:
    """Posteriors (N, K), by what they were made honest, and blind (G,) sureness and rightness of gold."""
    # Imported here because scipy is an extra, and slow to load.
    from assay.quality.calibration import Temperature, fit_calibration
    from assay.quality.held_out import blind_posteriors

    if (gold >= 0).sum() >= LEAST_GOLD:
        others = np.where(gold >= 0, -1, told)
        blind = blind_posteriors(
            laid, gold, lambda seen, some: _fit(model, seen, np.where(some >= 0, some, others)), seed=0
        )
        truth = gold[gold >= 0]
        cooled = Temperature(temperature=_overstated(laid, told))
        blind = cooled.apply(blind)
        honest = fit_calibration(blind, truth)
        sure = _crossed(blind, truth)
        posterior = _clamped(honest.apply(cooled.apply(inference.posterior)), inference, told)
        return posterior, honest.method, sure, blind.argmax(axis=1) == truth
    none = np.empty(0), np.empty(0, dtype=bool)
    if LEAST_VOTES <= laid.n_votes <= AUTO_VOTES:
        return _clamped(_tempered(laid, told, inference), inference, told), "dispersion", *none
    return inference.posterior, "identity", *none


def _crossed(blind: Floats, truth: Integers) -> Floats:
    """How sure each gold answer (G,) is once a calibration that has not seen it made it honest."""
    from assay.quality.calibration import fit_calibration

    sure, fold = np.empty(len(truth)), np.arange(len(truth)) % 5
    for part in range(5):
        here = fold == part
        sure[here] = fit_calibration(blind[~here], truth[~here]).apply(blind[here]).max(axis=1)
    return sure


def _tempered(laid: Votes, told: Integers, inference: Inference) -> Floats:
    """Evidence divided by how far the votes on one item hang together."""
    # Imported here because scipy is an extra, and slow to load.
    from assay.quality.dispersion import temper

    return temper(inference.posterior, inference.class_prior, _overstated(laid, told))


def _overstated(laid: Votes, told: Integers) -> float:
    """By what factor the votes overstate their evidence; 1 where they are too few or too many to tell."""
    if not (has_extra() and LEAST_VOTES <= laid.n_votes <= AUTO_VOTES):
        return 1.0
    # Imported here because numba is an extra, and slow to load.
    from assay.quality.honesty import shared_mistakes

    return shared_mistakes(laid, told)


def _clamped(posterior: Floats, inference: Inference, told: Integers) -> Floats:
    return np.where((told >= 0)[:, None], inference.posterior, posterior)
