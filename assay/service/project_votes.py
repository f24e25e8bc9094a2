"""A project's counted labels as votes: what a refit reads, a block of tasks at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from assay.labels.kind import Ballot
from assay.labels.schema import Schema
from assay.service.engine import Engine
from assay.store import annotation as annotation_store
from assay.store import project as project_store

BLOCK_TASKS = 2_000

Place = tuple[UUID, str]
"""(task, facet): one thing that is voted on."""


@dataclass(kw_only=True)
class QuestionVotes:
    """The votes on one class-valued question: columns of equal length, and codes for what they name."""

    n_classes: int
    items: dict[Place, int] = field(default_factory=dict)
    workers: dict[UUID, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    cast: list[tuple[int, int, int]] = field(default_factory=list)
    gold: dict[int, int] = field(default_factory=dict)
    """Items whose answer a gold item tells; drawn without regard to how hard they are."""
    reviewed: dict[int, int] = field(default_factory=dict)
    """Items that a reviewer decided; mostly the hard ones."""

    def add(self, task: UUID, labeler: UUID, ballot: Ballot) -> None:
        """Count one ballot."""
        item = self.items.setdefault((task, ballot.facet), len(self.items))
        worker = self.workers.setdefault(labeler, len(self.workers))
        self.cast.append((item, worker, self._class(ballot.answer)))

    def tell(self, task: UUID, ballot: Ballot, *, gold: bool) -> None:
        """Hold one answer fixed."""
        item = self.items.setdefault((task, ballot.facet), len(self.items))
        (self.gold if gold else self.reviewed)[item] = self._class(ballot.answer)

    def _class(self, answer: str) -> int:
        code = self.classes.setdefault(answer, len(self.classes))
        self.n_classes = max(self.n_classes, len(self.classes))
        return code


@dataclass(kw_only=True)
class ProjectVotes:
    """What a pass over a project's labels collects."""

    questions: dict[str, QuestionVotes] = field(default_factory=dict)
    likeness: dict[tuple[UUID, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    given: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    """Annotations that vote, by task: all but the rejected."""
    gold: set[UUID] = field(default_factory=set)
    decided: set[UUID] = field(default_factory=set)
    """Tasks whose answer a reviewer gave."""
    structured: set[UUID] = field(default_factory=set)
    """Tasks with answers that are merged, not elected."""
    labels: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def n_labels(self) -> int:
        """All labels, gold's included."""
        return sum(self.labels.values())


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


def _take(votes: ProjectVotes, schema: Schema, row: Any) -> None:
    task, labeler = row["task"], row["labeler"]
    label = {name: value for name, value in orjson.loads(row["label"]).items() if name in schema.kinds}
    votes.labels[labeler] += 1
    if row["gold"]:
        votes.gold.add(task)
    elif row["method"] == "review":
        votes.decided.add(task)
    if row["rejected"]:
        return
    votes.given[task] += 1
    reference = orjson.loads(row["reference"]) if row["reference"] else {}
    cast = schema.ballots(label)
    for name, ballots in cast.items():
        known = votes.questions.setdefault(
            name, QuestionVotes(n_classes=max((ballot.n_answers for ballot in ballots), default=2))
        )
        for ballot in ballots:
            known.add(task, labeler, ballot)
        for ballot in (schema.kinds[name].ballots(reference[name]) or ()) if name in reference else ():
            known.tell(task, ballot, gold=row["gold"])
    for name, value in label.items():
        if name in cast:
            continue
        votes.structured.add(task)
        if name in reference:
            votes.likeness[labeler, name].append(schema.kinds[name].similarity(value, reference[name]))
