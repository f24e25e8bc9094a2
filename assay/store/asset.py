"""Assets and the uploads they come from, in the database; the bytes are in the blob store."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from assay.domain.asset import Asset, MediaFacts
from assay.store.database import Connection
from assay.store.queries import named_queries

_SQL = named_queries("asset")
_UPLOAD = named_queries("upload")


@dataclass(frozen=True, kw_only=True, slots=True)
class UploadRow:
    """Bytes on their way in. ``asset`` is the SHA-256 of what they became."""

    id: UUID
    size_bytes: int
    sha256: str | None
    name: str | None
    media_type: str | None
    asset: str | None


async def insert(tx: Connection, organization: UUID, asset: Asset) -> None:
    """Remember bytes that are kept; those already known stay as they are."""
    await tx.execute(
        _SQL["insert"],
        organization,
        asset.sha256,
        asset.facts.media_type,
        asset.size_bytes,
        asset.name,
        asset.facts.width,
        asset.facts.height,
        asset.facts.frames,
    )


async def find(tx: Connection, organization: UUID, sha256: str) -> Asset | None:
    """One asset of an organisation."""
    row = await tx.fetchrow(_SQL["find"], organization, sha256)
    return _asset(organization, row) if row else None


async def insert_upload(
    tx: Connection,
    organization: UUID,
    upload: UUID,
    labeler: UUID,
    *,
    size_bytes: int,
    sha256: str | None,
    name: str | None,
    media_type: str | None,
) -> None:
    """Begin an upload."""
    await tx.execute(_UPLOAD["insert"], organization, upload, labeler, size_bytes, sha256, name, media_type)


async def find_upload(tx: Connection, organization: UUID, upload: UUID) -> UploadRow | None:
    """Where an upload stands."""
    row = await tx.fetchrow(_UPLOAD["find"], organization, upload)
    if row is None:
        return None
    return UploadRow(
        id=row["id"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        name=row["name"],
        media_type=row["media_type"],
        asset=row["completed_asset"],
    )


async def complete_upload(tx: Connection, organization: UUID, upload: UUID, sha256: str) -> None:
    """Remember what an upload became."""
    await tx.execute(_UPLOAD["complete"], organization, upload, sha256)


def _asset(organization: UUID, row: asyncpg.Record) -> Asset:
    return Asset(
        organization=str(organization),
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        facts=MediaFacts(
            media_type=row["media_type"], width=row["width"], height=row["height"], frames=row["frames"]
        ),
        name=row["name"],
    )
