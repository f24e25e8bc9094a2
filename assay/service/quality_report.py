"""The finer parts of a project's quality: how sure answers are, how honestly, where labels disagree, and
what it was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assay.service.question_fit import QuestionFit, has_extra

BINS = 20
CONTESTED = 20
"""Contested answers that are told."""
SLICES = 50
"""Answers whose agreement is told."""
MOST_POINTS = 200
"""Points of a history; beyond, every second of the older half is dropped."""


def histogram(confidences: Sequence[Any]) -> list[dict[str, Any]]:
    """How many answered tasks are how sure, in bins of 0.05; a task that is sure lies in the last."""
    tasks = [0] * BINS
    for row in confidences:
        if row["confidence"] > 0:
            tasks[min(int(row["confidence"] * BINS), BINS - 1)] += row["tasks"]
    return [{"low": n / BINS, "high": (n + 1) / BINS, "tasks": count} for n, count in enumerate(tasks)]


def reliability(fits: Mapping[str, QuestionFit]) -> dict[str, list[dict[str, Any]]]:
    """By question with enough gold: how sure answers to it were, blind to it, beside how many were right."""
    if not has_extra():
        return {}
    from assay.quality.reliability import reliability_curve  # scipy is an extra

    curves = {
        name: reliability_curve(fit.sure, fit.right, n_bins=5) for name, fit in fits.items() if fit.calibrated
    }
    return {
        name: [
            {"stated": stated, "right": right, "low": low, "high": high, "answers": size}
            for stated, right, low, high, size in zip(
                curve.confidence.tolist(),
                curve.accuracy.tolist(),
                curve.low.tolist(),
                curve.high.tolist(),
                curve.sizes.tolist(),
                strict=True,
            )
        ]
        for name, curve in curves.items()
    }


def slices(fits: Mapping[str, QuestionFit]) -> dict[str, list[dict[str, Any]]]:
    """By question and best answer: how often two labelers of one item agree, with its 95 % interval over
    items. The answers that most items have come first."""
    return {name: found for name, fit in fits.items() if (found := _slices(fit))}


def _slices(fit: QuestionFit) -> list[dict[str, Any]]:
    laid = fit.laid
    cast = np.zeros((laid.n_tasks, laid.n_classes), dtype=np.int64)
    np.add.at(cast, (laid.tasks, laid.labels), 1)
    votes = cast.sum(axis=1)
    shared = votes >= 2
    pairs = np.maximum(votes * (votes - 1), 1)
    agreeing = (cast * (cast - 1)).sum(axis=1) / pairs
    best = fit.posterior.argmax(axis=1)
    found: list[dict[str, Any]] = []
    for code, answer in enumerate(fit.classes):
        alike = agreeing[shared & (best == code)]
        if len(alike):
            half = 1.96 * float(np.sqrt(alike.var() / len(alike)))
            mean = float(alike.mean())
            low, high = max(mean - half, 0.0), min(mean + half, 1.0)
            found.append({"answer": answer, "agreement": mean, "low": low, "high": high, "items": len(alike)})
    return sorted(found, key=lambda row: (-row["items"], row["answer"]))[:SLICES]


def contested(fits: Mapping[str, QuestionFit]) -> list[dict[str, Any]]:
    """The least sure answers that labelers disagree on, least sure first; what is known stays out."""
    return least_sure([row for name, fit in fits.items() for row in _contested(name, fit)])


def least_sure(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many of these contested answers as are told, least sure first."""
    return sorted(found, key=lambda row: (row["probability"], row["task"], row["question"]))[:CONTESTED]


def _contested(name: str, fit: QuestionFit) -> list[dict[str, Any]]:
    laid = fit.laid
    voted = np.zeros((laid.n_tasks, laid.n_classes), dtype=np.int64)
    np.add.at(voted, (laid.tasks, laid.labels), 1)
    top = fit.posterior.max(axis=1)
    torn = np.flatnonzero(((voted > 0).sum(axis=1) >= 2) & (fit.told < 0))
    least = torn[np.argsort(top[torn], kind="stable")[:CONTESTED]]
    places = list(fit.votes.items)
    return [
        {
            "task": str(places[n][0]),
            "question": name,
            "part": places[n][1],
            "votes": {fit.classes[k]: int(voted[n, k]) for k in np.flatnonzero(voted[n])},
            "probability": float(top[n]),
        }
        for n in least.tolist()
    ]


def doubtful_gold(fits: Mapping[str, QuestionFit]) -> list[dict[str, Any]]:
    """Known answers that labelers' votes speak against so much that they are likelier wrong, surest first."""
    if not has_extra():
        return []
    from assay.quality import gold_rate  # scipy is an extra

    found = []
    for name, fit in fits.items():
        known = np.full(fit.laid.n_tasks, -1, dtype=np.int64)
        known[list(fit.votes.gold)] = list(fit.votes.gold.values())
        laid, places = fit.laid, list(fit.votes.items)
        said = gold_rate.doubtful_gold(laid.tasks, laid.workers, laid.labels, known, n_classes=laid.n_classes)
        wrong = said.probability_wrong > 0.5
        rows = zip(
            said.task[wrong].tolist(),
            said.suggestion[wrong].tolist(),
            said.probability_wrong[wrong].tolist(),
            strict=True,
        )
        found += [
            {
                "task": str(places[place][0]),
                "question": name,
                "part": places[place][1],
                "known": fit.classes[int(known[place])],
                "likely": fit.classes[likely],
                "probability": probability,
            }
            for place, likely, probability in rows
            if likely < len(fit.classes)
        ]
    return sorted(found, key=lambda row: (-row["probability"], row["task"], row["question"]))[:CONTESTED]


def history(before: Sequence[dict[str, Any]], *now: dict[str, Any]) -> list[dict[str, Any]]:
    """The points so far, and one more unless it rests on the same number of labels."""
    points = list(before)
    points += [point for point in now if not points or points[-1]["labels"] != point["labels"]]
    if len(points) > MOST_POINTS:
        half = len(points) // 2
        points = points[:half:2] + points[half:]
    return points
