"""An installation's database: made by an owner who is no superuser, refused when it trusts anyone."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from assay.errors import Invalid, Unavailable
from assay.store import installation
from assay.store.cluster import Cluster
from assay.store.migrations import APP_ROLE, role_dsn


async def test_an_owner_without_superuser_rights_makes_everything_twice(data_directory: Path) -> None:
    cluster = Cluster(data_directory, settings={"fsync": "off"})
    await cluster.start()
    try:
        for password in ("first", "second"):
            await installation.ensure_database(cluster.dsn(), password)
            owner = cluster.dsn(installation.DATABASE, user=installation.OWNER_ROLE, password=password)
            await installation.bring_up_to_date(owner, f"roles {password}")
            await installation.check_roles(role_dsn(owner, APP_ROLE, f"roles {password}"))
        assert await installation.bring_up_to_date(owner, "roles second") == []
        await installation.refuse_trust(owner, "wrong")
        await trust_everyone(cluster)
        with pytest.raises(Invalid, match="any password"):
            await installation.refuse_trust(owner, "wrong")
    finally:
        await cluster.stop("immediate")


async def trust_everyone(cluster: Cluster) -> None:
    (cluster.directory / "pg" / "pg_hba.conf").write_text("local all all trust\n")
    connection = await asyncpg.connect(cluster.dsn())
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    while True:  # the postmaster reads it in its own time
        try:
            connection = await asyncpg.connect(cluster.dsn(password="whatever"))
        except asyncpg.InvalidPasswordError:
            continue
        await connection.close()
        return


async def test_a_wrong_url_is_a_sentence(database_dsn: str) -> None:
    wrong = role_dsn(database_dsn, APP_ROLE, "not its password")
    with pytest.raises(Invalid, match="ASSAY_DATABASE_URL") as refused:
        await installation.check_roles(wrong)
    assert "not its password" not in str(refused.value)
    with pytest.raises(Unavailable, match="ASSAY_DATABASE_URL"):
        await installation.bring_up_to_date("postgresql://a:b@/d?host=/nowhere", "x")
