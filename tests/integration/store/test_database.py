"""The pools: a process may start before its database does."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from assay.errors import Unavailable
from assay.store.database import Database


async def test_pools_are_made_while_the_database_is_away_and_say_so_when_asked(tmp_path: Path) -> None:
    dsn = f"postgresql://assay_app:secret@/assay?host={tmp_path}"
    database = await Database.connect(dsn, dsn)
    with pytest.raises(Unavailable) as told:
        async with database.transaction(uuid4()):
            pass
    assert told.value.code == "database.unavailable"
    with pytest.raises(Unavailable):
        async with database.system():
            pass
    await database.close()
