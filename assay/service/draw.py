"""Audits: items that were drawn from a snapshot, answered blind by people who never saw them.

An auditor gets what a labeler gets: the item and the questions, and nobody's answer. The answer is no vote;
it is compared with the label that was frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from assay.domain.event import EventKind
from assay.domain.labeler import Principal, Role
from assay.domain.lease import AUDIT, MAX_CLAIM, Lease, LeasedItem, Leases
from assay.errors import Conflict, Invalid
from assay.labels.schema import Schema
from assay.service.access import not_found, project_of, require
from assay.service.certificate import end_at_target
from assay.service.engine import Engine
from assay.service.lease import check_quota, check_submission, key_mismatch, store_label, wrong_fence
from assay.service.resolution import answer_when_decided
from assay.service.waiting import check_wait
from assay.store import draw as draw_store
from assay.store import record
from assay.store import task as task_store
from assay.store.database import Connection
from assay.store.lease import Submission
from assay.store.queries import stored_json


async def claim_audits(
    engine: Engine, tx: Connection, principal: Principal, project: UUID, count: int
) -> Leases:
    """Leases for an auditor, in the order items were drawn. For reviewers and above."""
    require(principal, Role.REVIEWER)
    if not 1 <= count <= MAX_CLAIM:
        raise Invalid("field.invalid", f"must be 1 to {MAX_CLAIM}", pointer="/count", limit=MAX_CLAIM)
    found = await project_of(tx, principal, project)
    await task_store.expire_leases(tx, principal.organization, project)
    room = await check_quota(tx, principal, project)
    rows = await draw_store.claim(
        tx,
        principal.organization,
        project,
        principal.labeler,
        engine.ids.many(min(count, room)),
        found.lease_seconds,
    )
    return Leases(
        leases=[
            Lease(
                lease=row["lease"],
                fence=row["fence"],
                task=row["task"],
                item=LeasedItem(
                    id=row["item"],
                    external_id=row["external_id"],
                    fields=stored_json(row["fields"]),
                    metadata=stored_json(row["metadata"]),
                ),
                ontology_version=row["ontology_version"],
                predictions=[],
                expires_at=row["until"],
            )
            for row in rows
        ]
    )


async def submit(
    engine: Engine,
    principal: Principal,
    lease: UUID,
    fence: int,
    label: Any,
    key: str | None,
    wait: int = 0,
) -> dict[str, Any]:
    """Take a label for a lease of the stage ``label`` or ``audit``.

    With ``wait`` it answers once the task is decided, or after so many seconds; for reviewers and above.
    Raises ``Invalid`` when the label is wrong, ``Conflict`` when it is too late.
    """
    check_wait(principal, wait)
    submission = await check_submission(engine, principal, lease, fence, label, "/label")
    if submission.stage != AUDIT:
        answer = await store_label(engine, principal, submission, key)
        return await answer_when_decided(engine, principal, answer, wait)
    if wait:
        raise Invalid("field.invalid", "an audit decides no task", pointer="/wait")
    return await _submit_audit(engine, principal, submission, key)


async def _submit_audit(
    engine: Engine, principal: Principal, submission: Submission, key: str | None
) -> dict[str, Any]:
    """A repeat of an equal answer is answered the same; one after its time counts while nobody else has the
    item."""
    lease = submission.lease
    async with engine.database.transaction(principal.organization) as tx:
        if key is not None:
            await _check_key(tx, principal, key, submission)
        told, audited = await _settle(engine, tx, principal, submission)
    if audited is not None:
        await end_at_target(engine, principal.organization, audited)
    if told is None:  # said after the commit: the label is kept
        raise Conflict(
            "lease.lost",
            "somebody else was given this item, or answered it",
            extra={"annotation": str(lease), "counted": False},
        )
    return {"annotation": lease, "task_state": told}


async def _settle(
    engine: Engine, tx: Connection, principal: Principal, submission: Submission
) -> tuple[str | None, UUID | None]:
    """Take an answer; the task's state, or ``None`` where it came too late, and the snapshot it counts for
    now."""
    organization, lease = principal.organization, submission.lease
    held = await draw_store.find_lease(tx, organization, lease, principal.labeler)
    earlier = await draw_store.find_answer(tx, organization, lease, principal.labeler)
    if earlier is not None:
        _check_repeat(earlier, submission)
        return (earlier["state"] if earlier["counted"] else None), None
    if held is None:
        raise not_found("lease", lease)
    if held["fence"] != submission.fence:
        raise wrong_fence()
    draw = await draw_store.lock(tx, organization, held["task"], lease)
    state = await draw_store.write_answer(
        tx, organization, lease, held, principal.labeler, submission.label, submission.digest
    )
    if draw is not None:
        await _compare(engine, tx, principal, draw, held["ontology_version"], submission)
    await record.audit(
        tx,
        principal,
        "lease.audit",
        lease,
        task=str(held["task"]),
        counted=draw is not None,
        sha256=submission.digest.hex(),
    )
    return (state, draw["snapshot"]) if draw is not None else (None, None)


async def _check_key(tx: Connection, principal: Principal, key: str, submission: Submission) -> None:
    """A key means one request. Raises ``Invalid`` (``idempotency.mismatch``)."""
    await record.lock_key(tx, principal, key)
    request = submission.lease.bytes + submission.fence.to_bytes(8) + submission.digest
    stored = await record.stored_answer(tx, principal, key)
    if stored is None:
        answer = record.StoredAnswer(digest=request, status=200, body="null")
        await record.store_answer(tx, principal, key, answer)
    elif stored.digest != request:
        raise key_mismatch()


def likeness(schema: Schema, label: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, float]:
    """How like the auditor's answer a label is, by question: 0 where only one of them answers it."""
    return {
        name: schema.kinds[name].similarity(label[name], answer[name])
        if name in label and name in answer
        else 0.0
        for name in schema.kinds
        if name in label or name in answer
    }


def is_wrong(
    schema: Schema, answer: Mapping[str, Any], alike: Mapping[str, float], least_similarity: float
) -> bool:
    """Whether a label is wrong somewhere: class-valued answers must be the same, others alike enough."""
    return any(
        found < (1.0 if name in answer and schema.kinds[name].ballots(answer[name]) else least_similarity)
        for name, found in alike.items()
    )


async def _compare(
    engine: Engine, tx: Connection, principal: Principal, draw: Any, version: int, submission: Submission
) -> None:
    schema = await engine.schema(tx, principal.organization, draw["project"], version)
    answer = orjson.loads(submission.label)
    alike = likeness(schema, orjson.loads(draw["label"]), answer)
    await draw_store.answer(
        tx,
        principal.organization,
        draw,
        annotation=submission.lease,
        auditor=principal.labeler,
        similarity=alike,
        wrong=is_wrong(schema, answer, alike, draw["least_similarity"]),
    )
    await record.feed(
        tx,
        principal.organization,
        EventKind.SNAPSHOT_AUDITED,
        draw["project"],
        draw["snapshot"],
        number=draw["number"],
    )


def _check_repeat(earlier: Any, submission: Submission) -> None:
    if earlier["fence"] != submission.fence:
        raise wrong_fence()
    if earlier["digest"] != submission.digest:
        raise Conflict(
            "submit.conflict",
            "another label was submitted for this lease",
            extra={"annotation": str(submission.lease)},
        )
