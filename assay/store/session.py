"""Sessions, sign-in links, people, and the founding of an installation, in the database (system role)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from assay.domain.labeler import LabelerKind, Principal, Role
from assay.store import labeler as labeler_store
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("session")


@dataclass(frozen=True, kw_only=True)
class Login:
    """Whom a person signs in as, and the hash to check the password against."""

    organization: UUID
    labeler: UUID
    password_hash: str | None


@dataclass(frozen=True, kw_only=True)
class Account:
    """The human behind a labeler, and how they sign in."""

    person: UUID
    email: str
    password_hash: str | None


@dataclass(frozen=True, kw_only=True)
class Founding:
    """The organisation, admin and key that the first start made."""

    organization: UUID
    labeler: UUID
    key: UUID


async def insert(
    tx: Connection, id_sha256: bytes, organization: UUID, labeler: UUID, seconds: int, *, by_link: bool
) -> None:
    """A browser signs in for a while."""
    await tx.execute(_SQL["insert"], id_sha256, organization, labeler, seconds, by_link)


async def find(tx: Connection, id_sha256: bytes) -> Principal | None:
    """Whose session it is, while it lasts."""
    row = await tx.fetchrow(_SQL["find"], id_sha256)
    return labeler_store.principal_from_row(row, by_session=True, by_link=row["by_link"]) if row else None


async def delete(tx: Connection, id_sha256: bytes) -> None:
    """Sign out."""
    await tx.execute(_SQL["delete"], id_sha256)


async def delete_of_person(tx: Connection, person: UUID) -> None:
    """End every session of a human, in every organisation."""
    await tx.execute(_SQL["delete_of_person"], person)


async def delete_expired(tx: Connection) -> None:
    """Forget sessions that ended."""
    await tx.execute(_SQL["delete_expired"])


async def insert_link(
    tx: Connection, token_sha256: bytes, organization: UUID, labeler: UUID, seconds: int
) -> datetime:
    """A link that signs its bearer in once; until when."""
    until: datetime = await tx.fetchval(_SQL["insert_link"], token_sha256, organization, labeler, seconds)
    return until


async def delete_links_of(tx: Connection, organization: UUID, labeler: UUID) -> None:
    """End the links of a labeler that were not used."""
    await tx.execute(_SQL["delete_links_of"], organization, labeler)


async def use_link(tx: Connection, token_sha256: bytes) -> tuple[UUID, UUID] | None:
    """Use a link up: its organisation and labeler, or ``None``."""
    row = await tx.fetchrow(_SQL["use_link"], token_sha256)
    return (row["organization"], row["labeler"]) if row else None


async def count_attempts(tx: Connection, keys: list[bytes]) -> dict[bytes, int]:
    """How often each of these was tried lately; until the transaction ends nobody else counts them."""
    await tx.execute(_SQL["lock_attempts"], keys)
    rows = await tx.fetch(_SQL["count_attempts"], keys)
    return {row["key"]: row["tries"] for row in rows}


async def insert_attempts(tx: Connection, keys: list[bytes]) -> None:
    """Remember a try under each key."""
    await tx.execute(_SQL["insert_attempts"], keys)


async def forget_attempts(tx: Connection, key: bytes) -> None:
    """Start counting anew."""
    await tx.execute(_SQL["forget_attempts"], key)


async def forget_one_attempt(tx: Connection, key: bytes) -> None:
    """Take back the latest try."""
    await tx.execute(_SQL["forget_one_attempt"], key)


async def find_person(tx: Connection, email: str) -> Login | None:
    """Whom an address signs in as."""
    row = await tx.fetchrow(_SQL["find_person"], email)
    return (
        Login(organization=row["organization"], labeler=row["labeler"], password_hash=row["password_hash"])
        if row
        else None
    )


async def find_account(tx: Connection, organization: UUID, labeler: UUID) -> Account | None:
    """The human behind a labeler, if it is known."""
    row = await tx.fetchrow(_SQL["find_account"], organization, labeler)
    return (
        Account(person=row["person"], email=row["email"], password_hash=row["password_hash"]) if row else None
    )


async def set_password(tx: Connection, person: UUID, password_hash: str) -> None:
    """Write a new password's hash."""
    await tx.execute(_SQL["set_password"], person, password_hash)


async def insert_person(
    tx: Connection, person: UUID, email: str, name: str, password_hash: str | None
) -> UUID | None:
    """Write a person: their id, or ``None`` when the address is taken. One whom no labeler stands for, left
    behind by a request that failed, is written over."""
    written: UUID | None = await tx.fetchval(_SQL["insert_person"], person, email, name, password_hash)
    return written


async def founding(tx: Connection) -> Founding | None:
    """Whom the first start made, if there was one."""
    value = await tx.fetchval(_SQL["founding"])
    return _founding(value) if value else None


async def found(tx: Connection, organization: UUID, labeler: UUID, key: UUID, name: str) -> Founding:
    """Claim the founding; of several first starts one wins and all get its ids."""
    value = orjson.dumps(
        {"organization": organization, "labeler": labeler, "key": key, "name": name}
    ).decode()
    return _founding(await tx.fetchval(_SQL["found"], value))


async def insert_founder(tx: Connection, made: Founding, name: str, secret_sha256: bytes) -> None:
    """Write the organisation, its admin and the admin's key."""
    await tx.execute(named_queries("organization")["insert"], made.organization, name)
    await labeler_store.insert(
        tx, made.organization, made.labeler, name="admin", kind=LabelerKind.PERSON, role=Role.ADMIN
    )
    await labeler_store.insert_key(tx, made.organization, made.key, made.labeler, secret_sha256)


def _founding(value: str) -> Founding:
    document = orjson.loads(value)
    return Founding(
        organization=UUID(document["organization"]),
        labeler=UUID(document["labeler"]),
        key=UUID(document["key"]),
    )
