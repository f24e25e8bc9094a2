"""``/v1/system/durability``: as the database has it, for admins."""

from __future__ import annotations

from typing import Any

from assay.domain.labeler import Role


async def test_it_tells_the_truth_even_when_that_is_bad(rest: Any) -> None:
    """The tests' own PostgreSQL has fsync off, and must not be called durable."""
    told = (await rest.get("/v1/system/durability")).json()
    assert told["level"] == "none"
    assert told["database"]["fsync"] is False
    assert told["database"]["synchronous_commit"] == "off"
    assert told["archive"] is None
    assert told["last_backup"] is None
    assert "power cut" in told["warnings"][0]
    assert told["audit"]["sealed"] + told["audit"]["waiting"] >= 0


async def test_it_is_for_admins(rest: Any, refused: Any) -> None:
    manager = await rest.labeler("Mia", role=Role.MANAGER)
    refused(await manager.get("/v1/system/durability"), 403, "role.forbidden")
