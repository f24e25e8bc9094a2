"""What time makes worthless is deleted, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg

from assay.store import session, upkeep

if TYPE_CHECKING:
    from assay.domain.labeler import Principal
    from assay.service.engine import Engine


async def test_old_attempts_go_and_fresh_ones_stay(engine: Engine, database_dsn: str) -> None:
    old, fresh = b"old", b"fresh"
    async with engine.database.system() as tx:
        await session.insert_attempts(tx, [old, fresh])
    owner = await asyncpg.connect(database_dsn)
    await owner.execute("UPDATE login_attempt SET at = at - interval '2 hours' WHERE email_sha256 = $1", old)
    async with engine.database.system() as tx:
        await upkeep.forget(tx)
    left = await owner.fetch("SELECT email_sha256 FROM login_attempt")
    await owner.close()
    assert [row["email_sha256"] for row in left] == [fresh]


async def test_ended_sessions_and_old_links_go(
    engine: Engine, founded: tuple[Principal, str], database_dsn: str
) -> None:
    admin, _ = founded
    async with engine.database.system() as tx:
        for name, seconds in ((b"ended", -1), (b"live", 60)):
            await session.insert(tx, name, admin.organization, admin.labeler, seconds, by_link=False)
        for name, seconds in ((b"ancient", -2 * 86_400), (b"recent", 60)):
            await session.insert_link(tx, name, admin.organization, admin.labeler, seconds)
        await upkeep.forget(tx)
    owner = await asyncpg.connect(database_dsn)
    sessions = await owner.fetch("SELECT id_sha256 FROM session")
    links = await owner.fetch("SELECT token_sha256 FROM login_link")
    await owner.close()
    assert [row["id_sha256"] for row in sessions] == [b"live"]
    assert [row["token_sha256"] for row in links] == [b"recent"]
