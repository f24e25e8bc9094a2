"""What a new ontology version means for the labels, resolutions, drafts and leases there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any
from uuid import UUID

import orjson

from assay.domain.project import MigrationPlan, OrphanedClass
from assay.domain.resolution import DEFAULT_MIN_PROBABILITY
from assay.errors import Invalid
from assay.labels.schema import Schema
from assay.service.lease import field_facts
from assay.service.resolution import resolve
from assay.store import annotation as annotation_store
from assay.store import project as project_store
from assay.store import task as task_store
from assay.store.annotation import LabelledItem
from assay.store.database import Connection


async def migration_plan(
    tx: Connection, organization: UUID, project: UUID, old: Schema, new: Schema
) -> MigrationPlan:
    """Which questions come, go or change, and how many answers the new version does not accept."""
    before = {question.name: question for question in old.ontology.questions}
    after = {question.name: question for question in new.ontology.questions}
    changed = [name for name in after if name in before and after[name] != before[name]]
    removed = [name for name in before if name not in after]
    asked = frozenset([*removed, *changed])
    at = (tx, organization, project)
    answers, classes = await _orphaned(annotation_store.labels_with_items(*at), old, new, asked)
    resolutions, _ = await _orphaned(_resolutions(old, *at), old, new, asked)
    drafts, _ = await _orphaned(annotation_store.drafts_with_items(*at), old, new, asked)
    return MigrationPlan(
        added=[name for name in after if name not in before],
        removed=removed,
        changed=changed,
        orphaned_answers=answers,
        orphaned_classes=[
            OrphanedClass(question=question, name=name, answers=count)
            for (question, name), count in sorted(classes.items())
        ],
        orphaned_resolutions=resolutions,
        orphaned_drafts=drafts,
        live_leases=await project_store.live_leases(*at),
    )


async def _resolutions(
    schema: Schema, tx: Connection, organization: UUID, project: UUID
) -> AsyncIterator[LabelledItem]:
    """What a project's tasks are resolved to now, gold among them."""
    async for answers, row in task_store.answered(tx, organization, project):
        label = resolve(schema, answers, DEFAULT_MIN_PROBABILITY).label
        facts = orjson.loads(row["facts"]) if row["facts"] else None
        yield dict(label), orjson.loads(row["fields"]), facts


async def _orphaned(
    labels: AsyncIterator[LabelledItem], old: Schema, new: Schema, questions: Collection[str]
) -> tuple[Mapping[str, int], Mapping[tuple[str, str], int]]:
    """How many answers to each question the new version refuses, and how many name each lost class."""
    answers: Counter[str] = Counter()
    classes: Counter[tuple[str, str]] = Counter()
    if not questions:
        return {}, {}
    async for label, fields, media in labels:
        facts = field_facts(new.ontology.fields, fields, media)
        for name in questions:
            if name in label and not _accepts(new, name, label, facts):
                answers[name] += 1
                classes.update((name, lost) for lost in _lost(old, new, name, label[name]))
    return dict(answers), classes


def _lost(old: Schema, new: Schema, question: str, value: Any) -> frozenset[str]:
    kept = new.kinds[question].classes_of(value) if question in new.kinds else frozenset()
    return old.kinds[question].classes_of(value) - kept


def _accepts(schema: Schema, question: str, label: dict[str, Any], facts: Any) -> bool:
    if question not in schema.kinds:
        return False
    try:
        schema.kinds[question].check(label[question], facts, label, "")
    except Invalid:
        return False
    return True
