"""Who there is and who is asking: labelers, their API keys, the sessions of people."""

from __future__ import annotations

import hmac
from dataclasses import replace
from uuid import UUID

from assay.domain.labeler import (
    Labeler,
    LabelerChanges,
    LabelerKind,
    LabelerWithKey,
    NewLabeler,
    Principal,
    Role,
)
from assay.domain.project import Unset, check_name
from assay.errors import Conflict, Invalid, Unauthenticated
from assay.service.access import not_found, require
from assay.service.engine import Engine
from assay.service.refusal import remember_refusal
from assay.service.secrets import secret_sha256, split_api_key
from assay.service.sign_in import check_sign_in, make_person
from assay.store import labeler as labeler_store
from assay.store import record
from assay.store import session as session_store
from assay.store.database import Connection


async def who_has_key(engine: Engine, token: str) -> Principal:
    """The principal of an API key. Raises ``Unauthenticated`` (``auth.invalid``)."""
    parts = split_api_key(token)
    if parts is not None:
        key, given = parts
        async with engine.database.system() as tx:
            found = await labeler_store.find_key(tx, key)
        if found is not None:
            secret_hash, principal = found
            if hmac.compare_digest(secret_hash, given):
                return principal
            await remember_refusal(
                engine, principal.organization, principal.labeler, "auth.invalid", "API key"
            )
    raise Unauthenticated("auth.invalid", "the API key is not valid")


async def who_has_session(engine: Engine, session: str) -> Principal:
    """The principal of a browser session. Raises ``Unauthenticated`` (``auth.invalid``)."""
    async with engine.database.system() as tx:
        found = await session_store.find(tx, secret_sha256(session))
    if found is None:
        raise Unauthenticated("auth.invalid", "the session has ended; sign in again")
    return found


async def create_labeler(
    engine: Engine, tx: Connection, principal: Principal, new: NewLabeler
) -> LabelerWithKey:
    """Make a labeler with an API key. Nobody hands out a role above their own."""
    require(principal, Role.MANAGER)
    require(principal, new.role)
    check_name(new.name, "/name")
    check_sign_in(new)
    labeler, key = engine.ids.many(2)
    made = await labeler_store.insert(
        tx, principal.organization, labeler, name=new.name, kind=new.kind, role=new.role
    )
    if made is None:
        there = await labeler_store.find_by_name(tx, principal.organization, new.name)
        raise Conflict(
            "existing",
            f"a labeler {new.name!r} is there",
            pointer="/name",
            extra={"existing": str(there.id) if there else None},
        )
    if new.email is not None:
        await labeler_store.set_person(tx, principal.organization, labeler, await make_person(engine, new))
    secret = engine.secrets.api_key(key)
    await labeler_store.insert_key(
        tx, principal.organization, key, labeler, secret_sha256(secret.rpartition("_")[2])
    )
    await record.audit(tx, principal, "labeler.create", labeler, name=new.name, role=new.role.value)
    return with_key(made, secret)


async def change_labeler(
    tx: Connection, principal: Principal, labeler: UUID, changes: LabelerChanges
) -> Labeler:
    """Change a labeler's name or role, or whether they have access. A new role ends their sessions (A32).

    Nobody changes their own role, gives more than they have, or touches who has more. Only admins take access
    and give it back.
    """
    require(principal, Role.MANAGER)
    now = await labeler_store.find(tx, principal.organization, labeler)
    if now is None:
        raise not_found("labeler", labeler)
    require(principal, now.role)
    if not isinstance(changes.disabled, Unset) and changes.disabled is not (now.disabled_at is not None):
        now = await _change_access(tx, principal, now, disabled=changes.disabled)
    changed = now
    if not isinstance(changes.name, Unset):
        changed = replace(changed, name=check_name(changes.name, "/name"))
    if not isinstance(changes.role, Unset) and changes.role is not now.role:
        require(principal, changes.role)
        if labeler == principal.labeler:
            raise Invalid("field.invalid", "you cannot change your own role", pointer="/role")
        changed = replace(changed, role=changes.role)
        await labeler_store.end_sessions(tx, principal.organization, labeler)
    taken = await labeler_store.find_by_name(tx, principal.organization, changed.name)
    if taken is not None and taken.id != labeler:
        raise Conflict(
            "existing",
            f"a labeler {changed.name!r} is there",
            pointer="/name",
            extra={"existing": str(taken.id)},
        )
    await labeler_store.update(tx, principal.organization, changed)
    await record.audit(tx, principal, "labeler.change", labeler, name=changed.name, role=changed.role.value)
    return changed


async def _change_access(
    tx: Connection, principal: Principal, labeler: Labeler, *, disabled: bool
) -> Labeler:
    if disabled:
        return await disable_labeler(tx, principal, labeler.id)
    require(principal, Role.ADMIN)
    if labeler.kind is not LabelerKind.PERSON:
        # Its only way in was its API key, and that has ended.
        raise Invalid("field.invalid", "only a person comes back; make a new labeler", pointer="/disabled")
    await labeler_store.restore(tx, principal.organization, labeler.id)
    await record.audit(tx, principal, "labeler.restore", labeler.id)
    return replace(labeler, disabled_at=None)


async def disable_labeler(tx: Connection, principal: Principal, labeler: UUID) -> Labeler:
    """Take a labeler's access away; what they did stays."""
    require(principal, Role.ADMIN)
    if labeler == principal.labeler:
        raise Invalid("field.invalid", "you cannot disable yourself", pointer="")
    disabled = await labeler_store.disable(tx, principal.organization, labeler)
    if disabled is None:
        raise not_found("labeler", labeler)
    await record.audit(tx, principal, "labeler.disable", labeler)
    return disabled


async def found_organization(engine: Engine, name: str) -> tuple[Principal, str]:
    """The first start: an organisation with its admin; the admin's API key. Later starts get the same.

    The key is derived from the installation's secret, so it survives restarts without being stored.
    """
    async with engine.database.system() as tx:
        found = await session_store.founding(tx)
        if found is None:
            organization, labeler, key = engine.ids.many(3)
            found = await session_store.found(tx, organization, labeler, key, name)
            secret = engine.secrets.api_key(found.key)
            if found.key == key:
                await session_store.insert_founder(tx, found, name, secret_sha256(secret.rpartition("_")[2]))
    principal = Principal(
        organization=found.organization,
        labeler=found.labeler,
        name="admin",
        kind=LabelerKind.PERSON,
        role=Role.ADMIN,
    )
    return principal, engine.secrets.api_key(found.key)


def with_key(labeler: Labeler, api_key: str) -> LabelerWithKey:
    """The labeler with its key."""
    return LabelerWithKey(
        id=labeler.id,
        labeler=labeler.labeler,
        name=labeler.name,
        kind=labeler.kind,
        role=labeler.role,
        created_at=labeler.created_at,
        disabled_at=labeler.disabled_at,
        api_key=api_key,
    )
