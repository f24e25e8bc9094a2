"""Assets: bytes that come in, are looked at in a child with hard limits, and are served again."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from mimetypes import MimeTypes
from pathlib import Path
from uuid import UUID

from assay.domain.asset import (
    Asset,
    AssetUrl,
    MediaFacts,
    NewUpload,
    StoredAsset,
    Upload,
    UploadPart,
    read_sha256,
)
from assay.domain.labeler import Principal, Role
from assay.errors import Invalid, NotFound, TooLarge
from assay.service.access import not_found, require
from assay.service.engine import Engine
from assay.store import asset as asset_store
from assay.store import record
from assay.store.asset import UploadRow
from assay.store.blob import OpenBlob, StoredBlob, key
from assay.store.database import Connection
from assay.store.probe import Thumbnail
from assay.store.upload import Uploads, part_bytes

MAX_UPLOAD_BYTES = 1 << 40
MAX_LOOKED_AT_BYTES = 2 << 30
"""The largest file that is opened as media where the blobs lie in a bucket; it is copied for that."""

MAX_NAME_CHARS = 1000
THUMBNAIL_SIDES = (16, 1024)
_TYPES = MimeTypes()
"""Python's own table, not the machine's."""


async def begin_upload(engine: Engine, tx: Connection, principal: Principal, new: NewUpload) -> Upload:
    """Announce an upload; its parts are numbered from 1, all of ``part_size`` bytes but the last."""
    require(principal, Role.MANAGER)
    if not 1 <= new.size_bytes <= MAX_UPLOAD_BYTES:
        raise Invalid(
            "field.invalid",
            f"size_bytes is 1 to {MAX_UPLOAD_BYTES}",
            pointer="/size_bytes",
            limit=MAX_UPLOAD_BYTES,
        )
    if new.sha256 is not None:
        read_sha256(new.sha256, "/sha256")
    for given, pointer in ((new.name, "/name"), (new.media_type, "/media_type")):
        if given is not None and len(given) > MAX_NAME_CHARS:
            raise Invalid(
                "field.invalid",
                f"at most {MAX_NAME_CHARS} characters",
                pointer=pointer,
                limit=MAX_NAME_CHARS,
            )
    upload = engine.ids.new()
    await asset_store.insert_upload(
        tx,
        principal.organization,
        upload,
        principal.labeler,
        size_bytes=new.size_bytes,
        sha256=new.sha256,
        name=new.name,
        media_type=new.media_type or declared_type(new.name or ""),
    )
    return _upload_view(upload, new.size_bytes, (), None)


async def upload_view(engine: Engine, principal: Principal, upload: UUID) -> Upload:
    """An upload with the parts that are there, so that whoever lost the thread can take it up again."""
    found = await _find_upload(engine, principal, upload)
    kept = await Uploads(engine.blobs).parts(str(upload))
    return _upload_view(upload, found.size_bytes, kept, found.asset)


async def put_part(
    engine: Engine, principal: Principal, upload: UUID, number: int, chunks: AsyncIterable[bytes]
) -> UploadPart:
    """Keep one part; one that comes again replaces itself. Raises ``Invalid`` (``upload.part``)."""
    found = await _find_upload(engine, principal, upload)
    if found.asset is not None:
        raise Invalid("upload.part", "the upload is complete and takes no more parts")
    part = await Uploads(engine.blobs).put_part(str(upload), number, chunks, size_bytes=found.size_bytes)
    return UploadPart(upload=upload, part=number, size_bytes=part.size_bytes, sha256=part.sha256)


async def complete_upload(engine: Engine, principal: Principal, upload: UUID) -> StoredAsset:
    """Put the parts together, look at them, and keep them as an asset; done twice, it answers the same.

    Raises ``Invalid``: ``upload.incomplete``, ``asset.checksum``, ``media.type_mismatch``, ``media.limit``,
    ``media.unreadable`` or ``format.executable_refused``. Nothing is kept then.
    """
    found = await _find_upload(engine, principal, upload)
    if found.asset is None:
        uploads = Uploads(engine.blobs)
        look = _Look(engine, found.media_type, found.name)
        try:
            blob = await uploads.complete(
                str(principal.organization),
                str(upload),
                size_bytes=found.size_bytes,
                sha256=found.sha256,
                look=look,
            )
        except (Invalid, NotFound):
            # Another request may have completed it meanwhile and put the parts away.
            found = await _find_upload(engine, principal, upload)
            if found.asset is None:
                raise
        else:
            async with engine.database.transaction(principal.organization) as tx:
                await asset_store.insert(tx, principal.organization, look.asset(principal, blob))
                await asset_store.complete_upload(tx, principal.organization, upload, blob.sha256)
                await record.audit(tx, principal, "asset.upload", upload, sha256=blob.sha256)
            await uploads.discard(str(upload))
            found = await _find_upload(engine, principal, upload)
    return asset_view(await find_asset(engine, principal, found.asset or ""))


async def keep_asset(
    engine: Engine, principal: Principal, chunks: AsyncIterable[bytes], *, name: str, max_bytes: int
) -> Asset:
    """Keep bytes that come with an import, looked at as an upload is. Raises as :func:`complete_upload`."""
    look = _Look(engine, declared_type(name), name)
    blob = await engine.blobs.put(str(principal.organization), chunks, max_bytes=max_bytes, look=look)
    made = look.asset(principal, blob)
    async with engine.database.transaction(principal.organization) as tx:
        await asset_store.insert(tx, principal.organization, made)
    return made


async def find_asset(engine: Engine, principal: Principal, sha256: str) -> Asset:
    """An asset of the principal's organisation. Raises ``NotFound``, for what is no SHA-256 too."""
    async with engine.database.transaction(principal.organization) as tx:
        found = await asset_store.find(tx, principal.organization, sha256)
    if found is None:
        raise not_found("asset", ascii(sha256[:64]).strip("'"))
    return found


async def open_asset(engine: Engine, asset: Asset, start: int, end: int | None) -> OpenBlob:
    """The bytes of an asset from ``start`` up to, not including, ``end``."""
    return await engine.blobs.read(asset.organization, asset.sha256, start=start, end=end)


async def thumbnail(engine: Engine, asset: Asset, side: int) -> Thumbnail:
    """A small picture of an asset. Raises ``Invalid`` (``media.unreadable``, ``media.limit``)."""
    least, most = THUMBNAIL_SIDES
    if not least <= side <= most:
        raise Invalid("field.invalid", f"size is {least} to {most}", pointer="/size", limit=most)
    async with media_file(engine, key(asset.organization, asset.sha256)) as path:
        return await engine.probe.thumbnail(path, side)


@asynccontextmanager
async def media_file(engine: Engine, path: str) -> AsyncIterator[Path]:
    """Stored bytes as a file to hand to the probe. Raises ``Invalid`` (``media.limit``)."""
    async with AsyncExitStack() as stack:
        try:
            file = await stack.enter_async_context(engine.blobs.as_file(path, max_bytes=MAX_LOOKED_AT_BYTES))
        except TooLarge as error:
            raise Invalid("media.limit", error.detail, limit=error.limit) from None
        yield file


def asset_view(asset: Asset) -> StoredAsset:
    """What an upload became."""
    return StoredAsset(
        id=asset.sha256,
        asset=asset.sha256,
        url=str(AssetUrl(asset.sha256)),
        media_type=asset.facts.media_type,
        size_bytes=asset.size_bytes,
        width=asset.facts.width,
        height=asset.facts.height,
        frames=asset.facts.frames,
    )


def declared_type(name: str) -> str | None:
    """The media type that a file's name promises, if any."""
    media_type, packing = _TYPES.guess_type(f"/{name}", strict=True)
    return None if packing is not None else media_type


class _Look:
    """Looks at staged bytes once, and remembers what they are."""

    def __init__(self, engine: Engine, declared: str | None, name: str | None) -> None:
        self._engine = engine
        self._name = name
        self._declared = declared
        self._facts: MediaFacts | None = None

    async def __call__(self, staged: str, blob: StoredBlob) -> None:
        async with media_file(self._engine, staged) as path:
            self._facts = await self._engine.probe.inspect(path, declared=self._declared)

    def asset(self, principal: Principal, blob: StoredBlob) -> Asset:
        """The asset that was looked at."""
        if self._facts is None:
            raise RuntimeError("the bytes were kept without being looked at")
        return Asset(
            organization=str(principal.organization),
            sha256=blob.sha256,
            size_bytes=blob.size_bytes,
            facts=self._facts,
            name=self._name,
        )


async def _find_upload(engine: Engine, principal: Principal, upload: UUID) -> UploadRow:
    require(principal, Role.MANAGER)
    async with engine.database.transaction(principal.organization) as tx:
        found = await asset_store.find_upload(tx, principal.organization, upload)
    if found is None:
        raise not_found("upload", upload)
    return found


def _upload_view(upload: UUID, size_bytes: int, kept: Iterable[int], asset: str | None) -> Upload:
    part_size = part_bytes(size_bytes)
    return Upload(
        id=upload,
        upload=upload,
        part_size=part_size,
        parts=-(-size_bytes // part_size),
        received=sorted(kept),
        asset=asset,
    )
