"""``/v1/system``: durability and health as the database has them, for admins."""

from __future__ import annotations

from typing import Any

from assay.api.metrics import GAUGES
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
    for path in ("durability", "health"):
        refused(await manager.get(f"/v1/system/{path}"), 403, "role.forbidden")


async def test_health_names_what_metrics_name(rest: Any) -> None:
    project = await rest.project()
    await rest.add_notes(project, "one", "two")
    await rest.claim(project, 2)
    told = (await rest.get("/v1/system/health")).json()
    assert set(told["queues"]) == set(GAUGES)
    assert told["queues"]["leases_live"] == 2
    assert told["queues"]["backup_age_seconds"] is None
    assert (told["requests_waiting"], told["requests_refused"]) == (0, 0)
