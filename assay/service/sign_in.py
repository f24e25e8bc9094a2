"""People signing in: passwords, one-time links, sessions; and how often one may try."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from assay.domain.labeler import Invitation, LabelerKind, NewLabeler, NewPassword, Principal, Role
from assay.errors import Conflict, Forbidden, Gone, Invalid, TooMany, Unauthenticated
from assay.service.access import not_found, require
from assay.service.engine import Engine
from assay.service.refusal import remember_refusal
from assay.service.secrets import secret_sha256
from assay.store import labeler as labeler_store
from assay.store import record
from assay.store import session as session_store
from assay.store.database import Connection

SESSION_SECONDS = 12 * 3600
LINK_SECONDS = 24 * 3600
INVITATION_SECONDS = 7 * 24 * 3600
MAX_ATTEMPTS = 10
"""Tries for one address in a quarter of an hour, right ones included."""
MAX_SOURCE_ATTEMPTS = 100
"""Failed tries from one network address in a quarter of an hour, for whomever."""
ATTEMPT_SECONDS = 900
MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 1_000
MAX_EMAIL_CHARS = 320
_HASHER = PasswordHasher()
_HASHING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="assay-password")
"""A password takes a tenth of a second and 64 MiB: one at a time, and never on the event loop."""
_NOBODY = UUID(int=0)
"""The organisation and labeler that a refusal of an unknown address is recorded for: it costs what one of a
known address costs."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A new session: the secret goes into the cookie and is never stored."""

    principal: Principal
    session: str


async def sign_in(engine: Engine, email: str, password: str, source: str) -> SignedIn:
    """Sign a person in. Wrong address and wrong password look and take the same (A35).

    ``source`` is the network address that asks. Raises ``TooMany`` (``auth.throttled``) after ten tries for
    one address, or a hundred failed ones from one source, in a quarter of an hour.
    """
    address, origin = _address_key(email), _source_key(source)
    async with engine.database.system() as tx:
        await _count_try(tx, {address: MAX_ATTEMPTS, origin: MAX_SOURCE_ATTEMPTS})
        person = await session_store.find_person(tx, email.strip().lower())
    right = await _password_fits(person.password_hash if person else None, password)
    if person is None or not right:
        owner = (person.organization, person.labeler) if person else (_NOBODY, _NOBODY)
        await remember_refusal(engine, *owner, "auth.invalid", "password")
        raise Unauthenticated("auth.invalid", "the address or the password is wrong")
    async with engine.database.system() as tx:
        await session_store.forget_attempts(tx, address)
        await session_store.forget_one_attempt(tx, origin)
    return await _open_session(engine, person.organization, person.labeler)


async def sign_in_by_link(engine: Engine, token: str, source: str) -> SignedIn:
    """Sign in by a one-time link. Raises ``Gone`` (``auth.link_used``) for a used, old or unknown one."""
    origin = _source_key(source)
    async with engine.database.system() as tx:
        await _count_try(tx, {origin: MAX_SOURCE_ATTEMPTS})
    async with engine.database.system() as tx:
        owner = await session_store.use_link(tx, secret_sha256(token))
    if owner is None:
        raise Gone("auth.link_used", "the link was used or is too old")
    async with engine.database.system() as tx:
        await session_store.forget_one_attempt(tx, origin)
    return await _open_session(engine, *owner, by_link=True)


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


async def invite(engine: Engine, tx: Connection, principal: Principal, labeler: UUID) -> Invitation:
    """A link that signs a person in once within a week; the links they had before end.

    Whoever holds the link is that person and may choose a new password for them, so one for someone who has a
    password is for admins only.
    """
    require(principal, Role.MANAGER)
    invited = await labeler_store.find(tx, principal.organization, labeler)
    if invited is None:
        raise not_found("labeler", labeler)
    require(principal, invited.role)
    if invited.kind is not LabelerKind.PERSON:
        raise Invalid("field.invalid", "only a person signs in", pointer="")
    if invited.disabled_at is not None:
        raise Conflict("labeler.disabled", f"{invited.name!r} has no access any more")
    async with engine.database.system() as system:
        account = await session_store.find_account(system, principal.organization, labeler)
    if account is not None and account.password_hash is not None:
        require(principal, Role.ADMIN)
    invitation = engine.ids.new()
    token = engine.secrets.link_token(invitation)
    await session_store.delete_links_of(tx, principal.organization, labeler)
    expires_at = await session_store.insert_link(
        tx, secret_sha256(token), principal.organization, labeler, INVITATION_SECONDS
    )
    await record.audit(tx, principal, "labeler.invite", labeler, name=invited.name)
    return Invitation(
        id=invitation,
        invitation=invitation,
        labeler=labeler,
        url=invitation_url(engine, invitation),
        expires_at=expires_at,
    )


def invitation_url(engine: Engine, invitation: UUID) -> str:
    """The address of an invitation. The token is in the fragment, which browsers send to nobody."""
    return f"{engine.address}/welcome#token={engine.secrets.link_token(invitation)}"


async def set_password(engine: Engine, principal: Principal, new: NewPassword) -> SignedIn:
    """Choose a password, or change it by naming the one there is; every session of the person ends (A32), and
    every link of theirs that was not used. A session begun by a link need not name the one there is.

    Raises ``Unauthenticated`` (``auth.invalid``), ``TooMany`` (``auth.throttled``), ``Invalid``.
    """
    if not principal.by_session:
        raise Forbidden("role.forbidden", "a password is for people who are signed in, not for API keys")
    check_password(new.password, "/password")
    async with engine.database.system() as tx:
        account = await session_store.find_account(tx, principal.organization, principal.labeler)
        proves = account is not None and account.password_hash is not None and _must_name(principal, new)
        if account is not None and proves:
            await _count_try(tx, {_address_key(account.email): MAX_ATTEMPTS})
    if account is None:
        email = check_email(new.email or "", "/email")
        await _take_address(engine, principal, email, new.password)
    else:
        if proves and not await _password_fits(account.password_hash, new.current or ""):
            await remember_refusal(
                engine, principal.organization, principal.labeler, "auth.invalid", "password"
            )
            raise Unauthenticated("auth.invalid", "the current password is wrong")
        hashed = await _hash(new.password)
        async with engine.database.system() as tx:
            await session_store.set_password(tx, account.person, hashed)
            await session_store.delete_of_person(tx, account.person)
            await session_store.forget_attempts(tx, _address_key(account.email))
    async with engine.database.transaction(principal.organization) as tx:
        await session_store.delete_links_of(tx, principal.organization, principal.labeler)
        await record.audit(tx, principal, "labeler.password", principal.labeler, by_link=principal.by_link)
    return await _open_session(engine, principal.organization, principal.labeler)


def _must_name(principal: Principal, new: NewPassword) -> bool:
    """Whether the password there is has to fit: a link is instead of it, but one that is named is checked."""
    return not principal.by_link or new.current is not None


async def _take_address(engine: Engine, principal: Principal, email: str, password: str) -> None:
    """Give someone who came by a link an address to sign in by."""
    new = NewLabeler(name=principal.name, email=email, password=password)
    person = await make_person(engine, new)
    async with engine.database.system() as tx:
        await labeler_store.set_person(tx, principal.organization, principal.labeler, person)
        await session_store.delete_of_person(tx, person)


@cache
def _nobody() -> str:
    """A hash to check where there is none, so that an unknown address takes as long as a wrong password."""
    return _HASHER.hash("nobody has this password")


def random_token(engine: Engine) -> str:
    """256 random bits for a cookie or a link."""
    return base64.urlsafe_b64encode(engine.random_bytes(32)).decode().rstrip("=")


def check_sign_in(new: NewLabeler) -> None:
    """Refuse what nobody could sign in by."""
    if new.email is None:
        if new.password is not None:
            raise Invalid("field.missing", "a password needs an address to sign in by", pointer="/email")
        return
    if new.kind is not LabelerKind.PERSON:
        raise Invalid("field.invalid", "only a person signs in", pointer="/email")
    check_email(new.email, "/email")
    if new.password is not None:
        check_password(new.password, "/password")


def check_email(email: str, pointer: str) -> str:
    """An address to sign in by."""
    if not 3 <= len(email) <= MAX_EMAIL_CHARS or "@" not in email[1:-1]:
        raise Invalid("field.invalid", "email is an address", pointer=pointer, limit=MAX_EMAIL_CHARS)
    return email


def check_password(password: str, pointer: str) -> None:
    """A password of a length that is worth hashing."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise Invalid(
            "field.invalid",
            f"a password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters",
            pointer=pointer,
            limit=MAX_PASSWORD_CHARS,
        )


async def make_person(engine: Engine, new: NewLabeler) -> UUID:
    """Write the human behind a labeler. Raises ``Conflict`` (``existing``) when the address is taken."""
    email = (new.email or "").strip().lower()
    password = await _hash(new.password) if new.password is not None else None
    async with engine.database.system() as tx:
        person = await session_store.insert_person(tx, engine.ids.new(), email, new.name, password)
    if person is None:
        raise Conflict("existing", "a person with this address is there", pointer="/email")
    return person


async def _hash(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _HASHER.hash, password)


async def _count_try(tx: Connection, limits: dict[bytes, int]) -> None:
    """Count one more try under each key; those who try the same at once go one after the other."""
    tried = await session_store.count_attempts(tx, list(limits))
    for key, limit in limits.items():
        if tried[key] >= limit:
            raise TooMany(
                "auth.throttled",
                "too many tries to sign in",
                limit=limit,
                retry_after_secs=ATTEMPT_SECONDS,
            )
    await session_store.insert_attempts(tx, list(limits))


def _address_key(email: str) -> bytes:
    return hashlib.sha256(email.strip().lower().encode()).digest()


def _source_key(source: str) -> bytes:
    """One host; of IPv6 the network, since one host has 2^64 addresses in it."""
    try:
        address = ip_address(source)
    except ValueError:
        address = None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        source = str(IPv6Address(int(address) >> 64 << 64))
    return hashlib.sha256(b"source " + source.encode()).digest()


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


async def _open_session(
    engine: Engine, organization: UUID, labeler: UUID, *, by_link: bool = False
) -> SignedIn:
    secret = random_token(engine)
    async with engine.database.system() as tx:
        await session_store.insert(
            tx, secret_sha256(secret), organization, labeler, SESSION_SECONDS, by_link=by_link
        )
        principal = await session_store.find(tx, secret_sha256(secret))
    if principal is None:
        raise Unauthenticated("auth.invalid", "this labeler may not sign in")
    return SignedIn(principal=principal, session=secret)
