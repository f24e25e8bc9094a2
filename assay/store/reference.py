"""Opens the bytes behind any URL of an item, wherever they lie.

``asset:`` from the blob store, ``mount:`` from the operator's folders, ``s3:``, ``gs:`` and ``az:`` from
buckets that the operator listed, and ``https:`` through a function that is given, because the only door out
(``assay.egress``) is not this package's to open.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from assay.domain.asset import AssetUrl, BucketUrl, ItemUrl, MountUrl, RemoteUrl
from assay.errors import Invalid, NotFound, TooLarge
from assay.store.blob import BlobStore, OpenBlob
from assay.store.mount import Mounts


class Remote(Protocol):
    """What an open web address gives; ``assay.egress.fetch.Download`` is one."""

    @property
    def size_bytes(self) -> int | None:
        """What the sender announced, if it did."""

    @property
    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, once."""


class Fetch(Protocol):
    """Opens a web address; ``assay.egress.fetch.Egress.open`` is one."""

    def __call__(self, url: str, *, max_bytes: int, pointer: str = "") -> AbstractAsyncContextManager[Remote]:
        """The answer, open until the context ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenReference:
    """Bytes being read. ``size_bytes`` is the whole's, None when nobody knows it before the end."""

    size_bytes: int | None
    chunks: AsyncIterator[bytes]


class References:
    """All the places bytes may lie in."""

    def __init__(
        self,
        *,
        blobs: BlobStore,
        mounts: Mounts,
        buckets: Mapping[str, BlobStore],
        fetch: Fetch,
        check: Callable[[str, str], object],
    ) -> None:
        """``check`` refuses a web address (and a pointer) that may not be asked; ``buckets`` maps
        ``s3://bucket`` to a store on it, for every bucket that the operator listed.

        A bucket that is not listed is refused even if the server's credentials could read it: they are the
        operator's, and whoever writes an item is not.
        """
        self._blobs = blobs
        self._mounts = mounts
        self._buckets = dict(buckets)
        self._fetch = fetch
        self._check = check

    def check(self, url: ItemUrl, pointer: str = "") -> None:
        """Refuse at once what :meth:`open` would refuse without asking anyone: raises ``Invalid``
        (``url.*``)."""
        if isinstance(url, RemoteUrl):
            self._check(url.url, pointer)
        elif isinstance(url, BucketUrl):
            self._bucket(url, pointer)
        elif isinstance(url, MountUrl):
            self._mounts.folder(url, pointer)

    @asynccontextmanager
    async def open(
        self,
        organization: str,
        url: ItemUrl,
        *,
        max_bytes: int,
        pointer: str = "",
        start: int = 0,
        end: int | None = None,
    ) -> AsyncIterator[OpenReference]:
        """Open what ``url`` names, as one organisation may see it: the bytes from ``start`` up to, not
        including, ``end``, but for a web address, which is always read whole.

        Raises ``Invalid`` (``url.*``, ``item.unreadable``), ``NotFound`` (``ref.not_found``),
        ``Unavailable``, or ``TooLarge`` (``limit.exceeded``): at once when the size is known beforehand,
        otherwise while reading.
        """
        if isinstance(url, MountUrl):
            async with self._mounts.open(url, pointer) as file:
                size_bytes = _within(file.size_bytes, max_bytes, pointer)
                last = None if end is None else min(end, size_bytes)
                yield OpenReference(size_bytes=size_bytes, chunks=file.chunks(start, last))
        elif isinstance(url, AssetUrl | BucketUrl):
            blob = await self._open_object(organization, url, pointer, start, end)
            yield OpenReference(size_bytes=_within(blob.size_bytes, max_bytes, pointer), chunks=blob.chunks)
        else:
            async with self._fetch(url.url, max_bytes=max_bytes, pointer=pointer) as remote:
                yield OpenReference(size_bytes=remote.size_bytes, chunks=remote.chunks)

    async def _open_object(
        self, organization: str, url: AssetUrl | BucketUrl, pointer: str, start: int, end: int | None
    ) -> OpenBlob:
        try:
            if isinstance(url, AssetUrl):
                return await self._blobs.read(organization, url.sha256, start=start, end=end)
            return await self._bucket(url, pointer).read_path(url.key, start=start, end=end)
        except NotFound:
            raise NotFound("ref.not_found", f"nothing lies at {url}", pointer=pointer) from None

    def _bucket(self, url: BucketUrl, pointer: str) -> BlobStore:
        bucket = self._buckets.get(f"{url.scheme}://{url.bucket}")
        if bucket is None:
            raise Invalid(
                "url.address_refused",
                f"the operator did not list {url.scheme}://{url.bucket}",
                pointer=pointer,
            )
        return bucket


def _within(size_bytes: int, max_bytes: int, pointer: str) -> int:
    if size_bytes > max_bytes:
        raise TooLarge("limit.exceeded", f"at most {max_bytes} bytes", pointer=pointer, limit=max_bytes)
    return size_bytes
