"""Leases: claim, hold, give back, submit. Claim and submit are one round trip to the database each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from assay.domain.draft import apply_steps
from assay.domain.item import FieldFacts
from assay.domain.labeler import Principal, Role
from assay.domain.lease import (
    AUDIT,
    EXPIRED,
    MAX_CLAIM,
    MAX_OPERATIONS,
    MAX_REASON_CHARS,
    Draft,
    DraftRevision,
    HeldLease,
    LeasedItem,
    NewOperations,
    Prolonged,
    Released,
)
from assay.errors import AssayError, Conflict, Invalid, NotFound, TooMany
from assay.service.access import not_found, project_of
from assay.service.engine import Engine, Leased, Marks
from assay.service.vote import check_vote
from assay.store import lease as lease_store
from assay.store import task as task_store
from assay.store.database import Connection
from assay.store.lease import Submission
from assay.store.queries import stored_json

MAX_REMEMBERED_CHARS = 20_000


@dataclass(frozen=True, kw_only=True)
class Idempotency:
    """A request's key, if it has one, and the digest of its body."""

    key: str | None = None
    digest: bytes = b""


async def claim(
    engine: Engine, principal: Principal, project: UUID, count: int, once: Idempotency
) -> list[dict[str, Any]]:
    """Up to ``count`` leases; an empty list means that there is nothing this labeler may do now.

    Raises ``TooMany`` (``lease.quota``) when the labeler holds all the leases it may.
    """
    if not 1 <= count <= MAX_CLAIM:
        raise Invalid("field.invalid", f"must be 1 to {MAX_CLAIM}", pointer="/count", limit=MAX_CLAIM)
    marks = engine.marks.get((principal.labeler, project)) or Marks()
    outcome = await lease_store.claim(
        engine.database,
        organization=principal.organization,
        project=project,
        labeler=principal.labeler,
        sees_all=principal.sees_all_projects,
        leases=engine.ids.many(count),
        draws=[engine.uniform() for _ in range(count)],
        quota=principal.kind.lease_quota,
        marks=marks.slots,
        held=marks.held,
        after=marks.after,
        key=once.key,
        digest=once.digest,
    )
    match outcome["outcome"]:
        case "granted" | "replay":
            _remember(engine, principal, project, marks, outcome)
            return [
                {key: value for key, value in lease.items() if key != "facts"} for lease in outcome["leases"]
            ]
        case "quota":
            raise _full(outcome["limit"])
        case "mismatch":
            raise key_mismatch()
        case _:
            raise not_found("project", project)


async def store_label(
    engine: Engine, principal: Principal, submission: Submission, key: str | None
) -> dict[str, Any]:
    """Take a checked label for its lease. Raises ``Conflict`` when it is too late."""
    outcome = await lease_store.submit(
        engine.database, principal.organization, principal.labeler, submission, key
    )
    _used_up(engine, principal, [(submission, outcome)])
    return settle(principal, submission.lease, outcome)


async def check_submission(
    engine: Engine, principal: Principal, lease: UUID, fence: int, label: Any, pointer: str
) -> Submission:
    """A label checked against its lease's ontology version and item, ready to be stored."""
    leased = engine.leased.get((principal.labeler, lease))
    schema = engine.schemas.get((leased.project, leased.ontology_version)) if leased else None
    if leased is None or schema is None:
        async with engine.database.transaction(principal.organization) as tx:
            leased = leased or await _read_leased(tx, principal, lease)
            schema = await engine.schema(tx, principal.organization, leased.project, leased.ontology_version)
    facts = field_facts(schema.ontology.fields, leased.fields, leased.facts)
    vote = check_vote(schema, label, facts, pointer)
    return Submission(
        lease=lease,
        fence=fence,
        stage=leased.stage,
        label=vote.label,
        digest=vote.digest,
        ballots=vote.ballots,
        structured=vote.structured,
    )


def settle(principal: Principal, lease: UUID, outcome: dict[str, Any]) -> dict[str, Any]:
    """The answer for an outcome of a submit, or the error it means."""
    match outcome["outcome"]:
        case "accepted" | "existing":
            state = outcome["task_state"] if principal.role.covers(Role.REVIEWER) else "submitted"
            return {"annotation": outcome["annotation"], "task_state": state}
        case "lost":
            raise Conflict(
                "lease.lost",
                "the lease ended and its slot is no longer free",
                extra={"annotation": outcome["annotation"], "counted": False},
            )
        case "conflict":
            raise Conflict(
                "submit.conflict",
                "another label was submitted for this lease",
                extra={"annotation": outcome["annotation"]},
            )
        case "fence":
            raise wrong_fence()
        case "mismatch":
            raise key_mismatch()
        case _:
            raise not_found("lease", lease)


async def submit_many(
    engine: Engine, principal: Principal, lines: Sequence[tuple[UUID, int, Any]]
) -> list[dict[str, Any] | AssayError]:
    """Take many labels in one transaction: for each an answer, or the error that refused it alone."""
    results: list[dict[str, Any] | AssayError] = []
    checked: list[tuple[int, Submission]] = []
    for index, (lease, fence, label) in enumerate(lines):
        try:
            submission = await check_submission(engine, principal, lease, fence, label, "/label")
            if submission.stage == AUDIT:
                raise Invalid("field.invalid", "an audit is submitted by itself", pointer="/lease")
            checked.append((index, submission))
            results.append({})
        except (Invalid, NotFound) as error:
            results.append(error)
    if checked:
        outcomes = await lease_store.submit_many(
            engine.database,
            principal.organization,
            principal.labeler,
            [submission for _, submission in checked],
        )
        settled = [(index, one, outcome) for (index, one), outcome in zip(checked, outcomes, strict=True)]
        _used_up(engine, principal, [(one, outcome) for _, one, outcome in settled])
        for index, submission, outcome in settled:
            try:
                results[index] = settle(principal, submission.lease, outcome)
            except (Conflict, NotFound) as error:
                results[index] = error
    return results


async def heartbeat(tx: Connection, principal: Principal, lease: UUID) -> Prolonged:
    """Prolong a live lease."""
    until = await lease_store.heartbeat(tx, principal.organization, lease, principal.labeler)
    if until is None:
        raise await _not_live(tx, principal, lease)
    return Prolonged(lease=lease, expires_at=until)


async def release(tx: Connection, principal: Principal, lease: UUID, reason: str) -> Released:
    """Give a lease back; a lease that already ended is given back already."""
    if not reason.strip() or len(reason) > MAX_REASON_CHARS:
        raise Invalid(
            "field.invalid",
            f"a reason has 1 to {MAX_REASON_CHARS} characters",
            pointer="/reason",
            limit=MAX_REASON_CHARS,
        )
    if reason == EXPIRED:
        raise Invalid("field.invalid", f"{EXPIRED!r} is said of leases that ran out", pointer="/reason")
    if not await lease_store.release(tx, principal.organization, lease, principal.labeler, reason):
        await _read_leased(tx, principal, lease)
    return Released(lease=lease)


async def my_leases(
    tx: Connection, principal: Principal, project: UUID, after: UUID, limit: int
) -> list[HeldLease]:
    """Up to ``limit`` of the principal's live leases in a project, oldest first, after a lease."""
    await project_of(tx, principal, project)
    rows = await lease_store.mine(tx, principal.organization, project, principal.labeler, after, limit)
    return [
        HeldLease(
            lease=row["lease"],
            fence=row["fence"],
            task=row["task"],
            stage=row["stage"],
            item=LeasedItem(
                id=row["item"],
                external_id=row["external_id"],
                fields=stored_json(row["fields"]),
                metadata=stored_json(row["metadata"]),
            ),
            ontology_version=row["ontology_version"],
            expires_at=row["until"],
        )
        for row in rows
    ]


async def draft(tx: Connection, principal: Principal, lease: UUID) -> Draft:
    """The labeler's draft for the lease's task, with its revision."""
    target = await _find_target(tx, principal, lease)
    label, revision = await lease_store.find_draft(tx, principal.organization, principal.labeler, target.task)
    return Draft(label=label, revision=revision)


async def edit_draft(tx: Connection, principal: Principal, lease: UUID, edit: NewOperations) -> DraftRevision:
    """Apply operations to the draft. Those applied before are passed over, so a repeat changes nothing.

    Raises ``Conflict`` (``draft.conflict``) when new operations were made on another revision.
    """
    _check_operations(edit)
    target = await _find_target(tx, principal, lease)
    whose = (principal.organization, principal.labeler, target.task)
    await lease_store.begin_draft(tx, *whose, target.ontology_version)
    label, revision = await lease_store.find_draft(tx, *whose)
    known = await lease_store.known_operations(tx, *whose, [operation.id for operation in edit.operations])
    fresh = [(n, operation) for n, operation in enumerate(edit.operations) if operation.id not in known]
    if not fresh:
        return DraftRevision(revision=revision)
    if edit.base + len(known) != revision:
        raise Conflict(
            "draft.conflict",
            f"the draft is at revision {revision}",
            pointer="/base",
            extra={"revision": revision},
        )
    for index, operation in fresh:
        label = apply_steps(label, operation.forward, f"/operations/{index}/forward")
        apply_steps(label, operation.inverse, f"/operations/{index}/inverse")
        revision += 1
        await lease_store.insert_operation(
            tx, *whose, operation.id, revision, operation.forward, operation.inverse
        )
    await lease_store.save_draft(tx, *whose, target.ontology_version, revision, label)
    return DraftRevision(revision=revision)


def _check_operations(edit: NewOperations) -> None:
    if len(edit.operations) > MAX_OPERATIONS:
        raise Invalid(
            "limit.exceeded",
            f"at most {MAX_OPERATIONS} operations at once",
            pointer="/operations",
            limit=MAX_OPERATIONS,
        )
    seen: set[UUID] = set()
    for index, operation in enumerate(edit.operations):
        if operation.id in seen:
            raise Invalid(
                "field.invalid", "each operation has an id of its own", pointer=f"/operations/{index}/id"
            )
        seen.add(operation.id)


def field_facts(types: Any, fields: dict[str, Any], media: dict[str, Any] | None) -> dict[str, FieldFacts]:
    """What labels on an item are checked against, by field name."""
    facts = {}
    for name, field_type in types.items():
        measured = (media or {}).get(name, {})
        value = fields.get(name)
        facts[name] = FieldFacts(
            type=field_type,
            text=value if isinstance(value, str) else None,
            width=measured.get("width"),
            height=measured.get("height"),
        )
    return facts


async def check_quota(tx: Connection, principal: Principal, project: UUID) -> int:
    """How many leases more this labeler may hold here; until the transaction ends nobody else counts.

    Raises ``TooMany`` (``lease.quota``) at none.
    """
    quota = principal.kind.lease_quota
    held = await task_store.count_leases(tx, principal.organization, project, principal.labeler)
    if held >= quota:
        raise _full(quota)
    return quota - held


def _full(quota: int) -> TooMany:
    return TooMany(
        "lease.quota",
        f"you hold {quota} leases in this project, the most you may",
        limit=quota,
        retry_after_secs=1,
    )


def wrong_fence() -> Conflict:
    """The refusal of a fence that is not the lease's."""
    return Conflict("lease.fence", "this is not the lease's fence", pointer="/fence")


def key_mismatch() -> Invalid:
    """The refusal of a key that came before with another request."""
    return Invalid("idempotency.mismatch", "this Idempotency-Key was used for another request")


def _remember(
    engine: Engine, principal: Principal, project: UUID, marks: Marks, outcome: dict[str, Any]
) -> None:
    if outcome["outcome"] == "granted":
        raised = {int(rank): seq for rank, seq in outcome["marks"].items()}
        fences = [*outcome["held"], *(lease["fence"] for lease in outcome["leases"])]
        engine.marks.put((principal.labeler, project), marks.granted(raised, fences))
    for lease in outcome["leases"]:
        fields = lease["item"]["fields"]
        if sum(len(value) for value in fields.values() if isinstance(value, str)) <= MAX_REMEMBERED_CHARS:
            engine.leased.put(
                (principal.labeler, UUID(lease["lease"])),
                Leased(
                    project=project,
                    stage="label",
                    ontology_version=lease["ontology_version"],
                    fields=fields,
                    facts=lease["facts"],
                ),
            )


def _used_up(
    engine: Engine, principal: Principal, settled: Sequence[tuple[Submission, dict[str, Any]]]
) -> None:
    """Leases that a label was taken for are no longer held."""
    by_project: dict[UUID, set[int]] = defaultdict(set)
    for submission, outcome in settled:
        leased = engine.leased.get((principal.labeler, submission.lease))
        if leased is not None and outcome["outcome"] == "accepted":
            by_project[leased.project].add(submission.fence)
    for project, fences in by_project.items():
        marks = engine.marks.get((principal.labeler, project))
        if marks is not None:
            engine.marks.put((principal.labeler, project), marks.without(fences))


async def _find_target(tx: Connection, principal: Principal, lease: UUID) -> lease_store.LeaseTarget:
    target = await lease_store.find_target(tx, principal.organization, lease, principal.labeler)
    if target is None:
        raise not_found("lease", lease)
    return target


async def _read_leased(tx: Connection, principal: Principal, lease: UUID) -> Leased:
    target = await _find_target(tx, principal, lease)
    return Leased(
        project=target.project,
        stage=target.stage,
        ontology_version=target.ontology_version,
        fields=target.fields,
        facts=target.facts,
    )


async def _not_live(tx: Connection, principal: Principal, lease: UUID) -> AssayError:
    await _find_target(tx, principal, lease)
    return Conflict("lease.lost", "the lease has ended; a submit still counts while its slot is free")
