"""How this installation is."""

from __future__ import annotations

from importlib.metadata import version

from assay.domain.health import Health
from assay.domain.labeler import Principal, Role
from assay.service.access import require
from assay.service.engine import Engine
from assay.store import durability as durability_store
from assay.store import lag as lag_store
from assay.store.turns import Rank


async def health(engine: Engine, principal: Principal) -> Health:
    """How far queues lie behind, and who waits. For admins."""
    require(principal, Role.ADMIN)
    async with engine.database.system() as tx:
        now, _, _ = await durability_store.settings(tx)
        queues = await lag_store.lags(tx)
    turns = engine.database.turns
    return Health(
        at=now,
        version=version("assay"),
        queues=queues,
        requests_waiting=sum(turns.waiting(rank) for rank in Rank),
        requests_refused=turns.refused,
    )
