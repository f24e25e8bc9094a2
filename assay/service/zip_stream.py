"""A zip archive made while it is sent, in the memory of one chunk."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterable, AsyncIterator

from assay.formats.bundle import check_name
from assay.service.pending import Pending

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The only time in our archives, so that equal exports are equal bytes."""


class ZipStream:
    """Add files one after the other, send what each addition gives, and what ``close`` gives."""

    def __init__(self) -> None:
        self._out = Pending()
        self._zip = zipfile.ZipFile(self._out, "w")

    async def add(self, name: str, chunks: AsyncIterable[bytes], *, compress: bool) -> AsyncIterator[bytes]:
        """One file. Raises ``Invalid`` (``archive.path_refused``) for a name that would leave the archive."""
        entry = zipfile.ZipInfo(check_name(name), _EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        entry.external_attr = 0o644 << 16
        with self._zip.open(entry, "w", force_zip64=True) as stream:
            async for chunk in chunks:
                await asyncio.to_thread(stream.write, chunk)
                yield self._out.take()
        yield self._out.take()

    def close(self) -> bytes:
        """The archive's directory."""
        self._zip.close()
        return self._out.take()
