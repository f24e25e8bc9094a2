"""``assay audit``: the audit of this installation, read from its database and blob store."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import asyncpg

from assay.config import Settings
from assay.domain.audit import Checkpoint, Verdict
from assay.errors import Invalid, Unavailable
from assay.runtime import credentials
from assay.service import audit as use_case
from assay.store import audit as audit_store
from assay.store import cluster_data
from assay.store.blob import BlobStore
from assay.store.installation import DATABASE, sentences
from assay.store.migrations import SYSTEM_ROLE, role_dsn

NEWEST = 100
"""So many kept checkpoints of an organisation are read."""


async def verify(settings: Settings, given: Iterable[Checkpoint]) -> list[Verdict]:
    """Every organisation's audit against its seals, the newest kept checkpoints, and the given ones."""
    checkpoints = [*given, *await kept_checkpoints(settings)]
    async with connected(settings) as tx:
        there = await audit_store.organizations(tx)
        named = {each.organization for each in checkpoints}
        return [
            await use_case.verify(tx, organization, checkpoints)
            for organization in sorted({*there, *named}, key=str)
        ]


async def checkpoints(settings: Settings) -> list[Checkpoint]:
    """How every organisation's audit stands now."""
    async with connected(settings) as tx:
        heads = await audit_store.heads(tx, not_kept=False)
    return [head.checkpoint(organization) for organization, head in heads.items()]


async def kept_checkpoints(settings: Settings) -> list[Checkpoint]:
    """The newest checkpoints in the blob store."""
    blobs = BlobStore.open(settings.blobs, new_id=lambda: "unused")
    try:
        paths = sorted(await blobs.sizes_below(use_case.CHECKPOINTS))
        found = []
        for _, of_one in groupby(paths, key=lambda path: PurePosixPath(path).parent):
            for path in list(of_one)[-NEWEST:]:
                opened = await blobs.read_path(path)
                found.append(read_checkpoint(b"".join([chunk async for chunk in opened.chunks]), path))
        return found
    finally:
        await blobs.aclose()


def read_checkpoint(raw: bytes, where: str) -> Checkpoint:
    """One checkpoint. Raises ``Invalid`` (``config.invalid``) when it is none."""
    try:
        return Checkpoint.from_json(raw)
    except ValueError:
        raise Invalid("config.invalid", f"{where} holds no checkpoint.") from None


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Any]:
    """One look at the whole database, as the role that may read every organisation's audit."""
    password = credentials.role_password(credentials.master_secret(settings, None))
    with sentences():
        connection = await asyncpg.connect(role_dsn(_address(settings), SYSTEM_ROLE, password))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close()


def _address(settings: Settings) -> str:
    """The database's address; whose it is does not matter."""
    if settings.database_url is not None:
        return settings.database_url
    sockets = settings.data / "run"
    if not sockets.exists():
        raise Unavailable(
            "database.unavailable", f"No Assay runs on {settings.data}; start it with assay up."
        )
    folder = quote(os.path.realpath(sockets), safe="")
    return f"postgresql://{cluster_data.SUPERUSER}@/{DATABASE}?host={folder}&port={cluster_data.PORT}"
