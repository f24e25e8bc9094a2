"""The audit's seals: written by the worker, held against rows and checkpoints by whoever doubts."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

from assay.domain.audit import AuditRow, Checkpoint, Head, Seal, Verdict
from assay.service.engine import Engine
from assay.store import audit as audit_store
from assay.store.database import Connection

SEALED_AT_ONCE = 2_000
LATE_COMMIT_SECS = 3_600.0
"""How far back a look goes: a row whose transaction was open for longer is found at the next start."""
MAX_FAULTS = 100
CHECKPOINTS = "audit"
"""The folder of checkpoints in the blob store."""


class Sealing:
    """Numbers and chains what was committed; one for each worker. The first look goes over everything."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque([(float("-inf"), 0)])

    async def look_after(self, engine: Engine) -> bool:
        """Seal what there is, of each organisation in turn."""
        async with engine.database.system() as tx:
            newest = await audit_store.newest(tx)
            organizations = await audit_store.unsealed_organizations(tx, self._seen[0][1])
        for organization in organizations:
            while await self._seal(engine, organization) == SEALED_AT_ONCE:
                pass
        self._seen.append((engine.monotonic(), newest))
        while len(self._seen) > 1 and self._seen[1][0] < engine.monotonic() - LATE_COMMIT_SECS:
            self._seen.popleft()
        return False

    async def _seal(self, engine: Engine, organization: UUID) -> int:
        async with engine.database.transaction(organization) as tx:
            head = await audit_store.head(tx, organization)
            rows = await audit_store.unsealed(tx, organization, self._seen[0][1], SEALED_AT_ONCE)
            seals: list[Seal] = []
            for row in rows:
                head, seal = head.seal(row.seq, row.leaf(organization))
                seals.append(seal)
            await audit_store.seal(tx, organization, seals, head)
        return len(rows)


async def keep_checkpoints(engine: Engine) -> bool:
    """Write a checkpoint of every chain that grew into the blob store, outside the database."""
    async with engine.database.system() as tx:
        heads = await audit_store.heads(tx, not_kept=True)
    for organization, head in heads.items():
        checkpoint = head.checkpoint(organization)
        await engine.blobs.write(checkpoint_path(checkpoint), _once(checkpoint.to_json()))
        async with engine.database.transaction(organization) as tx:
            await audit_store.kept(tx, organization, checkpoint.size)
    return False


def checkpoint_path(checkpoint: Checkpoint) -> str:
    """Where a checkpoint lies in the blob store; the names sort as the audit grew."""
    return f"{CHECKPOINTS}/{checkpoint.organization}/{checkpoint.size:020}.json"


async def verify(tx: Connection, organization: UUID, checkpoints: Sequence[Checkpoint]) -> Verdict:
    """Hold the rows against their seals, and the seals against checkpoints (system role, repeatable read).

    Finds rows that were edited or deleted, seals that were taken out or written anew, and an end that was
    cut off from both, as far as a checkpoint knew of it.
    """
    head = Head()
    faults: list[str] = []
    ours = (each for each in checkpoints if each.organization == organization and each.size > 0)
    due = sorted(ours, key=lambda each: each.size)
    number = 0
    async for seal, row in audit_store.sealed(tx, organization):
        head, expected = head.seal(seal.seq, seal.leaf)
        faults += _faults_of(organization, number, expected, seal, row)
        # What comes next is held against what is there, so that one fault is told once.
        number, head = seal.number, replace(head, link=seal.link)
        while due and due[0].size <= head.tree.size:
            faults += _differences(due.pop(0), head)
    faults += [f"the end was cut off: row {each.size} was sealed, and {number} are there" for each in due]
    unsealed = await audit_store.count_unsealed(tx, organization)
    return Verdict(organization=organization, sealed=number, unsealed=unsealed, faults=faults[:MAX_FAULTS])


def _faults_of(
    organization: UUID, number: int, expected: Seal, seal: Seal, row: AuditRow | None
) -> list[str]:
    faults = []
    if seal.number != number + 1:
        faults.append(f"the seals {number + 1} to {seal.number - 1} were taken out")
    elif expected.link != seal.link:
        faults.append(f"the seal {seal.number} does not follow from the one before it")
    if row is None:
        faults.append(f"row {seal.number} (seq {seal.seq}) was deleted")
    elif row.leaf(organization) != seal.leaf:
        faults.append(f"row {seal.number} (seq {seal.seq}) was edited")
    return faults


def _differences(checkpoint: Checkpoint, head: Head) -> list[str]:
    """What a checkpoint says against the chain up to its size."""
    found = head.checkpoint(checkpoint.organization)
    if found == checkpoint:
        return []
    return [f"the first {checkpoint.size} rows are not those of the checkpoint: they were written anew"]


async def _once(raw: bytes) -> AsyncIterator[bytes]:
    yield raw
