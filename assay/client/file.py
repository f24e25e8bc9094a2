"""Files that appear when they are whole, and not before."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_chunks(to: str | os.PathLike[str], chunks: Iterable[bytes]) -> Path:
    """Write chunks to a file. When they break off, what was there before stays."""
    with _new_file(Path(to)) as file:
        for chunk in chunks:
            file.write(chunk)
    return Path(to)


async def write_chunks_async(to: str | os.PathLike[str], chunks: AsyncIterator[bytes]) -> Path:
    """The same on an event loop; a thread writes."""
    with _new_file(Path(to)) as file:
        async for chunk in chunks:
            await asyncio.to_thread(file.write, chunk)
    return Path(to)


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file  # type: ignore[misc]
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o666 & ~_umask())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _umask() -> int:
    # There is no way to read it but to set it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
