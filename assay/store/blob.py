"""Immutable bytes, kept under their own SHA-256: a local folder, or a bucket on S3, GCS or Azure.

::

    <organisation>/<first two digits>/<sha256>     the bytes; whoever can read the key knows they are whole
    staging/<id>                                   bytes on their way in, whose hash is not known yet
    uploads/<id>/<n>                               parts of a resumable upload (``assay.store.upload``)

Bytes are streamed into staging, hashed on the way, and moved to their key in one step. A crash leaves nothing
at a key that is not whole, and what it leaves in staging is swept. In a local folder the bytes and their
directory entries are flushed to the disk before anything is acknowledged; the object-store library alone does
not do so.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from assay.errors import Invalid, NotFound, StorageFull, TooLarge, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

CHUNK_BYTES = 1 << 20
STAGING, UPLOADS = "staging", "uploads"
_BUCKETS = ("s3://", "gs://", "az://")
COPY_BYTES = 4 << 30
"""Object stores copy at most 5 GB in one request; beyond this the bytes are streamed again."""
_KEY_PART = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-]{0,63}")
_NO_ROOM = re.compile(r"\(os error (?:27|28|122)\)|InsufficientStorage|507")
"""EFBIG, ENOSPC and EDQUOT: the disk, or the room one is given on it, is full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredBlob:
    """What is now kept: 64 lower-case hex digits, and how many bytes."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenBlob:
    """Bytes being read: ``size_bytes`` is the size of the whole blob, ``chunks`` the range asked for."""

    size_bytes: int
    chunks: AsyncIterator[bytes]


Look = Callable[[str, StoredBlob], Awaitable[None]]
"""Looks at staged bytes, by their path in the store, and raises to refuse them."""


class BlobStore:
    """Reads and writes blobs. Close it with :meth:`aclose`.

    Every call of the object-store library runs in this store's own threads: its asyncio bindings can abort
    the interpreter at exit (PyO3/pyo3-async-runtimes#40), and a store that hangs must not hold up others.
    """

    def __init__(
        self,
        objects: ObjectStore,
        *,
        new_id: Callable[[], str],
        folder: Path | None = None,
        threads: int = 16,
        copy_bytes: int = COPY_BYTES,
    ) -> None:
        """``folder`` is where ``objects`` keeps its files, if it is local; ``new_id`` names staged bytes.

        ``copy_bytes`` is the most that the store copies in one request.
        """
        self._objects = objects
        self._folder = folder
        self._copy_bytes = copy_bytes
        self._new_id = new_id
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="blob")
        self._durable: set[Path] = set()

    @classmethod
    def open(cls, location: str | Path, *, new_id: Callable[[], str]) -> BlobStore:
        """A store in a local folder, which is made if need be, or at ``s3://``, ``gs://`` or ``az://``."""
        if isinstance(location, str) and "://" in location:
            if not location.startswith(_BUCKETS):
                raise Invalid("config.invalid", "blobs are kept in a folder, or at s3://, gs:// or az://")
            return cls(open_bucket(location), new_id=new_id)
        folder = Path(location).absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(folder), new_id=new_id, folder=folder)

    async def aclose(self) -> None:
        """Wait for what is under way, and end the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    async def put(
        self,
        organization: str,
        chunks: AsyncIterable[bytes],
        *,
        max_bytes: int | None = None,
        sha256: str | None = None,
        size_bytes: int | None = None,
        look: Look | None = None,
    ) -> StoredBlob:
        """Keep what ``chunks`` yields; equal bytes are kept once. ``look`` is called before anything is kept.

        Raises ``Invalid`` (``asset.checksum``, ``asset.size``) when the bytes are not those announced,
        ``TooLarge`` (``limit.exceeded``) beyond ``max_bytes``, ``StorageFull`` or ``Unavailable``; nothing is
        kept then, nor when ``look`` raises.
        """
        staged = f"{STAGING}/{self._new_id()}"
        blob = await self.write(staged, chunks, max_bytes=max_bytes)
        try:
            _check_announced(blob, sha256, size_bytes)
            if look is not None:
                await look(staged, blob)
            await self._run(self._publish, staged, key(organization, blob.sha256), blob.size_bytes)
        except BaseException:
            await self._run(self._discard, staged)
            raise
        return blob

    async def write(
        self, path: str, chunks: AsyncIterable[bytes], *, max_bytes: int | None = None
    ) -> StoredBlob:
        """Write one object at ``path``, whole or not at all, and say what was written."""
        writer = await self._run(_Writer, self._objects, path)
        try:
            async for chunk in _gathered(chunks):
                if max_bytes is not None and writer.size_bytes + len(chunk) > max_bytes:
                    raise TooLarge("limit.exceeded", f"at most {max_bytes} bytes", limit=max_bytes)
                await self._run(writer.append, chunk)
            await self._run(writer.finish)
            await self._run(self._flush, path)
        except BaseException:
            writer.abandon()
            raise
        return StoredBlob(sha256=writer.digest.hexdigest(), size_bytes=writer.size_bytes)

    async def read(
        self, organization: str, sha256: str, *, start: int = 0, end: int | None = None
    ) -> OpenBlob:
        """Open the bytes from ``start`` up to, not including, ``end``, both within the blob.

        A whole blob is hashed as it is read, and ends in ``Unavailable`` (``storage.corrupt``) if changed.
        Raises ``NotFound``, ``Unavailable``.
        """
        return await self.read_path(
            key(organization, sha256),
            start=start,
            end=end,
            sha256=sha256 if not start and end is None else None,
        )

    async def read_path(
        self, path: str, *, start: int = 0, end: int | None = None, sha256: str | None = None
    ) -> OpenBlob:
        """Open one object by its path; see :meth:`read`."""
        wanted: Any = (
            {} if not start and end is None else {"range": (start, end) if end else {"offset": start}}
        )
        found = await self._run(obstore.get, self._objects, path, options=wanted)
        stream = found.stream(min_chunk_size=CHUNK_BYTES)
        return OpenBlob(size_bytes=found.meta["size"], chunks=self._chunks(stream, sha256))

    async def size(self, organization: str, sha256: str) -> int | None:
        """The size in bytes, or None when there is no such blob."""
        try:
            return (await self._run(obstore.head, self._objects, key(organization, sha256)))["size"]
        except NotFound:
            return None

    async def delete(self, organization: str, sha256: str) -> None:
        """Forget the bytes; that they are gone already is no error."""
        await self._run(self._discard, key(organization, sha256))

    async def sizes_below(self, prefix: str) -> dict[str, int]:
        """Path and size of every object below ``prefix``."""
        return {path: size for path, size, _ in await self._run(self._list, prefix)}

    async def discard(self, path: str) -> None:
        """Delete one object by its path."""
        await self._run(self._discard, path)

    async def sweep(self, before: datetime) -> int:
        """Delete staged bytes and upload parts last written before ``before``; says how many."""
        return await self._run(self._sweep, before)

    @asynccontextmanager
    async def as_file(self, path: str, *, max_bytes: int) -> AsyncIterator[Path]:
        """The bytes at ``path`` (see :func:`key`) as a file: where they lie, or a copy that goes again.

        Raises ``TooLarge`` (``limit.exceeded``) rather than copy more than ``max_bytes``.
        """
        if self._folder is not None:
            yield self._folder / path
            return
        found = await self.read_path(path)
        if found.size_bytes > max_bytes:
            raise TooLarge("limit.exceeded", f"at most {max_bytes} bytes", limit=max_bytes)
        with tempfile.NamedTemporaryFile() as copy:
            async for chunk in found.chunks:
                await self._run(copy.write, chunk)
            await self._run(copy.flush)
            yield Path(copy.name)

    async def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with _told():
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: call(*args, **kwargs)
            )

    async def _chunks(self, stream: Iterator[bytes], sha256: str | None) -> AsyncIterator[bytes]:
        digest = hashlib.sha256()
        while (chunk := await self._run(next, stream, None)) is not None:
            data = bytes(chunk)
            if sha256 is not None:
                digest.update(data)
            yield data
        if sha256 is not None and digest.hexdigest() != sha256:
            raise Unavailable("storage.corrupt", f"the stored bytes of {sha256} have changed")

    def _publish(self, staged: str, final: str, size_bytes: int) -> None:
        if self._folder is not None or size_bytes <= self._copy_bytes:
            obstore.rename(self._objects, staged, final)
        else:
            writer = _Writer(self._objects, final)
            for chunk in obstore.get(self._objects, staged).stream():
                writer.append(bytes(chunk))
            writer.finish()
            self._discard(staged)
        self._flush_folders(final)

    def _discard(self, path: str) -> None:
        try:
            obstore.delete(self._objects, path)
        except FileNotFoundError:
            return

    def _list(self, prefix: str) -> list[tuple[str, int, datetime]]:
        listed = obstore.list(self._objects, prefix)
        return [(meta["path"], meta["size"], meta["last_modified"]) for page in listed for meta in page]

    def _sweep(self, before: datetime) -> int:
        if self._folder is not None:
            return _sweep_folder(self._folder, before)
        old = [path for top in (STAGING, UPLOADS) for path, _, at in self._list(top) if at < before]
        for path in old:
            self._discard(path)
        return len(old)

    def _flush(self, path: str) -> None:
        if self._folder is not None:
            _flush(self._folder / path)
            if not path.startswith(STAGING):  # what is staged appears elsewhere, or need not last
                self._flush_folders(path)

    def _flush_folders(self, path: str) -> None:
        """Make the entry of ``path`` last, and those of folders that are new to this process."""
        if self._folder is None:
            return
        flushed: list[Path] = []
        for parent in (self._folder / path).parents:
            _flush(parent)
            flushed.append(parent)
            if parent == self._folder or parent in self._durable:
                break
        self._durable.update(flushed)


class _Writer:
    """One object being written; it appears when finished, and not at all when abandoned."""

    def __init__(self, objects: ObjectStore, path: str) -> None:
        self._file: obstore.WritableFile | None = obstore.open_writer(
            objects, path, buffer_size=8 * CHUNK_BYTES, max_concurrency=4
        )
        self.digest = hashlib.sha256()
        self.size_bytes = 0

    def append(self, chunk: bytes) -> None:
        if self._file is not None:
            self.digest.update(chunk)
            self.size_bytes += len(chunk)
            self._file.write(chunk)

    def finish(self) -> None:
        if self._file is not None:
            self._file.close()

    def abandon(self) -> None:
        self._file = None  # the library takes back what it wrote when the last reference goes


def open_bucket(location: str) -> ObjectStore:
    """A bucket at ``s3://``, ``gs://`` or ``az://``, with the operator's credentials from the environment.

    A stalled read ends after 30 s, and a store that is down is told within 20 s; a long download may take an
    hour, where the library by itself would cut it at 30 s. Plain ``http`` is used only if the operator's own
    endpoint says so, as a MinIO beside us may.
    """
    return from_url(
        location,
        client_options={"allow_http": True, "connect_timeout": "5s", "read_timeout": "30s", "timeout": "1h"},
        retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=20)},
    )


def key(organization: str, sha256: str) -> str:
    """Where the bytes of an organisation lie. Both parts are ours; a slash in one would be a hole."""
    if not _KEY_PART.fullmatch(organization) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("an organisation's id and a SHA-256 name a blob")
    return f"{organization}/{sha256[:2]}/{sha256}"


def _check_announced(blob: StoredBlob, sha256: str | None, size_bytes: int | None) -> None:
    if size_bytes is not None and blob.size_bytes != size_bytes:
        raise Invalid("asset.size", f"{size_bytes} bytes were announced, {blob.size_bytes} came")
    if sha256 is not None and blob.sha256 != sha256:
        raise Invalid("asset.checksum", f"the bytes hash to {blob.sha256}")


async def _gathered(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces worth a hop to another thread."""
    waiting = bytearray()
    async for chunk in chunks:
        waiting += chunk
        if len(waiting) >= CHUNK_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


@contextmanager
def _told() -> Iterator[None]:
    """Say in our words what the store said; its own words hold paths and addresses."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound("not_found", "no such object") from None
    except (BaseError, OSError) as error:
        if _NO_ROOM.search(str(error)):
            raise StorageFull("storage.full", "no room left for these bytes; nothing was stored") from None
        raise Unavailable(
            "storage.unavailable", "the object store did not do as asked", retry_after_secs=5
        ) from error


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep_folder(folder: Path, before: datetime) -> int:
    """As a listing would, and also the half-written files that a listing hides."""
    swept = 0
    for top in (STAGING, UPLOADS):
        for file in sorted((folder / top).rglob("*"), reverse=True):
            with suppress(FileNotFoundError):  # finished or discarded since it was listed
                swept += _sweep_one(file, before)
    return swept


def _sweep_one(file: Path, before: datetime) -> int:
    if file.stat().st_mtime >= before.timestamp():
        return 0
    if file.is_file():
        file.unlink()
        return 1
    if not any(file.iterdir()):
        file.rmdir()
    return 0
