"""Reviews: a second look at an annotation or a resolution, under a lease or as a manager's override."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from assay.domain.canonical import digest
from assay.domain.event import EventKind
from assay.domain.labeler import Principal, Role
from assay.domain.lease import MAX_CLAIM, NewReview, Reviewed
from assay.domain.project import Project
from assay.domain.task import NamedCandidate, ReviewCandidate, ReviewLease, ReviewLeases
from assay.errors import Conflict, Forbidden, Invalid
from assay.labels.schema import Schema
from assay.service.access import not_found, project_of, require
from assay.service.engine import Engine
from assay.service.lease import check_quota, field_facts, wrong_fence
from assay.service.resolution import resolve, reviewed_item
from assay.service.skill import known_skills, tally
from assay.store import annotation as annotation_store
from assay.store import lease as lease_store
from assay.store import record
from assay.store import second_look as look_store
from assay.store import task as task_store
from assay.store.database import Connection
from assay.store.queries import stored_json

REVIEW_PROBABILITY = 0.99
"""What a reviewer's word is taken for until reviewers' own skill is measured."""
MAX_REASON_CHARS = 2_000


async def claim_reviews(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, count: int
) -> ReviewLeases:
    """Review leases: second looks, then what is least sure, never the reviewer's own work."""
    require(principal, Role.REVIEWER)
    if not 1 <= count <= MAX_CLAIM:
        raise Invalid("field.invalid", f"must be 1 to {MAX_CLAIM}", pointer="/count", limit=MAX_CLAIM)
    found = await project_of(tx, principal, project)
    await task_store.expire_leases(tx, principal.organization, project)
    room = await check_quota(tx, principal, project)
    leases = engine.ids.many(min(count, room))
    whose = (tx, principal.organization, project, principal.labeler)
    terms = (found.ontology_version, found.lease_seconds)
    rows = await look_store.claim(*whose, leases, *terms)
    if len(rows) < len(leases):
        rows += await task_store.claim_review(*whose, leases[len(rows) :], *terms)
    return await review_leases(engine, tx, principal, found, rows)


async def review_leases(
    engine: Engine, tx: Connection, principal: Principal, project: Project, rows: Sequence[Any]
) -> ReviewLeases:
    """What a reviewer is told of leases: ``id``, ``task``, ``fence`` and ``until`` of each."""
    schema = await engine.schema(tx, principal.organization, project.id, project.ontology_version)
    return ReviewLeases(leases=[await _review_lease(tx, principal, schema, project, row) for row in rows])


async def submit_review(
    engine: Engine, tx: Connection, principal: Principal, lease: UUID, fence: int, new: NewReview
) -> Reviewed:
    """Review under a lease; a repeat of the same review answers the same."""
    require(principal, Role.REVIEWER)
    earlier = await annotation_store.find_review(tx, principal.organization, lease)
    if earlier is not None and earlier["reviewer"] == principal.labeler:
        if earlier["digest"] != digest(_written(new)):
            raise Conflict("submit.conflict", "another review was submitted for this lease")
        return Reviewed(review=lease, task=earlier["task"], version=earlier["new_version"])
    held = await task_store.find_review_lease(tx, principal.organization, lease, principal.labeler)
    if held is None:
        if await lease_store.find_target(tx, principal.organization, lease, principal.labeler) is None:
            raise not_found("lease", lease)
        raise Conflict("lease.lost", "the review lease has ended; claim again")
    if held["fence"] != fence:
        raise wrong_fence()
    result = await _review(engine, tx, principal, held["task"], lease, new, version=held["ontology_version"])
    await task_store.end_review_lease(tx, principal.organization, lease, principal.labeler)
    return result


async def override(
    engine: Engine, tx: Connection, principal: Principal, task: UUID, new: NewReview
) -> Reviewed:
    """A manager's review without a lease."""
    require(principal, Role.MANAGER)
    return await _review(engine, tx, principal, task, engine.ids.new(), new)


async def _review(
    engine: Engine,
    tx: Connection,
    principal: Principal,
    task: UUID,
    review: UUID,
    new: NewReview,
    *,
    version: int | None = None,
) -> Reviewed:
    """Judge by the lease's ontology version, or by the project's current one where there is no lease."""
    _check_form(new)
    locked = await task_store.lock(tx, principal.organization, task)
    row = await task_store.find(tx, principal.organization, task)
    if locked is None or row is None:
        raise not_found("task", task)
    project = await project_of(tx, principal, row["project"])
    schema = await engine.schema(tx, principal.organization, project.id, version or project.ontology_version)
    reviewed = await _target_label(tx, principal, schema, row, new)
    facts = field_facts(
        schema.ontology.fields,
        orjson.loads(row["fields"]),
        orjson.loads(row["facts"]) if row["facts"] else None,
    )
    if new.label is not None:
        schema.check(new.label, facts, "/label")
    elif new.verdict == "accept" and new.target.annotation is not None:
        schema.check(reviewed, facts, "/target/annotation")  # it may answer an older ontology version
    written = await _write(tx, principal, schema, row, new, reviewed)
    await annotation_store.insert_review(
        tx,
        principal.organization,
        review,
        project=project.id,
        task=task,
        reviewer=principal.labeler,
        annotation=new.target.annotation,
        resolution_version=new.target.resolution_version,
        verdict=new.verdict,
        label=new.label,
        reason=new.reason,
        digest=digest(_written(new)),
        new_version=written,
    )
    await look_store.close(tx, principal.organization, task, changed=new.verdict != "accept")
    await record.audit(tx, principal, "review.submit", review, task=str(task), verdict=new.verdict)
    await record.feed(
        tx,
        principal.organization,
        EventKind.TASK_REVIEWED,
        project.id,
        task,
        verdict=new.verdict,
        version=written,
    )
    return Reviewed(review=review, task=task, version=written)


async def _write(
    tx: Connection, principal: Principal, schema: Schema, row: Any, new: NewReview, reviewed: dict[str, Any]
) -> int:
    """Accept makes the reviewed label the resolution, fix the reviewer's; reject asks for one more label."""
    if new.verdict == "reject":
        if row["gold"]:
            raise Invalid("review.target", "a gold answer is fixed, not rejected", pointer="/verdict")
        if new.target.annotation is not None:
            await _uncount(tx, principal.organization, schema, row, new.target.annotation)
        return await task_store.reopen(tx, principal.organization, row["id"])
    label = new.label if new.label is not None else reviewed
    probability = {name: _certain(value) for name, value in label.items()}
    version = await task_store.write_review(
        tx,
        principal.organization,
        row["id"],
        label=label,
        probability=probability,
        confidence=REVIEW_PROBABILITY,
        state="resolved",
        method="review",
    )
    await task_store.withdraw_slots(tx, principal.organization, row["id"])
    return version


async def _uncount(tx: Connection, organization: UUID, schema: Schema, row: Any, rejected: UUID) -> None:
    """Take a rejected annotation's votes out of its task."""
    kept = [
        (given["labeler"], {name: value for name, value in label.items() if name in schema.kinds})
        for given in await annotation_store.of_task(tx, organization, row["id"])
        if given["counted"] and not given["rejected"] and given["id"] != rejected
        for label in [orjson.loads(given["label"])]
    ]
    ballots = [
        (labeler, name, ballot)
        for labeler, label in kept
        for name, cast in schema.ballots(label).items()
        for ballot in cast
    ]
    skills = await known_skills(tx, organization, row["project"])
    await task_store.retally(tx, organization, row["id"], tally(ballots, skills))
    await task_store.request_merge(tx, organization, row["id"])


async def _target_label(
    tx: Connection, principal: Principal, schema: Schema, row: Any, new: NewReview
) -> dict[str, Any]:
    """The label under review. Raises ``Conflict`` (``review.stale``), ``Forbidden`` (``review.own``)."""
    if new.target.annotation is not None:
        target = await annotation_store.find(tx, principal.organization, new.target.annotation)
        if target is None or target["task"] != row["id"]:
            raise Invalid("review.target", "the task has no such annotation", pointer="/target/annotation")
        if target["labeler"] == principal.labeler:
            raise Forbidden("review.own", "this is your own work")
        label: dict[str, Any] = orjson.loads(target["label"])
        return label
    if new.target.resolution_version != row["version"]:
        raise Conflict(
            "review.stale",
            f"the resolution is at version {row['version']}",
            pointer="/target/resolution_version",
            extra={"version": row["version"]},
        )
    if await annotation_store.authored(tx, principal.organization, row["id"], principal.labeler):
        raise Forbidden("review.own", "this resolution rests on your own work")
    return dict(resolve(schema, task_store.answers_from_row(row), 0.5).label)


async def _review_lease(
    tx: Connection, principal: Principal, schema: Schema, project: Project, leased: Any
) -> ReviewLease:
    row = await task_store.find(tx, principal.organization, leased["task"])
    if row is None:
        raise not_found("task", leased["task"])
    resolution = resolve(schema, task_store.answers_from_row(row), 0.0)
    annotations = await annotation_store.of_task(tx, principal.organization, leased["task"])
    return ReviewLease(
        lease=leased["id"],
        fence=leased["fence"],
        task=leased["task"],
        stage="review",
        item=reviewed_item(row),
        ontology_version=project.ontology_version,
        resolution=resolution,
        annotations=_candidates(annotations, blind=project.blind_review),
        expires_at=leased["until"],
    )


def _candidates(annotations: list[Any], *, blind: bool) -> list[ReviewCandidate] | list[NamedCandidate]:
    if blind:
        return [ReviewCandidate(annotation=one["id"], label=stored_json(one["label"])) for one in annotations]
    return [
        NamedCandidate(
            annotation=one["id"], label=stored_json(one["label"]), labeler_name=one["labeler_name"]
        )
        for one in annotations
    ]


def _check_form(new: NewReview) -> None:
    if (new.target.annotation is None) == (new.target.resolution_version is None):
        raise Invalid("review.target", "name an annotation or a resolution_version", pointer="/target")
    if (new.verdict == "fix") != (new.label is not None):
        raise Invalid("field.invalid", "a fix brings a label, and nothing else does", pointer="/label")
    if len(new.reason) > MAX_REASON_CHARS:
        raise Invalid(
            "field.invalid",
            f"a reason is at most {MAX_REASON_CHARS} characters",
            pointer="/reason",
            limit=MAX_REASON_CHARS,
        )


def _certain(value: Any) -> Any:
    """A reviewer's probability: one, or one for each object."""
    if isinstance(value, list) and value and all(isinstance(held, dict) and "id" in held for held in value):
        return {held["id"]: REVIEW_PROBABILITY for held in value}
    return REVIEW_PROBABILITY


def _written(new: NewReview) -> dict[str, Any]:
    target = {
        "annotation": str(new.target.annotation) if new.target.annotation else None,
        "resolution_version": new.target.resolution_version,
    }
    return {"target": target, "verdict": new.verdict, "label": new.label, "reason": new.reason}
