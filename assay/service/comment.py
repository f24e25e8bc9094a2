"""Comments: a reviewer says what is wrong and where, and the labelers whose answers it is about read it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from assay.domain.comment import MAX_COMMENT_CHARS, Comment, NewComment, ReceivedComment
from assay.domain.event import EventKind
from assay.domain.labeler import Principal, Role
from assay.errors import Invalid
from assay.labels.schema import Schema
from assay.service.access import not_found, project_of, require
from assay.service.engine import Engine
from assay.service.lease import field_facts
from assay.service.resolution import resolve
from assay.store import annotation as annotation_store
from assay.store import comment as comment_store
from assay.store import record
from assay.store import task as task_store
from assay.store.database import Connection


async def add_comment(
    engine: Engine, tx: Connection, principal: Principal, task: UUID, new: NewComment
) -> Comment:
    """Say something about a task, an answer to it, an object or a point. For reviewers and above.

    Raises ``Invalid`` (``field.*``, ``ref.not_found``) at a place that there is not.
    """
    require(principal, Role.REVIEWER)
    row = await task_store.find(tx, principal.organization, task)
    if row is None:
        raise not_found("task", task)
    project = await project_of(tx, principal, row["project"])
    _check_form(new)
    schema = await engine.schema(tx, principal.organization, project.id, project.ontology_version)
    label = await _label(tx, principal, schema, row, new.annotation)
    _check_object(label, new)
    _check_point(schema, row, new)
    (comment,) = engine.ids.many(1)
    await comment_store.insert(tx, principal, comment, project=project.id, task=task, new=new)
    await record.feed(
        tx,
        principal.organization,
        EventKind.COMMENT_ADDED,
        project.id,
        task,
        comment=str(comment),
        annotation=None if new.annotation is None else str(new.annotation),
    )
    before = UUID(int=comment.int - 1)
    (added,) = await comment_store.page(tx, principal.organization, project.id, before, task, 1)
    return added


async def withdraw_comment(tx: Connection, principal: Principal, comment: UUID) -> None:
    """Take back what the principal said: nobody is shown it from then on. Done twice, it answers the same.

    Raises ``NotFound`` for what another said, too.
    """
    require(principal, Role.REVIEWER)
    row = await comment_store.withdraw(tx, principal, comment)
    if row is None:
        raise not_found("comment", comment)
    if row["already"]:
        return
    await record.audit(tx, principal, "comment.withdraw", comment, task=str(row["task"]))
    await record.feed(
        tx,
        principal.organization,
        EventKind.COMMENT_WITHDRAWN,
        row["project"],
        row["task"],
        comment=str(comment),
        annotation=None if row["annotation"] is None else str(row["annotation"]),
    )


async def comment_page(
    tx: Connection, principal: Principal, project: UUID, after: UUID, task: UUID | None, limit: int
) -> Sequence[Comment | ReceivedComment]:
    """Up to ``limit`` comments of a project after an id; a labeler reads those on their own answers."""
    await project_of(tx, principal, project)
    if principal.role.covers(Role.REVIEWER):
        return await comment_store.page(tx, principal.organization, project, after, task, limit)
    return await comment_store.received_page(tx, principal, project, after, task, limit)


def _check_form(new: NewComment) -> None:
    if not new.text.strip() or len(new.text) > MAX_COMMENT_CHARS:
        raise Invalid(
            "field.invalid",
            f"a comment is 1 to {MAX_COMMENT_CHARS} characters",
            pointer="/text",
            limit=MAX_COMMENT_CHARS,
        )
    if new.object is not None and new.question is None:
        raise Invalid("field.missing", "name the question that the object answers", pointer="/question")
    place = {"field": new.field, "x": new.x, "y": new.y}
    missing = next((name for name, given in place.items() if given is None), None)
    if missing is not None and any(given is not None for given in place.values()):
        raise Invalid("field.missing", "a place on a picture is a field, x and y", pointer=f"/{missing}")
    if new.field is not None and new.object is not None:
        raise Invalid("field.invalid", "name an object or a point, not both", pointer="/field")


async def _label(
    tx: Connection, principal: Principal, schema: Schema, row: Any, annotation: UUID | None
) -> Mapping[str, Any]:
    """The document that the comment is about."""
    if annotation is None:
        return resolve(schema, task_store.answers_from_row(row), 0.0).label
    found = await annotation_store.find(tx, principal.organization, annotation)
    if found is None or found["task"] != row["id"]:
        raise Invalid("ref.not_found", "the task has no such annotation", pointer="/annotation")
    label: dict[str, Any] = orjson.loads(found["label"])
    return label


def _check_object(label: Mapping[str, Any], new: NewComment) -> None:
    if new.question is None:
        return
    if new.question not in label:
        raise Invalid("ref.not_found", "this question has no answer here", pointer="/question")
    if new.object is None:
        return
    objects = label[new.question]
    ids = {one.get("id") for one in objects if isinstance(one, dict)} if isinstance(objects, list) else set()
    if new.object not in ids:
        raise Invalid("ref.not_found", "the answer has no object of this id", pointer="/object")


def _check_point(schema: Schema, row: Any, new: NewComment) -> None:
    if new.field is None:
        return
    media = orjson.loads(row["facts"]) if row["facts"] else None
    facts = field_facts(schema.ontology.fields, orjson.loads(row["fields"]), media).get(new.field)
    if facts is None or facts.type != "image":
        raise Invalid("ref.not_found", f"{new.field!r} is no picture", pointer="/field")
    for name, value, size in (("x", new.x, facts.width), ("y", new.y, facts.height)):
        if value is not None and not 0 <= value <= (math.inf if size is None else size):
            raise Invalid("field.invalid", "this lies outside the picture", pointer=f"/{name}", limit=size)
