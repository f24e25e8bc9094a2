"""Resumable uploads: parts kept under ``uploads/<id>/<n>``, then put together and checked as a whole.

Parts are numbered from 1, all of one size but the last. A part that is sent again replaces itself, and
completing twice gives the same blob, so that a client may repeat whatever it does not know the end of.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping

from assay.errors import Invalid, TooLarge
from assay.store.blob import UPLOADS, BlobStore, Look, StoredBlob

MAX_PARTS = 10_000
MIN_PART_BYTES = 8 << 20
_UPLOAD = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-]{0,63}")


def part_bytes(size_bytes: int) -> int:
    """The part size for an upload of ``size_bytes``: 8 MiB, or more so that the parts are at most 10,000."""
    needed = -(-size_bytes // MAX_PARTS)
    return max(MIN_PART_BYTES, -(-needed // MIN_PART_BYTES) * MIN_PART_BYTES)


class Uploads:
    """Parts of uploads that are not complete. Whose they are is known to the database, not here."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def put_part(
        self, upload: str, number: int, chunks: AsyncIterable[bytes], *, size_bytes: int
    ) -> StoredBlob:
        """Keep part ``number`` of an upload of ``size_bytes`` in all.

        Raises ``Invalid`` (``upload.part``) when its number or its size is not one the upload asked for.
        """
        expected = _part_sizes(size_bytes)
        if number not in expected:
            raise Invalid("upload.part", f"parts are numbered 1 to {len(expected)}", limit=len(expected))
        path = _path(upload, number)
        try:
            part = await self._blobs.write(path, chunks, max_bytes=expected[number])
        except TooLarge:
            raise _wrong_size(number, expected[number]) from None
        if part.size_bytes != expected[number]:
            await self._blobs.discard(path)
            raise _wrong_size(number, expected[number])
        return part

    async def parts(self, upload: str) -> Mapping[int, int]:
        """The bytes that each kept part has, by its number."""
        prefix = f"{UPLOADS}/{_checked(upload)}"
        listed = await self._blobs.sizes_below(prefix)
        return {int(path.rpartition("/")[2]): size for path, size in sorted(listed.items())}

    async def complete(
        self,
        organization: str,
        upload: str,
        *,
        size_bytes: int,
        sha256: str | None = None,
        look: Look | None = None,
    ) -> StoredBlob:
        """Put the parts together into a blob of the organisation; the parts stay until :meth:`discard`.

        ``look`` is called before anything is kept.
        Raises ``Invalid``: ``upload.incomplete``, which names the missing parts, or ``asset.checksum``.
        """
        expected = _part_sizes(size_bytes)
        kept = await self.parts(upload)
        missing = [number for number, size in expected.items() if kept.get(number) != size]
        if missing:
            named = ", ".join(map(str, missing[:20]))
            raise Invalid("upload.incomplete", f"missing parts: {named}", extra={"missing": missing[:1000]})
        return await self._blobs.put(
            organization,
            self._joined(upload, len(expected)),
            sha256=sha256,
            size_bytes=size_bytes,
            look=look,
        )

    async def discard(self, upload: str) -> None:
        """Forget the parts."""
        for number in await self.parts(upload):
            await self._blobs.discard(_path(upload, number))

    async def _joined(self, upload: str, parts: int) -> AsyncIterator[bytes]:
        for number in range(1, parts + 1):
            part = await self._blobs.read_path(_path(upload, number))
            async for chunk in part.chunks:
                yield chunk


def _part_sizes(size_bytes: int) -> dict[int, int]:
    part = part_bytes(size_bytes)
    full, last = divmod(size_bytes, part)
    sizes = dict.fromkeys(range(1, full + 1), part)
    if last or not full:
        sizes[full + 1] = last
    return sizes


def _path(upload: str, number: int) -> str:
    return f"{UPLOADS}/{_checked(upload)}/{number}"


def _checked(upload: str) -> str:
    if not _UPLOAD.fullmatch(upload):
        raise ValueError("an upload is named by an id")
    return upload


def _wrong_size(number: int, expected: int) -> Invalid:
    return Invalid("upload.part", f"part {number} has {expected} bytes", limit=expected)
