"""Skill: how right each labeler is, fitted in the background from gold and from each other.

Class-valued questions are fitted over all their votes, known answers held fixed (see ``question_fit``). For
structured questions an answer's likeness to the gold, to a reviewer's answer or to what several labelers'
answers were merged to counts as that much of a right one.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from assay.labels.kind import Ballot
from assay.quality.inference import Inference
from assay.quality.pooling import log_odds
from assay.quality.votes import Floats
from assay.service.engine import Engine
from assay.service.merging import PRIOR_ACCURACY
from assay.service.project_votes import ProjectVotes, collect
from assay.service.question_fit import LISTED, QuestionFit, fit_question, has_extra, tallies
from assay.service.stopping import settle
from assay.store import annotation as annotation_store
from assay.store import project as project_store
from assay.store import quality as quality_store
from assay.store.annotation import FoundSkill
from assay.store.database import Connection

RETALLY_TASKS = 200
PRIOR_RIGHT, PRIOR_WRONG = 4.0, 1.0
LEAST, MOST = 0.02, 0.995
"""No labeler is taken for surely right or surely wrong."""
LEAST_SAID = 0.0001
"""As in ``assay_add_ballots``: no answer rules a class out."""
LEAST_GOLD_SHARE = 0.25
"""A labeler who is well known still meets this share of the project's gold rate."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a vote of one labeler on one question is taken for."""

    accuracy: float = PRIOR_ACCURACY
    confusion: Mapping[str, Mapping[str, float]] | None = None


@dataclass(frozen=True, kw_only=True)
class Refitted:
    """What a refit read and found."""

    votes: ProjectVotes
    fits: Mapping[str, QuestionFit]


async def refit_project(engine: Engine, organization: UUID, project: UUID) -> Refitted:
    """Fit all labelers' skills anew, and the whole project's posteriors with them."""
    votes = await collect(engine, organization, project)
    fits = {
        name: await asyncio.to_thread(fit_question, question)
        for name, question in votes.questions.items()
        if question.cast
    }
    async with engine.database.transaction(organization) as tx:
        aims = await project_store.aims(tx, organization, project)
        skills = [
            *(
                skill
                for name, fit in fits.items()
                for skill in class_skills(name, fit, votes, aims["gold_rate"])
            ),
            *_likeness_skills(votes),
        ]
        await annotation_store.save_skills(tx, organization, project, skills)
    await _retally(engine, organization, votes, fits)
    await settle(engine, organization, project, votes, fits)
    return Refitted(votes=votes, fits=fits)


def tally(ballots: list[tuple[UUID, str, Ballot]], known: Mapping[tuple[UUID, str], Known]) -> dict[str, Any]:
    """A task's tally from all its ballots: the Python twin of ``assay_add_ballots``."""
    made: dict[str, Any] = {}
    for labeler, question, ballot in ballots:
        facet = made.setdefault(question, {}).setdefault(ballot.facet, {"k": ballot.n_answers, "w": {}})
        weights, skill = facet["w"], known.get((labeler, question), Known())
        said = (skill.confusion or {}).get(ballot.answer, {})
        if len(said) == ballot.n_answers:
            for truth, chance in said.items():
                evidence = math.log(max(chance, LEAST_SAID) * ballot.n_answers)
                weights[truth] = weights.get(truth, 0.0) + evidence
        else:
            weight = float(log_odds(skill.accuracy, max(ballot.n_answers, 2)))
            weights[ballot.answer] = weights.get(ballot.answer, 0.0) + weight
    return made


async def known_skills(tx: Connection, organization: UUID, project: UUID) -> dict[tuple[UUID, str], Known]:
    """What votes of each labeler on each question are taken for, where that is known."""
    return {
        (row["labeler"], row["question"]): Known(
            accuracy=row["accuracy"],
            confusion=orjson.loads(row["confusion"]) if row["confusion"] else None,
        )
        for row in await annotation_store.skills(tx, organization, project)
    }


def class_skills(name: str, fit: QuestionFit, votes: ProjectVotes, most_gold: float) -> Iterator[FoundSkill]:
    """Every labeler's skill at one class-valued question."""
    found = fit.inference
    confusion = found.worker_confusion if len(fit.classes) <= LISTED else None
    rates = _gold_rates(found, most_gold)
    for labeler, w in fit.votes.workers.items():
        yield FoundSkill(
            labeler=labeler,
            question=name,
            accuracy=min(max(float(found.worker_accuracy[w]), LEAST), MOST),
            low=float(found.worker_accuracy_low[w]),
            high=float(found.worker_accuracy_high[w]),
            labels=votes.labels[labeler],
            confusion=None if confusion is None else _says(fit.classes, confusion[w]),
            gold_rate=None if rates is None else float(rates[w]),
        )


def _says(classes: tuple[str, ...], table: Floats) -> dict[str, dict[str, float]]:
    """What each answer says of each truth. One that would speak for another class more than for its own is
    left out: a label is evidence for what it says."""
    return {
        answer: {truth: round(float(table[t, a]), 4) for t, truth in enumerate(classes)}
        for a, answer in enumerate(classes)
        if table[a, a] >= table[:, a].max()
    }


def _gold_rates(found: Inference, most: float) -> Floats | None:
    """The share of each labeler's next tasks that should be gold (W,): the project's rate while little is
    known, less as the interval of the accuracy narrows."""
    if not has_extra() or most <= 0:
        return None
    from assay.quality.gold_rate import gold_rate  # scipy is an extra

    accuracy, width = found.worker_accuracy, found.worker_accuracy_high - found.worker_accuracy_low
    # The interval is as wide as that of so many answers known to be right or wrong.
    answers = np.maximum(accuracy * (1 - accuracy) * (3.92 / np.maximum(width, 1e-3)) ** 2 - 1, 1.0)
    right, wrong = np.maximum(accuracy * answers, 1e-6), np.maximum((1 - accuracy) * answers, 1e-6)
    return gold_rate(right, wrong, lowest=LEAST_GOLD_SHARE * most, highest=most)


async def _retally(
    engine: Engine, organization: UUID, votes: ProjectVotes, fits: Mapping[str, QuestionFit]
) -> None:
    """Give every task that is still voted on the posteriors of the fit."""
    made: dict[UUID, dict[str, Any]] = {}
    for name, fit in fits.items():
        for (task, facet), counted in tallies(fit):
            if task not in votes.gold and task not in votes.decided:
                made.setdefault(task, {}).setdefault(name, {})[facet] = counted
    rows = [(task, tally, votes.given[task]) for task, tally in made.items()]
    method = next(iter(fits.values())).inference.model if fits else ""
    for start in range(0, len(rows), RETALLY_TASKS):
        await quality_store.retally(
            engine.database, organization, rows[start : start + RETALLY_TASKS], method
        )


def _likeness_skills(votes: ProjectVotes) -> list[FoundSkill]:
    """Beta(4, 1) and each likeness as that much of a right answer; the interval is the normal one."""
    found: list[FoundSkill] = []
    for (labeler, name), likeness in votes.likeness.items():
        right, total = PRIOR_RIGHT + sum(likeness), PRIOR_RIGHT + PRIOR_WRONG + len(likeness)
        mean = right / total
        half = 1.96 * math.sqrt(mean * (1 - mean) / (total + 1))
        found.append(
            FoundSkill(
                labeler=labeler,
                question=name,
                accuracy=min(max(mean, LEAST), MOST),
                low=max(mean - half, 0.0),
                high=min(mean + half, 1.0),
                labels=len(likeness),
            )
        )
    return found
