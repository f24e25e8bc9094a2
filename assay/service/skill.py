"""Skill: how right each labeler is, fitted in the background from gold and from each other.

Class-valued questions are fitted by the one-coin model over all their votes, gold held fixed. For structured
questions an answer's likeness to the gold, to a reviewer's answer or to what several labelers' answers were
merged to counts as that much of a right one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from assay.labels.kind import Ballot
from assay.labels.schema import Schema
from assay.quality.one_coin import one_coin
from assay.quality.pooling import log_odds
from assay.quality.votes import check_votes
from assay.service.engine import Engine
from assay.service.merging import PRIOR_ACCURACY
from assay.store import annotation as annotation_store
from assay.store import project as project_store
from assay.store import quality as quality_store

BLOCK_TASKS = 2_000
RETALLY_TASKS = 200
PRIOR_RIGHT, PRIOR_WRONG = 4.0, 1.0
LEAST, MOST = 0.02, 0.995
"""No labeler is taken for surely right or surely wrong."""

Skill = tuple[UUID, str, float, float, float, int]
"""(labeler, question, accuracy, low, high, labels)."""


@dataclass(kw_only=True)
class QuestionVotes:
    """The votes on one class-valued question: columns of equal length, and codes for what they name."""

    n_classes: int
    items: dict[tuple[UUID, str], int] = field(default_factory=dict)
    workers: dict[UUID, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    cast: list[tuple[int, int, int]] = field(default_factory=list)
    gold: dict[int, int] = field(default_factory=dict)

    def add(self, task: UUID, labeler: UUID, ballot: Ballot) -> None:
        """Count one ballot."""
        item = self.items.setdefault((task, ballot.facet), len(self.items))
        worker = self.workers.setdefault(labeler, len(self.workers))
        self.cast.append((item, worker, self._class(ballot.answer)))

    def add_gold(self, task: UUID, ballot: Ballot) -> None:
        """Hold one answer fixed."""
        item = self.items.setdefault((task, ballot.facet), len(self.items))
        self.gold[item] = self._class(ballot.answer)

    def _class(self, answer: str) -> int:
        code = self.classes.setdefault(answer, len(self.classes))
        self.n_classes = max(self.n_classes, len(self.classes))
        return code


@dataclass(kw_only=True)
class ProjectVotes:
    """What a pass over a project's labels collects."""

    questions: dict[str, QuestionVotes] = field(default_factory=dict)
    likeness: dict[tuple[UUID, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    ballots: dict[UUID, list[tuple[UUID, str, Ballot]]] = field(default_factory=lambda: defaultdict(list))
    given: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    gold: set[UUID] = field(default_factory=set)
    labels: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def n_labels(self) -> int:
        """All labels, gold's included."""
        return sum(self.labels.values())


async def refit_project(engine: Engine, organization: UUID, project: UUID) -> ProjectVotes:
    """Fit all labelers' skills anew, and the whole project's posteriors with them."""
    votes = await collect(engine, organization, project)
    skills = [*_class_skills(votes), *_likeness_skills(votes)]
    async with engine.database.transaction(organization) as tx:
        await annotation_store.save_skills(tx, organization, project, skills)
    accuracy = {(labeler, question): value for labeler, question, value, *_ in skills}
    batch: list[tuple[UUID, Any, int]] = []
    for task, ballots in votes.ballots.items():
        if task not in votes.gold:
            batch.append((task, tally(ballots, accuracy), votes.given[task]))
        if len(batch) == RETALLY_TASKS:
            await quality_store.retally(engine.database, organization, batch)
            batch = []
    if batch:
        await quality_store.retally(engine.database, organization, batch)
    return votes


async def collect(engine: Engine, organization: UUID, project: UUID) -> ProjectVotes:
    """Read a project's counted labels in blocks of tasks, each in a transaction of its own."""
    votes = ProjectVotes()
    after = 0
    async with engine.database.transaction(organization) as tx:
        version = await project_store.ontology_version(tx, organization, project)
        schema = await engine.schema(tx, organization, project, version)
    while True:
        async with engine.database.transaction(organization) as tx:
            upto = await annotation_store.task_after(tx, organization, project, after, BLOCK_TASKS)
            if upto is None:
                return votes
            rows = await annotation_store.of_project(tx, organization, project, after, upto)
        for row in rows:
            _take(votes, schema, row)
        after = upto


def tally(
    ballots: list[tuple[UUID, str, Ballot]], accuracy: Mapping[tuple[UUID, str], float]
) -> dict[str, Any]:
    """A task's tally from all its ballots: the Python twin of ``assay_add_ballots``."""
    made: dict[str, Any] = {}
    for labeler, question, ballot in ballots:
        right = accuracy.get((labeler, question), PRIOR_ACCURACY)
        weight = float(log_odds(right, max(ballot.n_answers, 2)))
        facet = made.setdefault(question, {}).setdefault(ballot.facet, {"k": ballot.n_answers, "w": {}})
        facet["w"][ballot.answer] = facet["w"].get(ballot.answer, 0.0) + weight
    return made


def _take(votes: ProjectVotes, schema: Schema, row: Any) -> None:
    task, labeler = row["task"], row["labeler"]
    label = {name: value for name, value in orjson.loads(row["label"]).items() if name in schema.kinds}
    reference = orjson.loads(row["reference"]) if row["reference"] else {}
    votes.labels[labeler] += 1
    votes.given[task] += 1
    if row["gold"]:
        votes.gold.add(task)
    if row["rejected"]:
        return
    cast = schema.ballots(label)
    for name, ballots in cast.items():
        known = votes.questions.setdefault(
            name, QuestionVotes(n_classes=max((ballot.n_answers for ballot in ballots), default=2))
        )
        for ballot in ballots:
            known.add(task, labeler, ballot)
            votes.ballots[task].append((labeler, name, ballot))
        for ballot in (schema.kinds[name].ballots(reference[name]) or ()) if name in reference else ():
            known.add_gold(task, ballot)
    for name, value in label.items():
        if name not in cast and name in reference:
            votes.likeness[labeler, name].append(schema.kinds[name].similarity(value, reference[name]))


def _class_skills(votes: ProjectVotes) -> list[Skill]:
    found: list[Skill] = []
    for name, question in votes.questions.items():
        if not question.cast:
            continue
        tasks, workers, labels = np.array(question.cast, dtype=np.int64).T
        laid = check_votes(
            tasks, workers, labels, n_tasks=len(question.items), n_classes=max(question.n_classes, 2)
        )
        fit = one_coin(laid, gold=question.gold, accuracy_prior=(PRIOR_RIGHT, PRIOR_WRONG))
        found += [
            (
                labeler,
                name,
                min(max(float(fit.worker_accuracy[w]), LEAST), MOST),
                float(fit.worker_accuracy_low[w]),
                float(fit.worker_accuracy_high[w]),
                votes.labels[labeler],
            )
            for labeler, w in question.workers.items()
        ]
    return found


def _likeness_skills(votes: ProjectVotes) -> list[Skill]:
    """Beta(4, 1) and each likeness as that much of a right answer; the interval is the normal one."""
    found: list[Skill] = []
    for (labeler, name), likeness in votes.likeness.items():
        right, total = PRIOR_RIGHT + sum(likeness), PRIOR_RIGHT + PRIOR_WRONG + len(likeness)
        mean = right / total
        half = 1.96 * math.sqrt(mean * (1 - mean) / (total + 1))
        found.append(
            (
                labeler,
                name,
                min(max(mean, LEAST), MOST),
                max(mean - half, 0.0),
                min(mean + half, 1.0),
                len(likeness),
            )
        )
    return found
