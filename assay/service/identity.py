"""Who is asking: API keys, sessions of people, and the links that sign in once."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from assay.domain.labeler import Labeler, LabelerKind, LabelerWithKey, NewLabeler, Principal, Role
from assay.domain.project import check_name
from assay.errors import Conflict, Gone, Invalid, TooMany, Unauthenticated
from assay.service.access import not_found, require
from assay.service.engine import Engine
from assay.service.refusal import remember_refusal
from assay.service.secrets import secret_sha256, split_api_key
from assay.store import labeler as labeler_store
from assay.store import record
from assay.store import session as session_store
from assay.store.database import Connection

SESSION_SECONDS = 12 * 3600
LINK_SECONDS = 24 * 3600
MAX_ATTEMPTS = 10
MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 1_000
MAX_EMAIL_CHARS = 320
_HASHER = PasswordHasher()
_HASHING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="assay-password")
"""A password takes a tenth of a second and 64 MiB: one at a time, and never on the event loop."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A new session: the secret goes into the cookie and is never stored."""

    principal: Principal
    session: str


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


async def sign_in(engine: Engine, email: str, password: str) -> SignedIn:
    """Sign a person in. Wrong address and wrong password look and take the same (A35).

    Raises ``TooMany`` (``auth.throttled``) after ten tries in a quarter of an hour, right ones included.
    """
    address = hashlib.sha256(email.strip().lower().encode()).digest()
    async with engine.database.system() as tx:
        if await session_store.count_attempts(tx, address) >= MAX_ATTEMPTS:
            raise TooMany(
                "auth.throttled", "too many tries to sign in", limit=MAX_ATTEMPTS, retry_after_secs=900
            )
        await session_store.insert_attempt(tx, address)
        person = await session_store.find_person(tx, email.strip().lower())
    right = await _password_fits(person.password_hash if person else None, password)
    if person is None or not right:
        if person is not None:
            await remember_refusal(engine, person.organization, person.labeler, "auth.invalid", "password")
        raise Unauthenticated("auth.invalid", "the address or the password is wrong")
    return await _open_session(engine, person.organization, person.labeler, address)


async def sign_in_by_link(engine: Engine, token: str) -> SignedIn:
    """Sign in by a one-time link. Raises ``Gone`` (``auth.link_used``) for a used, old or unknown one."""
    async with engine.database.system() as tx:
        owner = await session_store.use_link(tx, secret_sha256(token))
    if owner is None:
        raise Gone("auth.link_used", "the link was used or is too old")
    return await _open_session(engine, *owner, None)


async def sign_out(engine: Engine, session: str) -> None:
    """End a session; one that ended already is fine."""
    async with engine.database.system() as tx:
        await session_store.delete(tx, secret_sha256(session))


async def make_link(engine: Engine, organization: UUID, labeler: UUID) -> str:
    """A token that signs a labeler in once within a day."""
    token = random_token(engine)
    async with engine.database.system() as tx:
        await session_store.insert_link(tx, secret_sha256(token), organization, labeler, LINK_SECONDS)
    return token


async def create_labeler(
    engine: Engine, tx: Connection, principal: Principal, new: NewLabeler
) -> LabelerWithKey:
    """Make a labeler with an API key. Nobody hands out a role above their own."""
    require(principal, Role.MANAGER)
    require(principal, new.role)
    check_name(new.name, "/name")
    _check_sign_in(new)
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
        await labeler_store.set_person(tx, principal.organization, labeler, await _make_person(engine, new))
    secret = engine.secrets.api_key(key)
    await labeler_store.insert_key(
        tx, principal.organization, key, labeler, secret_sha256(secret.rpartition("_")[2])
    )
    await record.audit(tx, principal, "labeler.create", labeler, name=new.name, role=new.role.value)
    return with_key(made, secret)


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


@cache
def _nobody() -> str:
    """A hash to check where there is none, so that an unknown address takes as long as a wrong password."""
    return _HASHER.hash("nobody has this password")


def random_token(engine: Engine) -> str:
    """256 random bits for a cookie or a link."""
    return base64.urlsafe_b64encode(engine.random_bytes(32)).decode().rstrip("=")


def _check_sign_in(new: NewLabeler) -> None:
    if new.email is None:
        if new.password is not None:
            raise Invalid("field.missing", "a password needs an address to sign in by", pointer="/email")
        return
    if new.kind is not LabelerKind.PERSON:
        raise Invalid("field.invalid", "only a person signs in", pointer="/email")
    if not 3 <= len(new.email) <= MAX_EMAIL_CHARS or "@" not in new.email[1:-1]:
        raise Invalid("field.invalid", "email is an address", pointer="/email", limit=MAX_EMAIL_CHARS)
    if new.password is not None and not MIN_PASSWORD_CHARS <= len(new.password) <= MAX_PASSWORD_CHARS:
        raise Invalid(
            "field.invalid",
            f"a password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters",
            pointer="/password",
            limit=MAX_PASSWORD_CHARS,
        )


async def _make_person(engine: Engine, new: NewLabeler) -> UUID:
    email = (new.email or "").strip().lower()
    password = None
    if new.password is not None:
        password = await asyncio.get_running_loop().run_in_executor(_HASHING, _HASHER.hash, new.password)
    async with engine.database.system() as tx:
        person = await session_store.insert_person(tx, engine.ids.new(), email, new.name, password)
    if person is None:
        raise Conflict("existing", "a person with this address is there", pointer="/email")
    return person


async def _password_fits(password_hash: str | None, password: str) -> bool:
    """Whether a password is right; takes as long where there is none to compare with."""

    def verify() -> bool:
        try:
            return _HASHER.verify(password_hash or _nobody(), password) and password_hash is not None
        except Argon2Error:
            return False

    if len(password) > MAX_PASSWORD_CHARS:
        password = ""  # right for nobody, and hashed all the same
    return await asyncio.get_running_loop().run_in_executor(_HASHING, verify)


async def _open_session(engine: Engine, organization: UUID, labeler: UUID, address: bytes | None) -> SignedIn:
    secret = random_token(engine)
    async with engine.database.system() as tx:
        if address is not None:
            await session_store.forget_attempts(tx, address)
        await session_store.insert(tx, secret_sha256(secret), organization, labeler, SESSION_SECONDS)
        principal = await session_store.find(tx, secret_sha256(secret))
    if principal is None:
        raise Unauthenticated("auth.invalid", "this labeler may not sign in")
    return SignedIn(principal=principal, session=secret)
