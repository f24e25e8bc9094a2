"""What is promised here, and what it rests on."""

from __future__ import annotations

from assay.domain.durability import Durability, level_of, warnings_of
from assay.domain.labeler import Principal, Role
from assay.service.access import require
from assay.service.engine import Engine
from assay.store import durability as durability_store


async def durability(engine: Engine, principal: Principal) -> Durability:
    """How durable an acknowledged label is here, and what an operator should look after. For admins."""
    require(principal, Role.ADMIN)
    async with engine.database.transaction(principal.organization) as tx:
        now, settings, is_archived = await durability_store.settings(tx)
        archive = await durability_store.archive(tx) if is_archived else None
        audit = await durability_store.audit(tx, principal.organization)
    async with engine.database.system() as tx:
        facts = await durability_store.facts(tx)
    last_backup, last_restore = facts.get("last_backup"), facts.get("last_verified_restore")
    return Durability(
        level=level_of(settings),
        database=settings,
        archive=archive,
        last_backup=last_backup,
        last_verified_restore=last_restore,
        restored=facts.get("restored"),
        audit=audit,
        warnings=warnings_of(now, settings, archive, last_backup, last_restore, audit),
    )
