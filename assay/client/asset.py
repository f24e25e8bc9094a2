"""Assets: files and bytes uploaded in parts, each of which may be sent again on its own."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from assay.client.file import write_chunks, write_chunks_async
from assay.client.request import Plan, Request, ask, path, post, together
from assay.client.session import AsyncSession, Session
from assay.errors import AssayError, Invalid

CHUNK_BYTES = 1 << 20
Source = bytes | str | os.PathLike[str]
"""Bytes, or the path of a file."""


@dataclass(frozen=True, kw_only=True)
class Asset:
    """Uploaded bytes. ``url`` is how an item names them."""

    sha256: str
    size_bytes: int
    media_type: str | None = None

    @property
    def url(self) -> str:
        """``asset:sha256:…``"""
        return f"asset:sha256:{self.sha256}"


def upload(source: Source, name: str | None = None) -> Plan[Asset]:
    """Announce, send the parts, complete. Raises ``Invalid`` (``asset.*``, ``media.*``)."""
    size_bytes, sha256 = _measure(source)
    name = name if isinstance(source, bytes) else name or Path(source).name
    named = {} if name is None else {"name": name}
    announced = yield from ask(post(path("uploads"), {"size_bytes": size_bytes, "sha256": sha256} | named))
    made = announced.json()
    yield [
        _part(source, str(made["upload"]), number, start, min(made["part_size"], size_bytes - start))
        for number, start in enumerate(range(0, size_bytes, made["part_size"]), start=1)
    ]
    completed = yield from ask(
        Request(method="POST", path=path("uploads", str(made["upload"]), "complete"), slow=True)
    )
    answer = completed.json()
    return Asset(sha256=sha256, size_bytes=size_bytes, media_type=answer.get("media_type"))


def upload_all(sources: Sequence[Source]) -> Plan[list[Asset]]:
    """Upload several side by side."""
    return together([upload(source) for source in sources])


def download_request(asset: Asset | str) -> Request:
    """What asks for an asset's bytes."""
    sha256 = asset.sha256 if isinstance(asset, Asset) else asset.removeprefix("asset:sha256:")
    return Request(method="GET", path=path("assets", sha256), headers={"Accept": "*/*"}, slow=True)


class Assets:
    """``client.assets``"""

    def __init__(self, session: Session) -> None:
        self._session = session

    def upload(self, source: Source, *, name: str | None = None) -> Asset:
        """Upload a file or bytes, called ``name``; the same bytes again are the same asset."""
        return self._session.run(upload(source, name))

    def upload_all(self, sources: Sequence[Source]) -> list[Asset]:
        """Upload several files side by side."""
        return self._session.run(upload_all(sources))

    def read(self, asset: Asset | str) -> bytes:
        """An asset's bytes, whole, by the asset, its URL or its SHA-256."""
        with self._session.stream(download_request(asset)) as answer:
            return b"".join(answer.chunks)

    def download(self, asset: Asset | str, to: str | os.PathLike[str]) -> Path:
        """Write an asset to a file, which appears when it is whole."""
        with self._session.stream(download_request(asset)) as answer:
            return write_chunks(to, answer.chunks)


class AsyncAssets:
    """``client.assets`` on an event loop."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def upload(self, source: Source, *, name: str | None = None) -> Asset:
        """Upload a file or bytes, called ``name``; the same bytes again are the same asset."""
        return await self._session.run(upload(source, name), reads_files=True)

    async def upload_all(self, sources: Sequence[Source]) -> list[Asset]:
        """Upload several files side by side."""
        return await self._session.run(upload_all(sources), reads_files=True)

    async def read(self, asset: Asset | str) -> bytes:
        """An asset's bytes, whole, by the asset, its URL or its SHA-256."""
        async with self._session.stream(download_request(asset)) as answer:
            return b"".join([chunk async for chunk in answer.chunks])

    async def download(self, asset: Asset | str, to: str | os.PathLike[str]) -> Path:
        """Write an asset to a file, which appears when it is whole."""
        async with self._session.stream(download_request(asset)) as answer:
            return await write_chunks_async(to, answer.chunks)


def _measure(source: Source) -> tuple[int, str]:
    """Size and SHA-256, in one pass. Raises ``Invalid`` (``asset.size``) for what cannot be read."""
    try:
        with _open(source) as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
            return file.seek(0, os.SEEK_END), sha256
    except OSError as error:
        raise Invalid("asset.size", f"{source!r} cannot be read: {error.strerror}") from error


def _part(source: Source, upload_id: str, number: int, start: int, length: int) -> Request:
    return Request(
        method="PUT",
        path=path("uploads", upload_id, "parts", str(number)),
        headers={"Content-Type": "application/octet-stream", "Content-Length": str(length)},
        body=partial(_slice, source, start, length),
        slow=True,
    )


def _slice(source: Source, start: int, length: int) -> Iterator[bytes]:
    with _open(source) as file:
        file.seek(start)
        while length:
            chunk = file.read(min(CHUNK_BYTES, length))
            if not chunk:
                raise AssayError("asset.size", f"{source!r} became shorter while it was sent")
            length -= len(chunk)
            yield chunk


def _open(source: Source) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")
