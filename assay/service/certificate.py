"""Certificates: how right a snapshot is, from an audit that was drawn by design.

What is drawn, and with what chance, is fixed by the snapshot's own probabilities before anybody looks; what
follows from the answers is ``assay.quality.certificate``. Only answers without a gap before them count, so
that hard items that nobody answers yet cannot flatter the result.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import orjson
from numpy.typing import NDArray

from assay.domain.certificate import (
    DEFAULT_CONFIDENCE,
    DEFAULT_LEAST_SIMILARITY,
    Audit,
    AuditDesign,
    AuditedStratum,
    BoundPoint,
    Certificate,
    CertificateState,
    NewAudit,
    Slice,
)
from assay.domain.labeler import Principal, Role
from assay.domain.snapshot import Snapshot
from assay.errors import Conflict, Invalid
from assay.quality.certificate import AuditPlan, certified_so_far, certify, narrow, plan_audit, strata_of
from assay.service.access import require
from assay.service.engine import Engine
from assay.service.signing import sign
from assay.service.snapshot import find_snapshot
from assay.service.snapshot_lines import Errors, indexed_errors, lines_at, members, predicted_errors
from assay.store import certificate as certificate_store
from assay.store import draw as draw_store
from assay.store import record
from assay.store.blob import key
from assay.store.certificate import AuditRow
from assay.store.database import Connection
from assay.store.draw import DrawRow, NewDraw

T = TypeVar("T")
VERSION = 1
FLOOR, STRATA = 0.7, 20
"""As measured in ``docs/why/certificate.md``."""
SHOWN_STRATA = 5
SHOWN_POINTS = 100
MAX_SNAPSHOT_BYTES = 64 << 30
SAMPLING = "weighted without replacement, by strata of predicted error"
METHOD = (
    "betting against every share of errors, valid after any number of looks; half of the capital with "
    "prediction-powered inference"
)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """An audit ready to be written down."""

    seed: bytes
    predicted: str
    items: int
    draws: Sequence[NewDraw]


async def draw_audit(engine: Engine, principal: Principal, snapshot: UUID, new: NewAudit) -> Drawn:
    """Draw items of a snapshot, for managers. The same again gives the same, and more of it when asked for.

    Reads all the snapshot's lines once, outside any transaction. Raises ``Conflict`` (``snapshot.empty``)
    where there is nothing but gold.
    """
    require(principal, Role.MANAGER)
    async with engine.database.transaction(principal.organization) as tx:
        found = await find_snapshot(tx, principal, snapshot)
        begun = await certificate_store.find(tx, principal.organization, snapshot)
        before = await draw_store.of_snapshot(tx, principal.organization, snapshot)
    # Derived, so that two who ask at once draw the same; nobody who labels can foresee it.
    seed = begun.seed if begun else engine.secrets.mac("audit-seed", snapshot.bytes)[:16]
    errors, draws = await _read(
        engine, principal.organization, found, lambda path: _drawn(path, seed, before, new.audits)
    )
    if not len(errors):
        raise Conflict("snapshot.empty", "the snapshot holds nothing but gold")
    blob = await engine.blobs.put(str(principal.organization), _once(errors.astype("<f4").tobytes()))
    return Drawn(seed=seed, predicted=blob.sha256, items=len(errors), draws=draws)


def _drawn(path: Path, seed: bytes, before: Sequence[DrawRow], audits: int) -> tuple[Errors, list[NewDraw]]:
    """The predicted errors of a snapshot's items, and what is drawn of them beyond what was."""
    errors, places = indexed_errors(path)
    if not len(errors):
        return errors, []
    order = _plan(errors, seed, before).order[: min(audits, len(errors))]
    fresh = order[len(before) :]
    draws = [
        NewDraw(number=number, item=int(item), task=UUID(line["task"]), label=line["label"])
        for number, (item, line) in enumerate(
            zip(fresh, lines_at(path, places[fresh].tolist()), strict=True), start=len(before) + 1
        )
    ]
    return errors, draws


async def begin_audit(
    tx: Connection, principal: Principal, snapshot: UUID, new: NewAudit, drawn: Drawn
) -> Audit:
    """Have drawn items audited. Raises ``Conflict`` (``existing``) where it was settled otherwise before."""
    organization = principal.organization
    found = await find_snapshot(tx, principal, snapshot)
    await certificate_store.begin(
        tx,
        organization,
        snapshot,
        project=found.project,
        seed=drawn.seed,
        predicted=drawn.predicted,
        items=drawn.items,
        confidence=new.confidence or DEFAULT_CONFIDENCE,
        target=new.target,
        least_similarity=_or(new.least_similarity, DEFAULT_LEAST_SIMILARITY),
        created_by=principal.labeler,
    )
    begun = await certificate_store.lock(tx, organization, snapshot)
    if begun is None:
        raise RuntimeError("a certificate that was begun is gone")
    _check_settled(begun, new)
    await draw_store.insert(tx, organization, snapshot, found.project, drawn.draws)
    audits = max(begun.audits, min(new.audits, drawn.items))
    target = _or(new.target, begun.target)
    if (audits, target) != (begun.audits, begun.target):
        await certificate_store.grow(tx, organization, snapshot, audits, target)
        await record.audit(tx, principal, "snapshot.audit", snapshot, audits=audits, target=target)
    return Audit(
        snapshot=snapshot,
        project=found.project,
        items=begun.items,
        audits=audits,
        target=target,
        confidence=begun.confidence,
        least_similarity=begun.least_similarity,
        created_at=begun.created_at,
    )


async def certificate(
    engine: Engine, principal: Principal, snapshot: UUID, part: str | None
) -> dict[str, Any]:
    """The signed certificate of a snapshot or a slice, in JSON's terms. For reviewers and above.

    The same evidence gives the same bytes. Raises ``Invalid`` (``field.invalid``) at a slice without items.
    """
    require(principal, Role.REVIEWER)
    wanted = Slice.parse(part) if part is not None else None
    async with engine.database.transaction(principal.organization) as tx:
        found = await find_snapshot(tx, principal, snapshot)
        audit = await certificate_store.find(tx, principal.organization, snapshot)
        draws = await draw_store.of_snapshot(tx, principal.organization, snapshot)
    inside: NDArray[np.bool_] | None = None
    if wanted is not None:
        inside = await _read(engine, principal.organization, found, lambda path: members(path, wanted))
        if not inside.any():
            raise Invalid("field.invalid", f"no item of the snapshot is in {part!r}", pointer="/slice")
    if audit is None:
        errors = await _read(engine, principal.organization, found, predicted_errors)
    else:
        errors = await _kept_errors(engine, principal.organization, audit)
    if not len(errors):
        raise Conflict("snapshot.empty", "the snapshot holds nothing but gold")
    facts = Facts(
        organization=principal.organization,
        snapshot=found,
        part=part,
        audit=audit,
        draws=draws,
        errors=errors,
    )
    made = await asyncio.to_thread(facts.certificate, inside)
    document: dict[str, Any] = orjson.loads(orjson.dumps(made, default=str))
    del document["signature"]
    return document | {"signature": asdict(sign(engine.secrets, document))}


async def end_at_target(engine: Engine, organization: UUID, snapshot: UUID) -> None:
    """End an audit whose target is certain by now; without a target nothing happens."""
    async with engine.database.transaction(organization) as tx:
        audit = await certificate_store.find(tx, organization, snapshot)
        draws = await draw_store.of_snapshot(tx, organization, snapshot)
    if audit is None or audit.target is None or audit.reached:
        return
    plan = _plan(await _kept_errors(engine, organization, audit), audit.seed, draws)
    found = await asyncio.to_thread(certify, plan, _leading(draws), confidence=audit.confidence)
    if found.low >= audit.target:
        async with engine.database.transaction(organization) as tx:
            await certificate_store.reach(tx, organization, snapshot)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a certificate is made from."""

    organization: UUID
    snapshot: Snapshot
    part: str | None
    audit: AuditRow | None
    draws: Sequence[DrawRow]
    errors: Errors

    def certificate(self, inside: NDArray[np.bool_] | None) -> Certificate:
        """The certificate, without its signature, of all items or of those ``inside`` (N,)."""
        plan = _plan(self.errors, self.audit.seed if self.audit else b"", self.draws)
        draws = [draw for draw in self.draws if inside is None or inside[draw.item]]
        if inside is not None:
            plan = narrow(plan, inside)
        wrong = _leading(draws)
        counted = draws[: len(wrong)]
        confidence = self.audit.confidence if self.audit else DEFAULT_CONFIDENCE
        found = certify(plan, wrong, confidence=confidence)
        known = len(wrong) > 0
        state = self._state(draws, len(wrong))
        return Certificate(
            version=VERSION,
            state=state,
            statement=_statement(found.low if known else None, confidence, plan, wrong),
            organization=self.organization,
            project=self.snapshot.project,
            snapshot=self.snapshot.id,
            sha256=self.snapshot.sha256,
            slice=self.part,
            items=len(plan.order),
            audited=len(wrong),
            wrong=sum(wrong),
            waiting=sum(draw.wrong is not None for draw in draws) - len(wrong),
            auditors=len({draw.auditor for draw in counted}),
            accuracy=found.accuracy if known else None,
            low=found.low if known else None,
            high=found.high if known else None,
            confidence=confidence,
            low_without_model=found.low_without_model if known else None,
            predicted_accuracy=float(1 - plan.predicted_error.mean()),
            method=METHOD,
            design=self._design(),
            history=_history(plan, wrong, confidence),
            strata=_strata(plan, wrong),
            as_of=max((draw.answered_at for draw in counted if draw.answered_at), default=self._began()),
        )

    def _state(self, draws: Sequence[DrawRow], counted: int) -> CertificateState:
        if self.audit is None or (not counted and not any(draw.wrong is not None for draw in draws)):
            return "unaudited"
        return "complete" if self.audit.reached or counted == len(draws) else "auditing"

    def _design(self) -> AuditDesign | None:
        if self.audit is None:
            return None
        return AuditDesign(
            sampling=SAMPLING,
            floor=FLOOR,
            strata=STRATA,
            seed=self.audit.seed.hex(),
            drawn=self.audit.audits,
            least_similarity=self.audit.least_similarity,
            target=self.audit.target,
        )

    def _began(self) -> Any:
        return self.audit.created_at if self.audit else self.snapshot.created_at


def _plan(errors: Errors, seed: bytes, draws: Sequence[DrawRow]) -> AuditPlan:
    """The audit's order: what was drawn first, then the rest as the seed has it.

    The bounds ask only for the order of what was drawn: they do not rest on how numbers are made of a seed.
    """
    rng = np.random.default_rng(int.from_bytes(seed))
    drawn = np.array([draw.item for draw in draws], dtype=np.int64)
    plan = plan_audit(errors.astype(np.float64), rng=rng, floor=FLOOR, n_strata=STRATA)
    if np.array_equal(plan.order[: len(drawn)], drawn):
        return plan
    again = np.random.default_rng([int.from_bytes(seed), len(drawn)])
    return plan_audit(errors.astype(np.float64), rng=again, floor=FLOOR, n_strata=STRATA, drawn=drawn)


def _leading(draws: Sequence[DrawRow]) -> list[int]:
    """What was found of the first draws, up to the first that nobody answered."""
    found = []
    for draw in draws:
        if draw.wrong is None:
            break
        found.append(int(draw.wrong))
    return found


def _history(plan: AuditPlan, wrong: Sequence[int], confidence: float) -> list[BoundPoint]:
    """How the bounds narrowed, at no more than so many looks, the last among them."""
    if not wrong:
        return []
    low, high = certified_so_far(plan, wrong, confidence=confidence)
    looks = np.unique(np.linspace(1, len(wrong), min(SHOWN_POINTS, len(wrong))).astype(np.int64))
    return [BoundPoint(audited=n, low=float(low[n - 1]), high=float(high[n - 1])) for n in looks.tolist()]


def _strata(plan: AuditPlan, wrong: Sequence[int]) -> list[AuditedStratum]:
    """Predicted errors beside those found, in a few groups of about as many items."""
    group = strata_of(plan.predicted_error, SHOWN_STRATA)
    looked = plan.order[: len(wrong)]
    return [
        AuditedStratum(
            predicted_error=float(plan.predicted_error[inside].mean()),
            items=int(inside.sum()),
            audited=int(inside[looked].sum()),
            wrong=int(np.asarray(wrong, dtype=np.int64)[inside[looked]].sum()),
        )
        for inside in (group == each for each in np.unique(group))
    ]


def _statement(low: float | None, confidence: float, plan: AuditPlan, wrong: Sequence[int]) -> str:
    """The certificate in a sentence. The bound is rounded down: it claims no more than is certain."""
    items = f"{len(plan.order):,}"
    if low is None:
        guess = 1 - plan.predicted_error.mean()
        return (
            f"Nobody has audited these {items} labels yet, so nothing is certain of them. Their own "
            f"probabilities predict that {guess:.1%} are right, which is a guess and no bound."
        )
    return (
        f"At least {math.floor(low * 1000) / 10:.1f}% of these {items} labels are right, with "
        f"{100 * confidence:.4g}% confidence: {len(wrong):,} were audited, and {sum(wrong):,} of those were "
        "wrong."
    )


def _check_settled(begun: AuditRow, new: NewAudit) -> None:
    for name in ("confidence", "least_similarity"):
        asked = getattr(new, name)
        if asked is not None and asked != getattr(begun, name):
            raise Conflict(
                "existing",
                f"the audit was begun with a {name} of {getattr(begun, name)}: what was looked at once is "
                "looked at for good",
                pointer=f"/{name}",
            )


async def _kept_errors(engine: Engine, organization: UUID, audit: AuditRow) -> Errors:
    """The predicted errors as they were when the audit began."""
    opened = await engine.blobs.read(str(organization), audit.predicted)
    return np.frombuffer(b"".join([chunk async for chunk in opened.chunks]), dtype="<f4")


async def _read(engine: Engine, organization: UUID, snapshot: Snapshot, look: Callable[[Path], T]) -> T:
    """What a look at a snapshot's lines finds, in a thread."""
    path = key(str(organization), snapshot.sha256)
    async with engine.blobs.as_file(path, max_bytes=MAX_SNAPSHOT_BYTES) as lines:
        return await asyncio.to_thread(look, lines)


async def _once(raw: bytes) -> AsyncIterator[bytes]:
    yield raw


def _or(given: float | None, default: float | None) -> Any:
    return default if given is None else given
