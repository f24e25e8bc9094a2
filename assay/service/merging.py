"""Merging: the structured answers of a task become one, within a second of the last of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.labels.kind import Answer
from assay.labels.schema import Schema
from assay.service.engine import Engine
from assay.service.lease import field_facts
from assay.store import annotation as annotation_store
from assay.store import project as project_store
from assay.store import task as task_store
from assay.store.database import Connection

BATCH_TASKS = 20
PRIOR_ACCURACY = 0.8
"""The mean of the prior Beta(4, 1), as in ``assay_add_ballots``."""


async def merge_due(engine: Engine, organization: UUID) -> int:
    """Merge a batch of an organisation's tasks whose answers changed; how many there were."""
    async with engine.database.transaction(organization) as tx:
        due = await task_store.take_merge_due(tx, organization, BATCH_TASKS)
        for task in due:
            await merge_task(engine, tx, organization, task)
    return len(due)


async def merge_task(engine: Engine, tx: Connection, organization: UUID, task: UUID) -> None:
    """Merge the structured answers of one task and let it close, go on, or ask for a reviewer."""
    row = await task_store.lock(tx, organization, task)
    if row is None or row["gold"] or row["method"] == "review":
        return  # what a person decided stays
    version = await project_store.ontology_version(tx, organization, row["project"])
    schema = await engine.schema(tx, organization, row["project"], version)
    facts = field_facts(
        schema.ontology.fields,
        orjson.loads(row["fields"]),
        orjson.loads(row["facts"]) if row["facts"] else None,
    )
    given = [
        a
        for a in await annotation_store.of_task(tx, organization, task)
        if a["counted"] and not a["rejected"]
    ]
    skills = await skills_of(tx, organization, row["project"])
    label: dict[str, Any] = {}
    probability: dict[str, Any] = {}
    sureness: list[float] = [] if row["tally"] == "{}" else [row["confidence"] or 0.0]
    for name, kind in schema.kinds.items():
        answers = usable_answers(schema, name, given, skills, facts)
        if not answers or kind.ballots(answers[0].value) is not None:
            continue
        merged = kind.merge(answers, facts)
        label[name], probability[name] = merged.value, merged.probability
        sureness.append(confidence(merged.probability, answers))
    await task_store.decide(tx, organization, task, label, probability, min(sureness, default=None), "merge")


def usable_answers(
    schema: Schema,
    question: str,
    given: Sequence[asyncpg.Record],
    skills: Mapping[tuple[UUID, str], float],
    facts: Mapping[str, FieldFacts],
) -> list[Answer]:
    """The answers to one question that the current ontology version still accepts."""
    answers = []
    for annotation in given:
        label = orjson.loads(annotation["label"])
        if question not in label:
            continue
        try:
            schema.kinds[question].check(label[question], facts, label, "")
        except Invalid:
            continue
        answers.append(
            Answer(
                labeler=str(annotation["labeler"]),
                value=label[question],
                label=label,
                accuracy=skills.get((annotation["labeler"], question), PRIOR_ACCURACY),
            )
        )
    return answers


def confidence(probability: float | Mapping[str, float], answers: Sequence[Answer]) -> float:
    """How sure a merged answer is: its probability, or that of its least decided object.

    Where everyone found nothing it is the chance that this many labelers of this skill are right to.
    """
    if not isinstance(probability, Mapping):
        return probability
    if probability:
        return min(max(p, 1 - p) for p in probability.values())
    odds_wrong = 1.0
    for answer in answers:
        odds_wrong *= (1 - answer.accuracy) / answer.accuracy
    return 1 / (1 + odds_wrong)


async def skills_of(tx: Connection, organization: UUID, project: UUID) -> dict[tuple[UUID, str], float]:
    """Accuracy by labeler and question, where it is known."""
    return {
        (row["labeler"], row["question"]): row["accuracy"]
        for row in await annotation_store.skills(tx, organization, project)
    }
