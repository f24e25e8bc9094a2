"""Second looks: resolved answers that something speaks against go to a reviewer, before others.

What speaks against an answer: a model that is sure of another (confident learning over the project), a model
whose objects are unlike the merged ones (and how: the first of them missed, badly placed, of the wrong class,
or not there), and an item with the same content that was answered otherwise. A flag never changes a label,
and a task is flagged at most once, so that nothing goes round in circles.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from assay.labels.kind import Kind
from assay.labels.schema import Schema
from assay.service.engine import Engine
from assay.service.question_fit import WIDEST, QuestionFit, has_extra
from assay.store import project as project_store
from assay.store import second_look as look_store
from assay.store.database import Connection
from assay.store.second_look import Flag

READ = 50_000
"""Predictions and copies that one pass reads, the newest."""
LEAST_PREDICTED = 20
"""Answers of one model that confident learning must rest on."""
ALIKE = 0.5
"""Merged objects less like a model's than this are doubtful."""
LISTED = 20
OBJECT_REASONS = ("missed", "badly_placed", "wrong_class", "spurious")
"""What may be wrong with an object, in the order of ``assay.quality.object_errors.ObjectError``."""


async def flag_doubtful(
    engine: Engine, organization: UUID, project: UUID, fits: Mapping[str, QuestionFit]
) -> None:
    """Open second looks as far as the project's rate allows; none where it is 0."""
    if not has_extra():
        return
    async with engine.database.transaction(organization) as tx:
        room = await look_store.room(tx, organization, project)
        if room <= 0:
            return
        version = await project_store.ontology_version(tx, organization, project)
        schema = await engine.schema(tx, organization, project, version)
        predicted = await look_store.predicted(tx, organization, project, READ)
        copies = await look_store.copies(tx, organization, project, READ)
    flags = await asyncio.to_thread(lambda: list(_flags(schema, fits, predicted, copies)))
    async with engine.database.transaction(organization) as tx:
        await look_store.open_looks(tx, organization, project, _strongest(flags), room)


async def told(tx: Connection, organization: UUID, project: UUID) -> dict[str, Any]:
    """How the project's second looks stand, and which wait."""
    counts = await look_store.counts(tx, organization, project)
    waiting = await look_store.listed(tx, organization, project, LISTED)
    return dict(counts) | {
        "items": [
            {"task": str(flag.task), "question": flag.question, "reason": flag.reason, "doubt": flag.doubt}
            for flag in waiting
        ]
    }


def _flags(
    schema: Schema, fits: Mapping[str, QuestionFit], predicted: Sequence[Any], copies: Sequence[Any]
) -> Iterator[Flag]:
    offered: dict[str, dict[UUID, tuple[Any, Any]]] = defaultdict(dict)
    for row in predicted:
        label = orjson.loads(row["predicted"])
        offered[row["labeler"]][row["task"]] = (label, orjson.loads(row["scores"]))
        yield from unlike(
            schema, row["task"], orjson.loads(row["label"]), *offered[row["labeler"]][row["task"]]
        )
    for name, fit in fits.items():
        if name in schema.kinds and all(facet == "" for _, facet in fit.votes.items):
            for said in offered.values():
                yield from contradicted(schema, name, fit, said)
            yield from answered_otherwise(name, fit, copies)


def contradicted(
    schema: Schema, name: str, fit: QuestionFit, said: Mapping[UUID, tuple[Any, Any]]
) -> Iterator[Flag]:
    """Class-valued answers that confident learning doubts by one model's ``said`` labels and scores."""
    from assay.quality.confident_learning import find_label_errors  # scipy is an extra

    codes = {answer: code for code, answer in enumerate(fit.classes)}
    n_classes = fit.laid.n_classes
    if n_classes > WIDEST:
        return
    places, given, chances = [], [], []
    for place, (task, _) in enumerate(fit.votes.items):
        label, scores = said.get(task, ({}, {}))
        ballots = schema.kinds[name].ballots(label[name]) if name in label else None
        if ballots is None or len(ballots) != 1 or ballots[0].answer not in codes:
            continue
        places.append(task)
        given.append(int(fit.posterior[place].argmax()))
        chances.append(_spread(codes[ballots[0].answer], scores.get(name), n_classes))
    if len(places) < LEAST_PREDICTED:
        return
    found = find_label_errors(np.array(given), np.array(chances))
    for n in np.flatnonzero(found.flagged & (found.suggestion != given)).tolist():
        yield Flag(task=places[n], question=name, reason="model", doubt=float(found.doubt[n]))


def _spread(code: int, score: Any, n_classes: int) -> list[float]:
    """A model's answer and score as chances of all classes; without a score it is sure as far as it goes."""
    sure = min(max(_sureness(score), 1.0 / n_classes), 0.999)
    rest = (1.0 - sure) / (n_classes - 1)
    return [sure if k == code else rest for k in range(n_classes)]


def _sureness(score: Any) -> float:
    """A score as a chance; of what is no number, that of a model that does not say."""
    if isinstance(score, bool) or not isinstance(score, int | float):
        return 0.9
    return min(max(float(score), 0.0), 1.0)


def unlike(
    schema: Schema, task: UUID, merged: Mapping[str, Any], said: Mapping[str, Any], scores: Any
) -> Iterator[Flag]:
    """Merged answers that are unlike what a model ``said``, for objects with the likeliest error."""
    for name, kind in schema.kinds.items():
        if name in merged and name in said and kind.ballots(merged[name]) is None:
            alike = kind.similarity(merged[name], said[name])
            if alike < ALIKE:
                reason = _likeliest_error(kind, name, merged[name], said[name], scores)
                yield Flag(task=task, question=name, reason=reason, doubt=1.0 - alike)


def _likeliest_error(kind: Kind, name: str, merged: Any, said: Any, scores: Any) -> str:
    """Which error the merged objects most probably have, if the model is right as often as it is sure."""
    from assay.quality.object_errors import object_errors  # scipy is an extra

    contrast = kind.contrast(merged, said)
    if contrast is None:
        return "model"
    sure = [_sureness(scores.get(item["id"], scores.get(name))) for item in said]
    found = object_errors(contrast.similarity, contrast.left, contrast.right, sure)
    return OBJECT_REASONS[int(found.kind[0])] if len(found.kind) else "model"


def answered_otherwise(name: str, fit: QuestionFit, copies: Sequence[Any]) -> Iterator[Flag]:
    """Copies of one item whose best answers differ: the chance that their truths do, were they apart."""
    place_of = {task: place for place, (task, _) in enumerate(fit.votes.items)}
    groups: dict[str, list[UUID]] = defaultdict(list)
    for row in copies:
        if row["task"] in place_of:
            groups[row["content"]].append(row["task"])
    for tasks in groups.values():
        table = fit.posterior[[place_of[task] for task in tasks]]
        best = table.argmax(axis=1)
        for n, task in enumerate(tasks):
            others = table[best != best[n]]
            if len(others):
                doubt = 1.0 - float((others @ table[n]).min())
                yield Flag(task=task, question=name, reason="duplicate", doubt=doubt)


def _strongest(flags: Sequence[Flag]) -> list[Flag]:
    """The strongest flag of each task."""
    found: dict[UUID, Flag] = {}
    for flag in flags:
        if flag.task not in found or flag.doubt > found[flag.task].doubt:
            found[flag.task] = flag
    return list(found.values())
