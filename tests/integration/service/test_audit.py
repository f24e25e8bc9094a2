"""What was really done to the audit's rows is found: edited, deleted, cut off, written anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from assay.domain.audit import Checkpoint
from assay.domain.labeler import LabelerKind, NewLabeler, Principal, Role
from assay.service import identity
from assay.service.audit import CHECKPOINTS, Sealing, checkpoint_path, keep_checkpoints, verify
from assay.service.engine import Engine
from assay.store import audit as audit_store


@pytest.fixture
async def admin(engine: Engine, founded: tuple[Principal, str]) -> Principal:
    """An organisation whose audit holds seven sealed rows."""
    await act(engine, founded[0], 7)
    await Sealing().look_after(engine)
    return founded[0]


@pytest.fixture
async def owner(database_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Whoever may do everything."""
    connection = await asyncpg.connect(database_dsn)
    yield connection
    await connection.close()


async def act(engine: Engine, admin: Principal, times: int) -> None:
    """Do what the audit tells of."""
    async with engine.database.transaction(admin.organization) as tx:
        for number in range(times):
            name = f"{engine.ids.new()} {number}"
            new = NewLabeler(name=name, kind=LabelerKind.PERSON, role=Role.LABELER)
            await identity.create_labeler(engine, tx, admin, new)


async def checkpoint_of(engine: Engine, admin: Principal) -> Checkpoint:
    async with engine.database.system() as tx:
        return (await audit_store.heads(tx, not_kept=False))[admin.organization].checkpoint(
            admin.organization
        )


async def faults(engine: Engine, admin: Principal, *checkpoints: Checkpoint) -> list[str]:
    async with engine.database.system() as tx:
        return (await verify(tx, admin.organization, checkpoints)).faults


async def test_a_whole_audit_is_found_whole_as_it_grows(engine: Engine, admin: Principal) -> None:
    sealing, kept = Sealing(), [await checkpoint_of(engine, admin)]
    for times in (1, 3, 4):
        await act(engine, admin, times)
        await sealing.look_after(engine)
        kept.append(await checkpoint_of(engine, admin))
    assert [each.size for each in kept] == [7, 8, 11, 15]
    async with engine.database.system() as tx:
        verdict = await verify(tx, admin.organization, kept)
    assert (verdict.sealed, verdict.unsealed, verdict.faults) == (15, 0, [])


async def test_a_late_commit_is_sealed_in_its_turn(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    sealing = Sealing()
    await sealing.look_after(engine)
    late = owner.transaction()
    await late.start()
    await owner.execute(
        "INSERT INTO audit (organization, action, detail) VALUES ($1, 'late', '{}')", admin.organization
    )
    await act(engine, admin, 2)
    await sealing.look_after(engine)
    await late.commit()
    await sealing.look_after(engine)
    async with engine.database.system() as tx:
        verdict = await verify(tx, admin.organization, [])
    assert (verdict.sealed, verdict.unsealed, verdict.faults) == (10, 0, [])


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("UPDATE audit SET detail = '{}' WHERE seq = $1", "row 4 (seq {seq}) was edited"),
        ("UPDATE audit SET at = at - interval '1 us' WHERE seq = $1", "row 4 (seq {seq}) was edited"),
        ("DELETE FROM audit WHERE seq = $1", "row 4 (seq {seq}) was deleted"),
        ("DELETE FROM audit_seal WHERE seq = $1", "the seals 4 to 4 were taken out"),
        (
            "UPDATE audit_seal SET link = sha256('forged') WHERE seq = $1",
            "the seal 4 does not follow from the one before it",
        ),
    ],
)
async def test_what_was_done_to_one_row_is_named(
    engine: Engine, admin: Principal, owner: asyncpg.Connection, done: str, said: str
) -> None:
    seq = await owner.fetchval("SELECT seq FROM audit_seal WHERE number = 4")
    await owner.execute(done, seq)
    assert said.format(seq=seq) in await faults(engine, admin)


async def test_an_end_that_was_cut_off_everywhere_is_found_by_a_checkpoint(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    kept = await checkpoint_of(engine, admin)
    await owner.execute("DELETE FROM audit WHERE seq IN (SELECT seq FROM audit_seal WHERE number > 5)")
    await owner.execute("DELETE FROM audit_seal WHERE number > 5")
    assert await faults(engine, admin) == []
    assert await faults(engine, admin, kept) == ["the end was cut off: row 7 was sealed, and 5 are there"]


async def test_an_audit_that_was_written_anew_is_found_by_a_checkpoint(
    engine: Engine, admin: Principal, owner: asyncpg.Connection
) -> None:
    kept = await checkpoint_of(engine, admin)
    await owner.execute("UPDATE audit SET action = 'nothing'")
    await owner.execute("DELETE FROM audit_seal")
    await owner.execute("DELETE FROM audit_head")
    await Sealing().look_after(engine)
    assert await faults(engine, admin) == []
    said = "the first 7 rows are not those of the checkpoint: they were written anew"
    assert await faults(engine, admin, kept) == [said]


async def test_checkpoints_are_kept_outside_the_database_once(engine: Engine, admin: Principal) -> None:
    await keep_checkpoints(engine)
    kept = await checkpoint_of(engine, admin)
    opened = await engine.blobs.read_path(checkpoint_path(kept))
    assert Checkpoint.from_json(b"".join([chunk async for chunk in opened.chunks])) == kept
    await keep_checkpoints(engine)
    assert list(await engine.blobs.sizes_below(CHECKPOINTS)) == [checkpoint_path(kept)]


async def test_the_servers_roles_cannot_unseal(engine: Engine, admin: Principal) -> None:
    for statement in ("DELETE FROM audit_seal", "UPDATE audit_seal SET leaf = ''", "DELETE FROM audit_head"):
        for role in (engine.database.transaction(admin.organization), engine.database.system()):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await _try(role, statement)


async def _try(entering: Any, statement: str) -> None:
    async with entering as tx:
        await tx.execute(statement)
