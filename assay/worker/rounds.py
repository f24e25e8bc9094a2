"""What is looked after in rounds: merges, leases, imports that stand still, what is out of date."""

from __future__ import annotations

from assay.service.audit import Sealing, keep_checkpoints
from assay.service.delivery import Laying, Sending
from assay.service.engine import Engine
from assay.service.importing import publish_import, remove_import
from assay.service.merging import BATCH_TASKS, merge_due
from assay.service.quality import Refits
from assay.store import event as event_store
from assay.store import item as item_store
from assay.store import lease as lease_store
from assay.store import task as task_store
from assay.store import upkeep
from assay.worker.round import Round

STALE_IMPORT_SECS = 20
"""Several times the beat of an import that is alive (``service/importing.py``)."""
EXPIRE_BATCH = 500
"""As in the query ``expire``."""
TRIMMED_AT_ONCE = 5_000


async def merge(engine: Engine) -> bool:
    """Merge structured answers; they appear within a second of the last submit."""
    async with engine.database.system() as tx:
        organizations = await task_store.organizations_with_merge_due(tx)
    more = False
    for organization in organizations:
        more = await merge_due(engine, organization) == BATCH_TASKS or more
    return more


async def expire_leases(engine: Engine) -> bool:
    """Give the slots of expired leases back."""
    async with engine.database.system() as tx:
        organizations = await lease_store.organizations_with_expired(tx)
    more = False
    for organization in organizations:
        more = await lease_store.expire(engine.database, organization) == EXPIRE_BATCH or more
    return more


async def settle_imports(engine: Engine) -> bool:
    """Finish or remove imports whose process died."""
    async with engine.database.system() as tx:
        stale = await item_store.stale_imports(tx, STALE_IMPORT_SECS)
    for organization, import_id, state in stale:
        settle = publish_import if state == "publishing" else remove_import
        await settle(engine, organization, import_id)
    return False


async def forget(engine: Engine) -> bool:
    """Forget ended sessions, old sign-in attempts, old deliveries, and answers nobody asks for again."""
    async with engine.database.system() as tx:
        await upkeep.forget(tx)
    return False


async def trim_events(engine: Engine) -> bool:
    """Delete the events that are older than this installation keeps them."""
    async with engine.database.system() as tx:
        return await event_store.trim(tx, engine.event_days, TRIMMED_AT_ONCE) == TRIMMED_AT_ONCE


_SENDING = Sending()
ROUNDS = (
    Round(name="merging", every_secs=0.2, look_after=merge),
    Round(name="expiring leases", every_secs=1.0, look_after=expire_leases),
    Round(name="fitting skills", every_secs=2.0, look_after=Refits().look_after),
    Round(name="laying deliveries", every_secs=0.5, look_after=Laying().look_after),
    Round(name="sending deliveries", every_secs=0.5, look_after=_SENDING.look_after, finish=_SENDING.finish),
    Round(name="sealing the audit", every_secs=1.0, look_after=Sealing().look_after),
    Round(name="keeping checkpoints", every_secs=60.0, look_after=keep_checkpoints),
    Round(name="settling imports", every_secs=5.0, look_after=settle_imports),
    Round(name="trimming events", every_secs=60.0, look_after=trim_events),
    Round(name="forgetting", every_secs=600.0, look_after=forget),
)
